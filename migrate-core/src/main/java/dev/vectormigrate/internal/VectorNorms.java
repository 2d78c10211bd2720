package dev.vectormigrate.internal;

import dev.vectormigrate.Measurements.NormRange;
import dev.vectormigrate.Measurements.Vectors;
import dev.vectormigrate.model.SparseVector;
import dev.vectormigrate.model.Vector;
import java.util.ArrayList;
import java.util.List;
import java.util.Map;
import java.util.TreeMap;

/**
 * Counts norms and dimensions of the vectors of a column. The ranges are cut by the logarithm, with
 * 1 in the middle of one: norms of unit vectors, which rounding puts beside 1, stay together. Of
 * one thread; holds about 8 KiB.
 */
final class VectorNorms {

  private static final int MOST_DIMENSIONS = 32;
  private static final int STEPS_AN_OCTAVE = 16;
  private static final int OCTAVES = 32;

  /** The first range is for all norms below 2^-32, the last for all from 2^32. */
  private static final int LAST = 2 * OCTAVES * STEPS_AN_OCTAVE;

  private final long[] counts = new long[LAST + 1];
  private final Map<Integer, Long> dimensions = new TreeMap<>();
  private long count;
  private double smallest = Double.POSITIVE_INFINITY;
  private double largest;

  void add(Vector vector) {
    add(vector.dimension(), vector.norm());
  }

  void add(SparseVector vector) {
    add(vector.dimension(), vector.norm());
  }

  private void add(int dimension, double norm) {
    count++;
    counts[step(norm)]++;
    smallest = Math.min(smallest, norm);
    largest = Math.max(largest, norm);
    boolean apart = dimensions.size() < MOST_DIMENSIONS || dimensions.containsKey(dimension);
    dimensions.merge(apart ? dimension : 0, 1L, Long::sum);
  }

  private static int step(double norm) {
    double octave = Math.log(norm) / Math.log(2);
    double step = Math.rint(octave * STEPS_AN_OCTAVE) + LAST / 2;
    return (int) Math.max(0, Math.min(LAST, step));
  }

  private static double from(int step) {
    return step == 0 ? 0 : Math.pow(2, (step - LAST / 2 - 0.5) / STEPS_AN_OCTAVE);
  }

  Vectors vectors() {
    List<NormRange> norms = new ArrayList<>();
    for (int step = 0; step <= LAST; step++) {
      if (counts[step] > 0) {
        norms.add(new NormRange(step, from(step), from(step + 1), counts[step]));
      }
    }
    return new Vectors(count, count == 0 ? 0 : smallest, largest, norms, dimensions);
  }
}
