package dev.vectormigrate.cli;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import dev.vectormigrate.sources.chroma.ChromaDirectory.MissingVectors;
import dev.vectormigrate.sources.chroma.ChromaServer;
import dev.vectormigrate.spi.SourceStore;
import java.nio.file.Path;
import java.util.List;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.ValueSource;
import picocli.CommandLine.TypeConversionException;

class SourceLocationTest {

  @Test
  void kindAndPathStandAroundTheFirstColon() {
    assertThat(SourceLocation.parse("chroma:data/a:b"))
        .isEqualTo(new SourceLocation(SourceKind.CHROMA, "data/a:b"));
  }

  @ParameterizedTest(name = "''{0}''")
  @ValueSource(strings = {"", "chroma", "chroma:", ":data", "Chroma:data", "unknown:data", "data"})
  void anythingElseIsRefusedWithTheKnownKinds(String text) {
    assertThatThrownBy(() -> SourceLocation.parse(text))
        .isInstanceOf(TypeConversionException.class)
        .hasMessage(
            "'"
                + text
                + "', expected KIND:PATH, which is one of: chroma:DIR, chroma+http://HOST:PORT, chroma+https://HOST:PORT, csv:FILE, faiss:DIR, json:FILE, jsonl:FILE, langchain-memory:FILE, langchain4j:FILE, lightrag:DIR, llama-index:DIR, nano-vectordb:FILE, numpy:FILE, qdrant://HOST[:PORT][/COLLECTION], qdrant+tls://HOST[:PORT][/COLLECTION], qdrant-local:DIR, simple-vector-store:DIR, spring-ai:FILE, sqlite:FILE.");
  }

  @Test
  void theNameOfItsMigrationIsTheSameForTheSamePlace() {
    Path absolute = Path.of("data", "chroma").toAbsolutePath();

    String name = SourceLocation.parse("chroma:data/chroma").migrationName();

    assertThat(name).matches("chroma-chroma-[0-9a-f]{8}");
    assertThat(SourceLocation.parse("chroma:" + absolute).migrationName()).isEqualTo(name);
    assertThat(SourceLocation.parse("chroma:data/x/../chroma/").migrationName()).isEqualTo(name);
    assertThat(SourceLocation.parse("chroma:other/chroma").migrationName()).isNotEqualTo(name);
  }

  @Test
  void theNameOfItsMigrationIsShortEnough() {
    assertThat(SourceLocation.parse("chroma:" + "x".repeat(255)).migrationName())
        .hasSize("chroma-".length() + 60 + "-".length() + 8);
    assertThat(SourceLocation.parse("chroma:/").migrationName()).startsWith("chroma-root-");
  }

  @Test
  void aServerIsAnAddress() {
    assertThat(SourceLocation.parse("chroma+http://host:8000/below"))
        .isEqualTo(new SourceLocation(SourceKind.CHROMA_HTTP, "//host:8000/below"));

    SourceStore store =
        SourceLocation.parse("chroma+https://host")
            .kind()
            .store(
                "//host",
                MissingVectors.NULL,
                variable -> variable.equals("CHROMA_TOKEN") ? "s3cret" : "",
                new RecordOptions(() -> false));
    assertThat(store).isInstanceOf(ChromaServer.class).hasToString("chroma+https://host");
  }

  @ParameterizedTest(name = "''{0}''")
  @ValueSource(
      strings = {
        "chroma+http:host",
        "chroma+http://u:s3cret@host",
        "chroma+https://host/?token=s3cret",
        "chroma+https://ho st"
      })
  void whatIsNoAddressIsRefusedWithoutBeingShown(String text) {
    assertThatThrownBy(() -> SourceLocation.parse(text))
        .isInstanceOf(TypeConversionException.class)
        .hasMessage(
            "no address, expected %s://HOST:PORT and no credentials: a token is taken from"
                + " CHROMA_TOKEN.",
            text.substring(0, text.indexOf(':')));
  }

  @Test
  void theNameOfAServersMigrationHasItsHost() {
    String name = SourceLocation.parse("chroma+http://host:8000").migrationName();

    assertThat(name).matches("chroma\\+http-host-[0-9a-f]{8}");
    assertThat(SourceLocation.parse("chroma+http://host:8000/").migrationName()).isEqualTo(name);
    assertThat(SourceLocation.parse("chroma+http://host:8001").migrationName()).isNotEqualTo(name);
  }

  @Test
  void aQdrantServerHasAPortAndPerhapsACollection() {
    assertThat(SourceLocation.parse("qdrant://localhost:7000/docs"))
        .isEqualTo(new SourceLocation(SourceKind.QDRANT, "//localhost:7000/docs"));
    assertThat(QdrantAddress.parse("//localhost:7000/docs"))
        .isEqualTo(new QdrantAddress("localhost", 7000, "docs"));
    assertThat(QdrantAddress.parse("//[::1]/")).isEqualTo(new QdrantAddress("::1", 6334, null));
    assertThat(SourceLocation.parse("qdrant+tls://db.example:6334/docs").migrationName())
        .matches("qdrant\\+tls-db.example-[0-9a-f]{8}");
  }

  @ParameterizedTest(name = "''{0}''")
  @ValueSource(
      strings = {"data", "//", "//host:0", "//host:99999", "//s3cret@host", "//host?k=s3cret"})
  void anotherAddressOfQdrantIsRefusedWithoutBeingShown(String place) {
    assertThatThrownBy(() -> SourceLocation.parse("qdrant:" + place))
        .isInstanceOf(TypeConversionException.class)
        .hasMessage(
            "no address, expected qdrant://HOST:PORT and no credentials: a token is taken from"
                + " QDRANT_API_KEY.");
  }

  @ParameterizedTest
  @ValueSource(
      strings = {"qdrant://localhost:6334", "qdrant+tls://localhost:6334", "qdrant-local:data"})
  void storesOfQdrantAreNamedAsTheyAreWritten(String text) {
    SourceLocation location = SourceLocation.parse(text);

    SourceStore store =
        location
            .kind()
            .store(
                location.place(),
                MissingVectors.NULL,
                name -> "s3cret",
                new RecordOptions(() -> false));

    assertThat(store.name()).isEqualTo(text);
  }

  @Test
  void theNameOfOneMigrationOfSeveralPlacesIsMadeOfAllAndNotOfTheirOrder() {
    SourceLocation chroma = SourceLocation.parse("chroma:data/chroma");
    SourceLocation sqlite = SourceLocation.parse("sqlite:data/chat.db");
    SourceLocation faiss = SourceLocation.parse("faiss:data/index");

    assertThat(SourceLocation.migrationName(List.of(sqlite, chroma)))
        .isEqualTo(chroma.migrationName() + "+" + sqlite.migrationName());
    assertThat(SourceLocation.migrationName(List.of(sqlite, faiss, chroma)))
        .isEqualTo(SourceLocation.migrationName(List.of(chroma, sqlite, faiss)))
        .matches("chroma-chroma-[0-9a-f]{8}\\+2-[0-9a-f]{8}");
    assertThat(SourceLocation.migrationName(List.of(chroma))).isEqualTo(chroma.migrationName());
  }
}
