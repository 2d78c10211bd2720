package dev.vectormigrate.sources.qdrant;

import dev.vectormigrate.spi.Split;
import java.util.ArrayList;
import java.util.List;
import org.jspecify.annotations.Nullable;

/**
 * What one look through a collection found. Memory does not grow with the collection: the parts
 * that tallies are known of grow instead. Immutable once built.
 */
final class Survey {

  private static final int MOST_PARTS = 4_096;

  private final List<PointRange> parts;
  private final Tally total;
  private final @Nullable PointKey last;
  private final PointTraits traits;

  private Survey(Builder builder) {
    this.parts = List.copyOf(builder.parts);
    this.total = builder.total;
    this.last = builder.last;
    this.traits = builder.traits;
  }

  /** Takes the points of one shard after another, each in the order of ids. Of one thread. */
  static final class Builder {

    private final PointHasher hasher;
    private final List<PointRange> parts = new ArrayList<>();
    private final PointTraits traits = new PointTraits();
    private Tally total = Tally.NONE;
    private @Nullable PointKey last;
    private long stride = 1;

    Builder(PointHasher hasher) {
      this.hasher = hasher;
    }

    /** Begins a shard, which has one part at least, so that points that come are noticed. */
    void begin(String shard) {
      parts.add(new PointRange(shard, null, null, Tally.NONE));
    }

    void add(PointKey key, Point point) {
      Tally one = Tally.NONE.plus(hasher.hash(point));
      PointRange open = parts.get(parts.size() - 1);
      if (open.tally().points() >= stride) {
        close(open, key);
        open = parts.get(parts.size() - 1);
      }
      parts.set(
          parts.size() - 1,
          new PointRange(open.shard(), open.from(), null, open.tally().plus(one)));
      total = total.plus(one);
      last = key;
      traits.add(point);
    }

    private void close(PointRange open, PointKey next) {
      parts.set(parts.size() - 1, new PointRange(open.shard(), open.from(), next, open.tally()));
      parts.add(new PointRange(open.shard(), next, null, Tally.NONE));
      if (parts.size() > MOST_PARTS) {
        thinOut();
      }
    }

    private void thinOut() {
      List<PointRange> merged = merged(parts, 2 * stride);
      parts.clear();
      parts.addAll(merged);
      stride *= 2;
    }

    Survey build() {
      return new Survey(this);
    }
  }

  /** Joins neighbours of one shard up to a number of points. */
  private static List<PointRange> merged(List<PointRange> parts, long most) {
    List<PointRange> merged = new ArrayList<>();
    for (PointRange part : parts) {
      PointRange before = merged.isEmpty() ? null : merged.get(merged.size() - 1);
      if (before != null
          && before.shard().equals(part.shard())
          && before.tally().points() + part.tally().points() <= most) {
        Tally both = before.tally().plus(part.tally());
        merged.set(merged.size() - 1, new PointRange(part.shard(), before.from(), part.to(), both));
      } else {
        merged.add(part);
      }
    }
    return merged;
  }

  Tally total() {
    return total;
  }

  /** The highest id of the last shard that has one. */
  @Nullable PointKey last() {
    return last;
  }

  /** What the points have in common. */
  PointTraits traits() {
    return traits;
  }

  /** Divides the points into about so many parts of about the same size. */
  List<Split> split(int wanted) {
    long most = Math.max(1, (total.points() + wanted - 1) / Math.max(1, wanted));
    return merged(parts, wanted == 1 ? Long.MAX_VALUE : most).stream()
        .map(PointRange::split)
        .toList();
  }
}
