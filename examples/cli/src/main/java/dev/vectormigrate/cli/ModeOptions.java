package dev.vectormigrate.cli;

import dev.vectormigrate.DatasetMapping;
import dev.vectormigrate.spi.WriteMode.OnConflict;
import org.jspecify.annotations.Nullable;
import picocli.CommandLine.Option;

/** The options that say how rows become live; at most one of them is given. */
final class ModeOptions {

  @Option(
      names = "--replace",
      description = "Swap new tables with those that are there, which are kept for a rollback.")
  private boolean replace;

  @Option(
      names = "--append",
      paramLabel = "fail|skip|update",
      description = "Merge rows into tables that are there; says what happens to equal keys.")
  private @Nullable OnConflict append;

  @Option(
      names = "--direct",
      description =
          "Write straight into the tables, which need not hold the data twice then. Rows are"
              + " visible as they arrive; equal keys stop the run.")
  private boolean direct;

  void applyTo(DatasetMapping.Builder mapping) {
    if (replace) {
      mapping.replace();
    } else if (append != null) {
      mapping.append(append);
    } else if (direct) {
      mapping.direct(OnConflict.FAIL);
    }
  }
}
