package dev.vectormigrate.internal;

import dev.vectormigrate.model.Row;
import dev.vectormigrate.model.Vector;
import dev.vectormigrate.spi.RejectedRowException;
import dev.vectormigrate.spi.RowReader;
import dev.vectormigrate.spi.SampledVector;
import java.util.Comparator;
import java.util.List;
import java.util.PriorityQueue;

/**
 * Vectors of a column, of the rows whose ids hash to the least numbers: the same ones whatever the
 * order of the rows. Of one thread; holds no more than it may keep.
 */
final class VectorSample {

  private static final Comparator<Candidate> ORDER =
      Comparator.comparingLong(Candidate::hash).thenComparing(c -> c.vector().id());

  private final String column;
  private final int most;
  private final PriorityQueue<Candidate> least = new PriorityQueue<>(ORDER.reversed());

  private record Candidate(long hash, SampledVector vector) {}

  VectorSample(String column, int most) {
    this.column = column;
    this.most = most;
  }

  /** Of all rows; closes the reader. */
  static List<SampledVector> of(RowReader reader, String column, int most) throws Exception {
    VectorSample sample = new VectorSample(column, most);
    try (reader) {
      boolean more = true;
      while (more) {
        more = sample.addNext(reader);
      }
    }
    return sample.vectors();
  }

  /** A row that can't be read is none of a sample. */
  private boolean addNext(RowReader reader) throws Exception {
    try {
      Row row = reader.next();
      if (row != null) {
        add(row.id(), row);
      }
      return row != null;
    } catch (RejectedRowException e) {
      return true;
    }
  }

  void add(String id, Row row) {
    if (row.value(column) instanceof Vector vector) {
      long hash = hash(id);
      Candidate worst = least.peek();
      if (least.size() < most || (worst != null && hash <= worst.hash())) {
        least.add(new Candidate(hash, new SampledVector(id, vector)));
        if (least.size() > most) {
          least.remove();
        }
      }
    }
  }

  /** Spread over all bits: ids of one kind have hashes that lie near each other. */
  private static long hash(String id) {
    long hash = id.hashCode() * 0x9E3779B97F4A7C15L;
    hash = (hash ^ (hash >>> 32)) * 0xD6E8FEB86659FD93L;
    return hash ^ (hash >>> 32);
  }

  List<SampledVector> vectors() {
    return least.stream().sorted(ORDER).map(Candidate::vector).toList();
  }
}
