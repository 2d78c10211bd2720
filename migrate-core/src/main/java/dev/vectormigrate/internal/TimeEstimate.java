package dev.vectormigrate.internal;

import dev.vectormigrate.MigrationReport.DatasetReport;
import dev.vectormigrate.RunSettings;
import dev.vectormigrate.model.Finding;
import dev.vectormigrate.spi.TableEstimate.Needs;
import java.time.Duration;
import java.util.Collection;
import java.util.List;
import java.util.Locale;
import java.util.Optional;

/**
 * How long a run will take, from how long a preview took to read everything: reading is measured,
 * the rest follows from the amount of data.
 *
 * @param settings of the run
 * @param reading how long one reader took for all rows
 * @param datasets what was read
 * @param tables what goes into tables
 */
record TimeEstimate(
    RunSettings settings,
    Duration reading,
    List<DatasetReport> datasets,
    Collection<Census> tables) {

  /** What PostgreSQL takes in over one connection on a machine of two cores, rather too few. */
  private static final double BYTES_A_SECOND = 40e6;

  /** Of the time of staging; verification was measured to be two to four times as fast. */
  private static final double VERIFYING = 0.5;

  /** The sentence of a report. */
  Finding finding() {
    double read = reading.toNanos() / 1e9;
    double staging =
        Math.max(read / settings.writers(), bytes() / BYTES_A_SECOND / settings.writers());
    double indexing =
        tables.stream()
            .map(Census::needs)
            .flatMap(Optional::stream)
            .map(Needs::building)
            .mapToDouble(building -> building.toNanos() / 1e9)
            .sum();
    return Finding.info(
        "estimate.time",
        String.format(
            Locale.ROOT,
            "Reading and checking %,d rows took %s here. A run takes about %s to stage them with %d writers, %s to build indexes, %s to verify.",
            datasets.stream().mapToLong(DatasetReport::read).sum(),
            text(read),
            text(staging),
            settings.writers(),
            text(indexing),
            text(staging * VERIFYING)));
  }

  private double bytes() {
    return datasets.stream().mapToLong(DatasetReport::bytes).sum();
  }

  private static String text(double seconds) {
    return seconds < 100
        ? String.format(Locale.ROOT, "%.1f s", seconds)
        : String.format(Locale.ROOT, "%,.0f min", Math.ceil(seconds / 60));
  }
}
