package dev.vectormigrate.internal;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.within;

import dev.vectormigrate.Measurements.NormRange;
import dev.vectormigrate.Measurements.Vectors;
import dev.vectormigrate.model.SparseVector;
import dev.vectormigrate.model.Vector;
import java.util.List;
import java.util.Map;
import org.junit.jupiter.api.Test;

class VectorNormsTest {

  private static Vectors of(float... norms) {
    VectorNorms counted = new VectorNorms();
    for (float norm : norms) {
      counted.add(Vector.of(norm));
    }
    return counted.vectors();
  }

  @Test
  void nothing_has_no_norm() {
    assertThat(of()).isEqualTo(Vectors.NONE);
  }

  @Test
  void unit_vectors_that_were_rounded_are_in_one_range() {
    Vectors vectors = of(1, Math.nextDown(1f), Math.nextUp(1f));

    assertThat(vectors.norms()).hasSize(1);
    assertThat(vectors.norms().get(0).count()).isEqualTo(3);
    assertThat(vectors.smallest()).isEqualTo(Math.nextDown(1f));
    assertThat(vectors.largest()).isEqualTo(Math.nextUp(1f));
  }

  @Test
  void every_norm_is_in_its_range_and_sixteen_ranges_further_it_is_doubled() {
    for (float norm = 1e-9f; norm < 2e9f; norm *= 1.01f) {
      NormRange range = of(norm).norms().get(0);
      NormRange doubled = of(2 * norm).norms().get(0);

      assertThat((double) norm).isBetween(range.from(), range.to());
      assertThat(doubled.step()).isEqualTo(range.step() + 16);
      assertThat(doubled.from()).isCloseTo(2 * range.from(), within(1e-9 * doubled.from()));
    }
  }

  @Test
  void the_smallest_and_the_largest_are_counted_at_the_ends() {
    Vectors vectors = of(0, Float.MIN_VALUE, Float.MAX_VALUE);

    assertThat(vectors.norms()).extracting(NormRange::step).containsExactly(0, 1_024);
    assertThat(vectors.norms()).extracting(NormRange::count).containsExactly(2L, 1L);
    assertThat(vectors.norms().get(0).from()).isZero();
    assertThat(vectors.largest()).isEqualTo(Float.MAX_VALUE);
  }

  @Test
  void sparse_vectors_count_like_dense_ones() {
    VectorNorms dense = new VectorNorms();
    dense.add(Vector.of(0, 3, 0, 4));
    VectorNorms sparse = new VectorNorms();
    sparse.add(SparseVector.of(4, new int[] {3, 1}, new float[] {4, 3}));

    assertThat(sparse.vectors()).isEqualTo(dense.vectors());
    assertThat(sparse.vectors().largest()).isEqualTo(5);
    assertThat(sparse.vectors().dimensions()).isEqualTo(Map.of(4, 1L));
  }

  @Test
  void more_than_32_dimensions_are_counted_together() {
    VectorNorms norms = new VectorNorms();
    for (int dimension = 1; dimension <= 40; dimension++) {
      norms.add(Vector.wrap(new float[dimension]));
    }
    norms.add(Vector.wrap(new float[32]));

    Map<Integer, Long> dimensions = norms.vectors().dimensions();

    assertThat(dimensions).hasSize(33).containsEntry(0, 8L).containsEntry(32, 2L);
    assertThat(List.copyOf(dimensions.keySet()).get(32)).isEqualTo(32);
  }
}
