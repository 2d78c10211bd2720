package dev.vectormigrate.sources.qdrant;

import dev.vectormigrate.model.Digest;

/**
 * How many points there are, and a hash over them.
 *
 * @param points how many
 * @param digest the sum of their hashes
 */
record Tally(long points, Digest digest) {

  static final Tally NONE = new Tally(0, Digest.NONE);

  Tally plus(Tally other) {
    return new Tally(points + other.points, digest.plus(other.digest));
  }

  Tally plus(Digest point) {
    return new Tally(points + 1, digest.plus(point));
  }
}
