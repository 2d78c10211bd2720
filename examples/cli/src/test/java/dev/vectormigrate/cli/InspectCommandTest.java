package dev.vectormigrate.cli;

import static org.assertj.core.api.Assertions.assertThat;

import dev.vectormigrate.cli.Cli.Result;
import java.io.IOException;
import java.nio.file.Path;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;

class InspectCommandTest {

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
}
