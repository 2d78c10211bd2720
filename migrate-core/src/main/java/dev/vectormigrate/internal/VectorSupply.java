package dev.vectormigrate.internal;

import dev.vectormigrate.internal.TextCutter.Piece;
import dev.vectormigrate.model.Bytes;
import dev.vectormigrate.model.Vector;
import java.util.Collection;
import java.util.List;
import java.util.Map;
import java.util.stream.IntStream;

/** Where the readers of one dataset get the vectors of texts from. Thread-safe. */
interface VectorSupply {

  /** The vectors of texts, all of which have different hashes; by hash. */
  Map<Bytes, Vector> vectors(Collection<Piece> texts) throws Exception;

  /**
   * A row can't be embedded, and the plan says that this stops a run. Where there is no run to stop
   * nothing happens, and the row is refused.
   */
  void refuse(String what);

  /** What becomes of the dataset's texts. */
  EmbeddingCounts counts();

  /** For datasets whose vectors are taken as they are. */
  static VectorSupply none() {
    return new VectorSupply() {
      @Override
      public Map<Bytes, Vector> vectors(Collection<Piece> texts) {
        throw new IllegalStateException("vectors of texts: asked for, expected no such wish");
      }

      @Override
      public void refuse(String what) {}

      @Override
      public EmbeddingCounts counts() {
        return new EmbeddingCounts();
      }
    };
  }

  /** Lists parts of a list, so that no query is too large. */
  static <T> List<List<T>> parts(List<T> all, int most) {
    return IntStream.range(0, (all.size() + most - 1) / most)
        .mapToObj(i -> all.subList(i * most, Math.min(all.size(), (i + 1) * most)))
        .toList();
  }
}
