package dev.vectormigrate.reduce;

import dev.vectormigrate.model.Distance;
import dev.vectormigrate.model.Vector;
import java.nio.ByteBuffer;
import java.nio.charset.StandardCharsets;
import java.security.MessageDigest;
import java.security.NoSuchAlgorithmException;
import java.util.Arrays;
import java.util.Comparator;
import java.util.PriorityQueue;

/**
 * Takes a sample of the vectors of a source in one pass, and fits a PCA to it.
 *
 * <p>The sample is the vectors of those rows whose ids have the smallest hashes: the same whatever
 * the order in which rows arrive, and from however many threads. Vectors that a PCA can't use are
 * left out and counted: such with NaN or infinity, and for cosine those of the length zero.
 *
 * <p>Thread-safe. Until it is fitted it holds at most the vectors of the sample, 4 bytes a
 * component and some 100 bytes a vector; while it is fitted also about 32 bytes times the square of
 * the smaller of the dimension and the sample, and 4 bytes a component of the projection: some 400
 * MiB for 3,072 dimensions.
 */
public final class PcaSample {

  private static final Comparator<Sampled> ORDER =
      Comparator.comparingLong(Sampled::hash)
          .thenComparing(sampled -> sampled.vector().toArray(), Arrays::compare);

  /** A part of a row's id; a change of it would change every projection. */
  private static final byte[] SEED = "pca sample 1".getBytes(StandardCharsets.UTF_8);

  private final int source;
  private final int target;
  private final int most;
  private final Distance distance;
  private final PriorityQueue<Sampled> sampled = new PriorityQueue<>(ORDER.reversed());
  private long unusable;

  private record Sampled(long hash, Vector vector) {}

  PcaSample(int source, int target, int most, Distance distance) {
    Projection.checkShorter("PCA", source, target);
    this.source = source;
    this.target = target;
    this.most = most;
    this.distance = distance;
  }

  /**
   * Considers a row's vector.
   *
   * @param id what tells the row apart, the same in every run; rows of one id count each
   * @throws IllegalArgumentException if the vector has another dimension
   */
  public void add(String id, Vector vector) {
    if (vector.dimension() != source) {
      throw new IllegalArgumentException(
          "vector of the sample: %,d dimensions, expected %,d"
              .formatted(vector.dimension(), source));
    }
    boolean usable = vector.isFinite() && (distance != Distance.COSINE || vector.norm() > 0);
    long hash = usable ? hash(id) : 0;
    synchronized (this) {
      if (usable) {
        offer(hash, vector);
      } else {
        unusable++;
      }
    }
  }

  private void offer(long hash, Vector vector) {
    if (sampled.size() == most && hash > sampled.element().hash()) {
      return;
    }
    sampled.add(new Sampled(hash, vector));
    if (sampled.size() > most) {
      sampled.remove();
    }
  }

  private static long hash(String id) {
    try {
      MessageDigest sha = MessageDigest.getInstance("SHA-256");
      sha.update(SEED);
      byte[] bytes = sha.digest(id.getBytes(StandardCharsets.UTF_8));
      return ByteBuffer.wrap(bytes).getLong();
    } catch (NoSuchAlgorithmException e) {
      throw new AssertionError("every Java platform has SHA-256", e);
    }
  }

  /** How many vectors are in the sample by now. */
  public synchronized int size() {
    return sampled.size();
  }

  /** How many vectors were left out because a PCA can't use them. */
  public synchronized long unusable() {
    return unusable;
  }

  /**
   * The projection on the directions that matter most in this sample; the same for the same sample.
   * Uses the threads of the common pool, for seconds up to a minute: the time grows with the cube
   * of the smaller of the dimension and the sample.
   *
   * @throws IllegalStateException if the sample spans too few directions; the message says how many
   *     are needed and what else could be done
   */
  public Projection fit() {
    float[][] vectors = sorted();
    if (vectors.length <= target) {
      throw tooFew(vectors.length);
    }
    return new PcaFit(vectors, target, distance).projection(this::tooFlat);
  }

  private synchronized float[][] sorted() {
    return sampled.stream()
        .sorted(ORDER)
        .map(chosen -> chosen.vector().toArray())
        .toArray(float[][]::new);
  }

  private IllegalStateException tooFew(int count) {
    String left = unusable() == 0 ? "" : ", %,d more that can't be used".formatted(unusable());
    return new IllegalStateException(
        "PCA to %,d dimensions: %,d vectors%s, expected at least %,d: %,d vectors span at most %,d directions. %s"
            .formatted(
                target, count, left, target + 1, count, spannedBy(count), insteadOf(count - 1)));
  }

  private static int spannedBy(int count) {
    return Math.max(0, count - 1);
  }

  private IllegalStateException tooFlat(int count, int directions) {
    return new IllegalStateException(
        "PCA to %,d dimensions: %,d vectors of the sample span %,d directions, expected at least %,d: the others are copies or combinations of them. %s"
            .formatted(target, count, directions, target, insteadOf(directions)));
  }

  private String insteadOf(int directions) {
    String halfvec =
        source <= 4_000
            ? "Store halfvec, which keeps all %,d dimensions and can be indexed up to 4,000"
                .formatted(source)
            : "Store the vectors as they are, without an index";
    String cut = directions < 1 ? "" : "; or reduce to at most %,d".formatted(directions);
    return halfvec + cut + "; or, for a Matryoshka model, truncate(" + target + ").";
  }
}
