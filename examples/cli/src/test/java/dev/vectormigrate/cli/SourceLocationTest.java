package dev.vectormigrate.cli;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import java.nio.file.Path;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.ValueSource;
import picocli.CommandLine.TypeConversionException;

class SourceLocationTest {

  @Test
  void kindAndPathStandAroundTheFirstColon() {
    assertThat(SourceLocation.parse("chroma:data/a:b"))
        .isEqualTo(new SourceLocation(SourceKind.CHROMA, Path.of("data/a:b")));
  }

  @ParameterizedTest(name = "''{0}''")
  @ValueSource(strings = {"", "chroma", "chroma:", ":data", "Chroma:data", "qdrant:data", "data"})
  void anythingElseIsRefusedWithTheKnownKinds(String text) {
    assertThatThrownBy(() -> SourceLocation.parse(text))
        .isInstanceOf(TypeConversionException.class)
        .hasMessage(
            "'"
                + text
                + "', expected KIND:PATH, which is one of: chroma:DIR, csv:FILE, faiss:DIR, json:FILE, jsonl:FILE, langchain-memory:FILE, langchain4j:FILE, lightrag:DIR, llama-index:DIR, nano-vectordb:FILE, numpy:FILE, simple-vector-store:DIR, spring-ai:FILE.");
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
}
