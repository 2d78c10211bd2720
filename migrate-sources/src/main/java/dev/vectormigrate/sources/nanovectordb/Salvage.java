package dev.vectormigrate.sources.nanovectordb;

import com.fasterxml.jackson.core.JsonParser;
import dev.vectormigrate.model.Finding;
import java.io.IOException;
import java.util.ArrayList;
import java.util.List;

/** Counts where the vectors of a damaged file come from. Of one thread. */
final class Salvage {

  private static final int MOST_IDS = 10;

  private final long records;
  private final long rows;
  private final List<String> idsWithout = new ArrayList<>();
  private long copies;
  private long without;

  private Salvage(long records, long rows) {
    this.records = records;
    this.rows = rows;
  }

  /** Looks at the records that have no row in the matrix. */
  static Salvage of(VectorFile file, long rows, long count) throws IOException {
    Salvage salvage = new Salvage(count, rows);
    if (rows < count) {
      try (JsonParser parser = file.parserBefore(rows)) {
        for (long i = rows; i < count; i++) {
          parser.nextToken();
          salvage.take(RecordOutline.read(parser, true));
        }
      }
    }
    return salvage;
  }

  private void take(RecordOutline record) {
    if (record.hasCopy()) {
      copies++;
      return;
    }
    without++;
    if (idsWithout.size() < MOST_IDS) {
      idsWithout.add(String.valueOf(record.id()));
    }
  }

  Finding finding(String what) {
    String ids = String.join(", ", idsWithout) + (without > idsWithout.size() ? ", ..." : "");
    return Finding.warning(
        "nanovectordb.file.salvaged",
        ("%s. Of %d complete records, %d are moved with their vector of the matrix, %d with their"
                + " compressed copy of half precision, and %d without vector%s")
            .formatted(what, records, rows, copies, without, without == 0 ? "" : ": " + ids));
  }
}
