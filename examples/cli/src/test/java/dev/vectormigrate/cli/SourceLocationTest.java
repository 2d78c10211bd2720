package dev.vectormigrate.cli;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import dev.vectormigrate.sources.chroma.ChromaDirectory.MissingVectors;
import dev.vectormigrate.sources.chroma.ChromaServer;
import dev.vectormigrate.spi.SourceStore;
import java.nio.file.Path;
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
  @ValueSource(strings = {"", "chroma", "chroma:", ":data", "Chroma:data", "qdrant:data", "data"})
  void anythingElseIsRefusedWithTheKnownKinds(String text) {
    assertThatThrownBy(() -> SourceLocation.parse(text))
        .isInstanceOf(TypeConversionException.class)
        .hasMessage(
            "'"
                + text
                + "', expected KIND:PATH, which is one of: chroma:DIR, chroma+http://HOST:PORT, chroma+https://HOST:PORT, csv:FILE, faiss:DIR, json:FILE, jsonl:FILE, langchain-memory:FILE, langchain4j:FILE, lightrag:DIR, llama-index:DIR, nano-vectordb:FILE, numpy:FILE, simple-vector-store:DIR, spring-ai:FILE.");
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
                variable -> variable.equals("CHROMA_TOKEN") ? "s3cret" : "");
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
}
