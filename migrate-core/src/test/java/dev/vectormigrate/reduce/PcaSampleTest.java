package dev.vectormigrate.reduce;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatIllegalArgumentException;
import static org.assertj.core.api.Assertions.assertThatIllegalStateException;
import static org.assertj.core.api.Assertions.within;

import dev.vectormigrate.model.Distance;
import dev.vectormigrate.model.Vector;
import java.util.ArrayList;
import java.util.Collections;
import java.util.List;
import java.util.Random;
import java.util.concurrent.ExecutorService;
import java.util.concurrent.Executors;
import java.util.concurrent.Future;
import java.util.stream.IntStream;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.CsvSource;
import org.junit.jupiter.params.provider.EnumSource;

class PcaSampleTest {

  private static PcaSample filled(Reduction reduction, Distance distance, List<Vector> vectors) {
    PcaSample sample = reduction.sample(vectors.get(0).dimension(), distance);
    for (int i = 0; i < vectors.size(); i++) {
      sample.add("row " + i, vectors.get(i));
    }
    return sample;
  }

  private static Projection fitted(Reduction reduction, Distance distance, List<Vector> vectors) {
    return filled(reduction, distance, vectors).fit();
  }

  /** Around (6, 8): by 10 along (3, 4) to both sides, and by 5 across it. */
  @Test
  void a_small_example_computed_by_hand() {
    List<Vector> corners =
        List.of(Vector.of(0, 0), Vector.of(12, 16), Vector.of(10, 5), Vector.of(2, 11));

    Projection projection = fitted(Reduction.pca(1), Distance.L2, corners);

    assertThat(projection.mean()).containsExactly(6, 8);
    assertThat(projection.component(0)[0]).isCloseTo(0.6f, within(1e-6f));
    assertThat(projection.component(0)[1]).isCloseTo(0.8f, within(1e-6f));
    assertThat(projection.keptShare()).isCloseTo(200.0 / 250, within(1e-12));
    assertThat(projection.project(new float[] {12, 16})[0]).isCloseTo(10, within(1e-5f));
    assertThat(projection.project(new float[] {0, 0})[0]).isCloseTo(-10, within(1e-5f));
    assertThat(projection.project(new float[] {10, 5})[0]).isCloseTo(0, within(1e-5f));
  }

  @Test
  void for_inner_products_the_origin_stays_and_for_cosine_lengths_do_not_count() {
    List<Vector> vectors = List.of(Vector.of(3, 0), Vector.of(0, 1), Vector.of(0, 2));

    Projection inner = fitted(Reduction.pca(1), Distance.INNER_PRODUCT, vectors);
    Projection cosine = fitted(Reduction.pca(1), Distance.COSINE, vectors);

    assertThat(inner.component(0)).containsExactly(1, 0);
    assertThat(inner.keptShare()).isCloseTo(9.0 / 14, within(1e-12));
    assertThat(inner.project(new float[] {5, 7})).containsExactly(5);
    assertThat(inner.mean()).containsExactly(1, 1);
    assertThat(cosine.component(0)).containsExactly(0, 1);
    assertThat(cosine.keptShare()).isCloseTo(2.0 / 3, within(1e-12));
    assertThat(cosine.project(new float[] {5, 7})).containsExactly(7);
  }

  /** Both with more vectors than dimensions and with fewer, which go different ways. */
  @ParameterizedTest
  @CsvSource({"300, L2", "300, COSINE", "300, INNER_PRODUCT", "40, L2", "40, COSINE"})
  void components_are_orthonormal_and_leave_what_the_kept_share_says(int count, Distance distance) {
    List<Vector> vectors = Clusters.of(count, 64, 5);
    Projection projection = fitted(Reduction.pca(20), distance, vectors);
    double[][] components =
        IntStream.range(0, 20)
            .mapToObj(i -> Clusters.doubles(projection.component(i)))
            .toArray(double[][]::new);

    for (int i = 0; i < 20; i++) {
      for (int j = 0; j < 20; j++) {
        assertThat(Clusters.dot(components[i], components[j]))
            .isCloseTo(i == j ? 1 : 0, within(1e-5));
      }
    }
    double total = 0;
    double[] kept = new double[20];
    for (Vector vector : vectors) {
      double[] line = line(vector, projection.mean(), distance);
      total += Clusters.dot(line, line);
      for (int i = 0; i < 20; i++) {
        kept[i] += Math.pow(Clusters.dot(line, components[i]), 2);
      }
    }
    assertThat(kept).isSortedAccordingTo(Collections.reverseOrder());
    assertThat(projection.keptShare())
        .isCloseTo(IntStream.range(0, 20).mapToDouble(i -> kept[i]).sum() / total, within(1e-6));
    assertThat(projection.keptShare()).isGreaterThan(shareOfRandom(vectors, projection, distance));
  }

