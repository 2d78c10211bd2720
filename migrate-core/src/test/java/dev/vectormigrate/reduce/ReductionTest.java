package dev.vectormigrate.reduce;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatIllegalArgumentException;
import static org.assertj.core.api.Assertions.assertThatIllegalStateException;

import dev.vectormigrate.model.Distance;
import dev.vectormigrate.model.Vector;
import org.junit.jupiter.api.Test;

class ReductionTest {

  @Test
  void its_text_is_what_a_frozen_plan_holds() {
    assertThat(Reduction.pca(2000)).hasToString("pca(2000)").isEqualTo(Reduction.pca(2000));
    assertThat(Reduction.pca(2000, 5000)).hasToString("pca(2000, 5000)");
    assertThat(Reduction.truncate(256)).hasToString("truncate(256)");
    assertThat(Reduction.pca(256)).isNotEqualTo(Reduction.truncate(256));
  }

  @Test
  void numbers_that_can_not_work_are_refused() {
    assertThatIllegalArgumentException()
        .isThrownBy(() -> Reduction.pca(0))
        .withMessage("reduced dimension: 0, expected at least 1");
    assertThatIllegalArgumentException()
        .isThrownBy(() -> Reduction.pca(200, 200))
        .withMessage("sample for PCA to 200 dimensions: 200, expected at least 201");
    assertThatIllegalArgumentException()
        .isThrownBy(() -> Reduction.pca(200, 0))
        .withMessage("sample: 0, expected at least 201");
    assertThatIllegalArgumentException()
        .isThrownBy(() -> Reduction.truncate(3).projection(3))
        .withMessage(
            "truncating to 3 dimensions: vectors of 3 dimensions, expected more than 3. Leave the reduction out, or choose fewer dimensions.");
    assertThatIllegalArgumentException()
        .isThrownBy(() -> Reduction.pca(4).sample(3, Distance.L2))
        .withMessage(
            "PCA to 4 dimensions: vectors of 3 dimensions, expected more than 4. Leave the reduction out, or choose fewer dimensions.");
  }

  @Test
  void only_a_pca_needs_a_sample() {
    assertThat(Reduction.pca(2).needsSample()).isTrue();
    assertThat(Reduction.truncate(2).needsSample()).isFalse();
    assertThatIllegalStateException()
        .isThrownBy(() -> Reduction.pca(2).projection(3))
        .withMessage("projection for pca(2): not fitted. Call sample.");
    assertThatIllegalStateException()
        .isThrownBy(() -> Reduction.truncate(2).sample(3, Distance.COSINE))
        .withMessage("sample for truncate(2): none is needed. Call projection.");
  }

  @Test
  void a_sample_is_bounded_by_vectors_and_by_bytes_but_enough_for_the_dimensions() {
    assertThat(filled(Reduction.pca(2), 4, 10_100)).isEqualTo(10_000);
    assertThat(filled(Reduction.pca(2), 60_000, 300)).isEqualTo(279);
    assertThat(filled(Reduction.pca(400), 60_000, 510)).isEqualTo(501);
    assertThat(filled(Reduction.pca(2, 7), 4, 20)).isEqualTo(7);
  }

  private static int filled(Reduction reduction, int dimension, int vectors) {
    PcaSample sample = reduction.sample(dimension, Distance.L2);
    Vector vector = Vector.wrap(new float[dimension]);
    for (int i = 0; i < vectors; i++) {
      sample.add("row " + i, vector);
    }
    return sample.size();
  }
}
