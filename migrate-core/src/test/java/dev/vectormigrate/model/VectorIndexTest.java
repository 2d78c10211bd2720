package dev.vectormigrate.model;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import java.util.stream.Stream;
import org.assertj.core.api.ThrowableAssert.ThrowingCallable;
import org.junit.jupiter.api.Test;

class VectorIndexTest {

  private static void refuses(ThrowingCallable index, String message) {
    assertThatThrownBy(index).isInstanceOf(IllegalArgumentException.class).hasMessage(message);
  }

  @Test
  void the_text_tells_indexes_apart() {
    assertThat(
            Stream.of(
                VectorIndex.automatic(),
                VectorIndex.none(),
                VectorIndex.hnsw(),
                VectorIndex.hnsw(16, 64),
                VectorIndex.ivfflat(),
                VectorIndex.ivfflat(100)))
        .extracting(VectorIndex::toString)
        .containsExactly("automatic", "none", "hnsw", "hnsw(16, 64)", "ivfflat", "ivfflat(100)");
  }

  @Test
  void takes_the_smallest_and_largest_parameters_that_pgvector_takes() {
    assertThat(VectorIndex.hnsw(2, 4)).hasToString("hnsw(2, 4)");
    assertThat(VectorIndex.hnsw(100, 1_000)).hasToString("hnsw(100, 1000)");
    assertThat(VectorIndex.ivfflat(32_768)).hasToString("ivfflat(32768)");
  }

  @Test
  void refuses_parameters_that_pgvector_does() {
    refuses(() -> VectorIndex.hnsw(1, 64), "m: 1, expected 2 to 100");
    refuses(() -> VectorIndex.hnsw(101, 64), "m: 101, expected 2 to 100");
    refuses(() -> VectorIndex.hnsw(2, 3), "efConstruction: 3, expected 4 to 1000");
    refuses(() -> VectorIndex.hnsw(16, 31), "efConstruction: 31, expected 32 to 1000");
    refuses(() -> VectorIndex.hnsw(16, 1_001), "efConstruction: 1001, expected 32 to 1000");
    refuses(() -> VectorIndex.ivfflat(0), "lists: 0, expected 1 to 32768");
    refuses(() -> VectorIndex.ivfflat(32_769), "lists: 32769, expected 1 to 32768");
  }
}