  private static double[] line(Vector vector, float[] mean, Distance distance) {
    double[] line = Clusters.doubles(vector.toArray());
    for (int i = 0; i < line.length; i++) {
      line[i] =
          switch (distance) {
            case L2 -> line[i] - mean[i];
            case COSINE -> line[i] / vector.norm();
            case INNER_PRODUCT -> line[i];
          };
    }
    return line;
  }

  /** No 20 directions keep more: the first 20 axes, for one, keep less. */
  private static double shareOfRandom(
      List<Vector> vectors, Projection projection, Distance distance) {
    double total = 0;
    double kept = 0;
    for (Vector vector : vectors) {
      double[] line = line(vector, projection.mean(), distance);
      total += Clusters.dot(line, line);
      kept += IntStream.range(0, 20).mapToDouble(i -> line[i] * line[i]).sum();
    }
    return kept / total;
  }

  @ParameterizedTest
  @EnumSource(Distance.class)
  void most_of_the_nearest_neighbours_stay(Distance distance) {
    List<Vector> vectors = Clusters.of(1_500, 96, 11);
    Projection projection = fitted(Reduction.pca(48), distance, vectors);
    Projection worse =
        fitted(Reduction.pca(48), distance == Distance.L2 ? Distance.COSINE : Distance.L2, vectors);

    double recall = Clusters.recall(vectors, projection.project(vectors), distance, 60);
    double ofOther = Clusters.recall(vectors, worse.project(vectors), distance, 60);
    double ofCut =
        Clusters.recall(
            vectors, Reduction.truncate(48).projection(96).project(vectors), distance, 60);

    assertThat(recall).isGreaterThan(0.93).isGreaterThan(ofCut + 0.05);
    if (distance != Distance.L2) {
      assertThat(recall).as("the mean subtracted").isGreaterThan(ofOther + 0.1);
    }
  }

  @Test
  void the_order_and_the_threads_in_which_rows_arrive_do_not_show() throws Exception {
    List<Vector> vectors = Clusters.of(800, 24, 3);
    Reduction reduction = Reduction.pca(8, 300);
    Projection inOrder = fitted(reduction, Distance.COSINE, vectors);

    List<Integer> shuffled = new ArrayList<>(IntStream.range(0, 800).boxed().toList());
    Collections.shuffle(shuffled, new Random(9));
    PcaSample sample = reduction.sample(24, Distance.COSINE);
    ExecutorService threads = Executors.newFixedThreadPool(4);
    try {
      List<Future<?>> parts = new ArrayList<>();
      for (int part = 0; part < 4; part++) {
        List<Integer> rows = shuffled.subList(200 * part, 200 * part + 200);
        parts.add(threads.submit(() -> rows.forEach(i -> sample.add("row " + i, vectors.get(i)))));
      }
      for (Future<?> part : parts) {
        part.get();
      }
    } finally {
      threads.shutdown();
    }

    assertThat(sample.size()).isEqualTo(300);
    assertThat(sample.fit().toBytes()).isEqualTo(inOrder.toBytes());
    assertThat(sample.fit().toBytes()).as("fitted twice").isEqualTo(inOrder.toBytes());
    assertThat(fitted(Reduction.pca(8, 301), Distance.COSINE, vectors)).isNotEqualTo(inOrder);
  }

  @Test
  void rows_of_one_id_are_told_apart_by_their_vectors() {
    List<Vector> vectors = Clusters.of(50, 6, 8);
    PcaSample forwards = Reduction.pca(2, 20).sample(6, Distance.L2);
    PcaSample backwards = Reduction.pca(2, 20).sample(6, Distance.L2);
    for (int i = 0; i < 50; i++) {
      forwards.add("same", vectors.get(i));
      backwards.add("same", vectors.get(49 - i));
    }

    assertThat(forwards.size()).isEqualTo(20);
    assertThat(forwards.fit().toBytes()).isEqualTo(backwards.fit().toBytes());
  }

