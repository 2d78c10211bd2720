package dev.vectormigrate.cli;

import static org.assertj.core.api.Assertions.assertThat;

import dev.vectormigrate.cli.Cli.Result;
import java.io.IOException;
import java.nio.file.Path;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.CsvSource;

class InspectCommandTest {

  /** What the tests of the sources read. */
  private static final Path SOURCES = Path.of("../../migrate-sources/src/test/resources");

  @TempDir private Path folder;

  @Test
  void showsWhatIsThere() throws IOException {
    String from = "chroma:" + ChromaArchive.unpack("chroma-1.x-small", folder);

    Result result = Cli.withoutEnvironment().run("inspect", "--from", from);

    assertThat(result.err()).isEmpty();
    assertThat(result.code()).isZero();
    assertThat(result.out())
        .isEqualToNormalizingNewlines(
            """
            %s: 9 datasets

            dataset                                            rows  dimension  distance       fields
            acme/prod/l2_default                                  6          3  inner product  id, text, metadata, embedding
            default_tenant/default_database/all_deleted           0          2  l2             id, text, metadata, embedding
            default_tenant/default_database/cosine_small         49          6  cosine         id, text, metadata, embedding
            default_tenant/default_database/empty_collection      0          ?  l2             id, text, metadata, embedding
            default_tenant/default_database/ip_wal_only           2          3  inner product  id, text, metadata, embedding
            default_tenant/default_database/l2_default        1,049          4  l2             id, text, metadata, embedding
            default_tenant/default_database/meta_types           15          2  cosine         id, text, uri, metadata, embedding
            default_tenant/default_database/single_updated        1          2  l2             id, text, metadata, embedding
            default_tenant/second_db/second                       1          2  l2             id, text, metadata, embedding

            """
                .formatted(from));
  }

  @ParameterizedTest
  @CsvSource(
      delimiter = '|',
      textBlock =
          """
          spring-ai        | inmemory/spring-ai-1.0.0.json        | spring-ai-1.0.0       |  23 | 10
          langchain4j      | inmemory/langchain4j-1.11.0.json     | langchain4j-1.11.0    |  24 | 10
          langchain-memory | inmemory/langchain-core-1.7.2.json   | langchain-core-1.7.2  |  27 |  8
          llama-index      | llamaindex/llama-index-core-0.14.25  | default               |  22 |  6
          """)
  void showsWhatInMemoryStoresHold(
      String kind, String path, String dataset, int rows, int dimension) {
    String from = kind + ":" + SOURCES.resolve(path);

    Result result = Cli.withoutEnvironment().run("inspect", "--from", from);

    assertThat(result.err()).isEmpty();
    assertThat(result.code()).isZero();
    assertThat(result.out())
        .containsPattern("(?m)^%s +%d +%d +cosine +id, text, ".formatted(dataset, rows, dimension));
  }

  @Test
  void showsWhatQdrantsLocalModeKeeps() throws Exception {
    String from =
        "qdrant-local:"
            + Path.of(InspectCommandTest.class.getResource("/qdrant/local-small").toURI());

    Result result = Cli.withoutEnvironment().run("inspect", "--from", from);

    assertThat(result.err()).isEmpty();
    assertThat(result.code()).isZero();
    assertThat(result.out()).startsWith(from + ": 2 datasets").contains("single_cosine", "named");
  }
}
