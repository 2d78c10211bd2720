package dev.vectormigrate.internal;

import dev.vectormigrate.internal.TextCutter.Piece;
import dev.vectormigrate.model.Bytes;
import dev.vectormigrate.model.Vector;
import dev.vectormigrate.spi.Embedder;
import dev.vectormigrate.spi.EmbeddingCache;
import dev.vectormigrate.spi.TargetSession;
import java.util.Collection;
import java.util.HashMap;
import java.util.HashSet;
import java.util.List;
import java.util.Map;
import java.util.Set;

/**
 * The vectors that a model has made before, for whoever must not ask it; another vector stands for
 * those it has not made. Used by one thread.
 */
final class KnownVectors implements VectorSupply, AutoCloseable {

  private static final int MOST_REMEMBERED = 100_000;
  private static final int HASHES_A_QUERY = 1_000;

  private final String target;
  private final EmbeddedField field;
  private final EmbeddingCache cache;
  private final EmbeddingCounts counts = new EmbeddingCounts();
  private final Set<Bytes> seen = new HashSet<>();
  private long unknown;

  private KnownVectors(String target, EmbeddedField field, EmbeddingCache cache) {
    this.target = target;
    this.field = field;
    this.cache = cache;
  }

  /**
   * Opens what the target keeps.
   *
   * @param target how messages name it
   */
  static KnownVectors open(String target, TargetSession session, EmbeddedField field) {
    Embedder embedder = field.how().embedder();
    return new KnownVectors(
        target,
        field,
        Failures.atTarget(
            target, () -> session.embeddings(embedder.modelId(), embedder.dimension())));
  }

  /** Knows no vector of any text. */
  static KnownVectors nothing(EmbeddedField field) {
    return new KnownVectors(
        "",
        field,
        new EmbeddingCache() {
          @Override
          public Map<Bytes, Vector> find(List<Bytes> hashes) {
            return Map.of();
          }

          @Override
          public void store(Map<Bytes, Vector> vectors) {}

          @Override
          public void close() {}
        });
  }

  /** Counts each text once, as long as there are not too many to remember. */
  @Override
  public Map<Bytes, Vector> vectors(Collection<Piece> texts) {
    Map<Bytes, Vector> vectors = new HashMap<>();
    for (List<Piece> part : VectorSupply.parts(List.copyOf(texts), HASHES_A_QUERY)) {
      List<Bytes> hashes = part.stream().map(Piece::hash).toList();
      Map<Bytes, Vector> known = Failures.atTarget(target, () -> cache.find(hashes));
      for (Piece text : part) {
        Vector vector = known.get(text.hash());
        vectors.put(text.hash(), vector == null ? field.standIn() : vector);
        count(text, vector != null);
      }
    }
    return vectors;
  }

  private void count(Piece text, boolean known) {
    unknown += known ? 0 : 1;
    boolean isNew =
        seen.size() < MOST_REMEMBERED ? seen.add(text.hash()) : !seen.contains(text.hash());
    if (isNew && known) {
      counts.kept(1);
    } else if (isNew) {
      counts.made(1, text.tokens());
    }
  }

  /** How many texts were asked for in vain. */
  long unknown() {
    return unknown;
  }

  @Override
  public void refuse(String what) {}

  @Override
  public EmbeddingCounts counts() {
    return counts;
  }

  @Override
  public void close() {
    cache.close();
  }
}