  @Test
  void too_few_vectors_are_refused_with_what_to_do_instead() {
    PcaSample sample = Reduction.pca(2_000).sample(3_072, Distance.COSINE);
    Random random = new Random(1);
    for (int i = 0; i < 116; i++) {
      float[] vector = new float[3_072];
      vector[random.nextInt(3_072)] = 1;
      sample.add("row " + i, Vector.wrap(vector));
    }

    assertThatIllegalStateException()
        .isThrownBy(sample::fit)
        .withMessage(
            "PCA to 2,000 dimensions: 116 vectors, expected at least 2,001: 116 vectors span at most 115 directions. "
                + "Store halfvec, which keeps all 3,072 dimensions and can be indexed up to 4,000; "
                + "or reduce to at most 115; or, for a Matryoshka model, truncate(2000).");
    assertThatIllegalStateException()
        .isThrownBy(() -> Reduction.pca(2).sample(5_000, Distance.COSINE).fit())
        .withMessage(
            "PCA to 2 dimensions: 0 vectors, expected at least 3: 0 vectors span at most 0 directions. "
                + "Store the vectors as they are, without an index; or, for a Matryoshka model, truncate(2).");
  }

  @ParameterizedTest
  @EnumSource(Distance.class)
  void copies_and_combinations_span_nothing_more(Distance distance) {
    List<Vector> five = Clusters.of(5, 16, 2);
    List<Vector> copies = new ArrayList<>();
    for (int i = 0; i < 40; i++) {
      copies.add(five.get(i % 5));
    }
    int directions = distance == Distance.L2 ? 4 : 5;

    assertThatIllegalStateException()
        .isThrownBy(() -> fitted(Reduction.pca(6), distance, copies))
        .withMessage(
            "PCA to 6 dimensions: 40 vectors of the sample span %d directions, expected at least 6: the others are copies or combinations of them. "
                    .formatted(directions)
                + "Store halfvec, which keeps all 16 dimensions and can be indexed up to 4,000; or reduce to at most %d; or, for a Matryoshka model, truncate(6)."
                    .formatted(directions));
    assertThat(fitted(Reduction.pca(directions), distance, copies).keptShare())
        .isCloseTo(1, within(1e-9));
  }

  @Test
  void equal_vectors_span_no_direction_around_their_mean() {
    assertThatIllegalStateException()
        .isThrownBy(
            () ->
                fitted(
                    Reduction.pca(1),
                    Distance.L2,
                    Collections.nCopies(7, Vector.of(0.1f, 0.7f, 1e-3f))))
        .withMessageContaining("7 vectors of the sample span 0 directions, expected at least 1");
  }

  @Test
  void constant_columns_are_left_out_of_the_components() {
    Random random = new Random(6);
    List<Vector> vectors = new ArrayList<>();
    for (int i = 0; i < 50; i++) {
      vectors.add(Vector.of((float) random.nextGaussian(), 7, (float) random.nextGaussian(), 0));
    }

    Projection projection = fitted(Reduction.pca(2), Distance.L2, vectors);

    assertThat(projection.keptShare()).isCloseTo(1, within(1e-12));
    assertThat(projection.component(0)[1]).isCloseTo(0, within(1e-12f));
    assertThat(projection.component(1)[3]).isCloseTo(0, within(1e-12f));
  }

  @Test
  void what_a_pca_can_not_use_is_counted_and_left_out() {
    List<Vector> vectors = new ArrayList<>(Clusters.of(20, 4, 1));
    Projection clean = fitted(Reduction.pca(2), Distance.COSINE, vectors);
    vectors.add(Vector.of(1, Float.NaN, 0, 0));
    vectors.add(Vector.of(1, Float.NEGATIVE_INFINITY, 0, 0));
    vectors.add(Vector.of(0, -0f, 0, 0));

    PcaSample cosine = filled(Reduction.pca(2), Distance.COSINE, vectors);
    PcaSample l2 = filled(Reduction.pca(2), Distance.L2, vectors);

    assertThat(cosine.size()).isEqualTo(20);
    assertThat(cosine.unusable()).isEqualTo(3);
    assertThat(cosine.fit().toBytes()).isEqualTo(clean.toBytes());
    assertThat(l2.size()).isEqualTo(21);
    assertThat(l2.unusable()).isEqualTo(2);
    assertThatIllegalStateException()
        .isThrownBy(() -> filled(Reduction.pca(3), Distance.COSINE, vectors.subList(18, 23)).fit())
        .withMessageStartingWith(
            "PCA to 3 dimensions: 2 vectors, 3 more that can't be used, expected at least 4: ");
  }

  @Test
  void a_vector_of_another_dimension_is_refused() {
    assertThatIllegalArgumentException()
        .isThrownBy(() -> Reduction.pca(2).sample(4, Distance.L2).add("a", Vector.of(1, 2)))
        .withMessage("vector of the sample: 2 dimensions, expected 4");
  }
}
