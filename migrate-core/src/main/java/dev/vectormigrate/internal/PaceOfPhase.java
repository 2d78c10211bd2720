package dev.vectormigrate.internal;

import dev.vectormigrate.Measurements.Pace;
import dev.vectormigrate.Progress;
import java.util.ArrayList;
import java.util.List;
import org.jspecify.annotations.Nullable;

/**
 * How a phase went on, in at most 120 points: when there are too many, every second is forgotten,
 * and half as many are kept from then on. Of one thread.
 */
final class PaceOfPhase {

  static final int MOST_POINTS = 120;

  private final List<Pace> points = new ArrayList<>();
  private @Nullable Pace last;
  private long every = 1;
  private long seen;

  void add(Progress progress) {
    last = new Pace(progress.phase(), progress.elapsed(), progress.doneHere(), progress.bytes());
    if (seen++ % every == 0) {
      points.add(last);
    }
    if (points.size() == MOST_POINTS) {
      thin();
    }
  }

  private void thin() {
    List<Pace> kept = new ArrayList<>();
    for (int i = 0; i < points.size(); i += 2) {
      kept.add(points.get(i));
    }
    points.clear();
    points.addAll(kept);
    every *= 2;
  }

  /** The points in order; the last is how it ended. */
  List<Pace> points() {
    List<Pace> all = new ArrayList<>(points);
    if (last != null && !last.equals(all.get(all.size() - 1))) {
      all.add(last);
    }
    return all;
  }
}
