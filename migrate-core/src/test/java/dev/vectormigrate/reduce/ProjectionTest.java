package dev.vectormigrate.reduce;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatIllegalArgumentException;
import static org.assertj.core.api.Assertions.assertThatIllegalStateException;
import static org.assertj.core.api.Assertions.within;

import dev.vectormigrate.model.Distance;
import dev.vectormigrate.model.Vector;
import java.nio.ByteBuffer;
import java.nio.file.Files;
import java.nio.file.Path;
import java.security.MessageDigest;
import java.util.Arrays;
import java.util.List;
import java.util.Random;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;

class ProjectionTest {

  private static final Projection CUT = Reduction.truncate(2).projection(3);

  private static Projection pca(boolean centred) {
    float[][] parts = {{1, 0}, {0, 0.6f}, {0, 0.8f}};
    return Projection.pca(centred, 0.75, new float[] {1, 2, 3}, parts);
  }

  @Test
  void a_cut_keeps_the_first_components_with_the_length_one() {
    assertThat(CUT.project(Vector.of(3, 4, 100))).isEqualTo(Vector.of(0.6f, 0.8f));
    assertThat(CUT.project(new float[] {0, -7, 1})).containsExactly(0, -1);
    assertThat(CUT.project(Vector.of(0, 0, 5))).isEqualTo(Vector.of(0, 0));
    assertThat(CUT.project(Vector.of(3e38f, 3e38f, 0)).norm()).isCloseTo(1, within(1e-7));
    assertThat(CUT.keptShare()).isNaN();
    assertThat(CUT.mean()).isEmpty();
    assertThatIllegalStateException()
        .isThrownBy(() -> CUT.component(0))
        .withMessage("component 0 of a cut: it has none");
  }

  @Test
  void a_pca_multiplies_with_its_components_and_subtracts_the_mean_where_it_is_centred() {
    assertThat(pca(false).project(new float[] {5, 10, 20})).containsExactly(5, 0.6f * 10 + 16);
    assertThat(pca(true).project(new float[] {5, 12, 3})).containsExactly(4, 0.6f * 10);
    assertThat(pca(true).component(1)).containsExactly(0, 0.6f, 0.8f);
    assertThat(pca(true).mean()).containsExactly(1, 2, 3);
    assertThat(pca(true).keptShare()).isEqualTo(0.75);
    assertThat(pca(true).sourceDimension()).isEqualTo(3);
    assertThat(pca(true).targetDimension()).isEqualTo(2);
  }

  @Test
  void the_result_is_the_same_alone_and_among_others_and_close_to_the_exact_sum() {
    Random random = new Random(4);
    for (int source : new int[] {9, 16, 31, 301}) {
      float[][] parts = new float[source][5];
      float[][] vectors = new float[13][source];
      for (float[] part : parts) {
        fill(part, random);
      }
      for (float[] vector : vectors) {
        fill(vector, random);
      }
      Projection projection = Projection.pca(false, 1, new float[source], parts);

      List<Vector> together = projection.project(Arrays.stream(vectors).map(Vector::of).toList());

      for (int v = 0; v < vectors.length; v++) {
        assertThat(projection.project(vectors[v])).isEqualTo(together.get(v).toArray());
        assertThat(projection.project(Vector.of(vectors[v]))).isEqualTo(together.get(v));
        for (int j = 0; j < 5; j++) {
          double exact = 0;
          for (int i = 0; i < source; i++) {
            exact += (double) vectors[v][i] * parts[i][j];
          }
          assertThat((double) together.get(v).get(j)).isCloseTo(exact, within(1e-4));
        }
      }
    }
  }

  private static void fill(float[] values, Random random) {
    for (int i = 0; i < values.length; i++) {
      values[i] = (float) random.nextGaussian();
    }
  }

  @Test
  void a_vector_of_another_dimension_is_refused() {
    assertThatIllegalArgumentException()
        .isThrownBy(() -> CUT.project(Vector.of(1, 2)))
        .withMessage("vector to project: 2 dimensions, expected 3");
    assertThatIllegalArgumentException()
        .isThrownBy(() -> pca(true).project(new float[4]))
        .withMessage("vector to project: 4 dimensions, expected 3");
  }

  @Test
  void the_version_is_of_all_that_determines_the_result_and_of_nothing_else() {
    float[][] parts = {{1, 0}, {0, 0.6f}, {0, 0.8f}};
    float[] mean = {1, 2, 3};
    float[] other = {1, 2, 4};

    assertThat(pca(true).version()).matches("[0-9a-f]{16}").isEqualTo(pca(true).version());
    assertThat(pca(true).version()).isNotEqualTo(pca(false).version());
    assertThat(Projection.pca(true, 0.5, mean, parts))
        .isEqualTo(pca(true))
        .hasSameHashCodeAs(pca(true));
    assertThat(Projection.pca(true, 0.75, other, parts)).isNotEqualTo(pca(true));
    assertThat(Projection.pca(false, 0.75, other, parts)).isEqualTo(pca(false));
    assertThat(CUT).isNotEqualTo(Reduction.truncate(2).projection(4));
    assertThat(CUT).hasToString("truncate 3 to 2, version " + CUT.version());
  }

  @Test
  void the_version_of_a_projection_never_changes() {
    assertThat(pca(true).version()).isEqualTo("9dddc9a2dd6f4b62");
    assertThat(CUT.version()).isEqualTo("afd431fbe0527650");
  }

  @Test
  void an_application_can_insist_on_a_version() {
    assertThat(CUT.expecting(CUT.version())).isSameAs(CUT);
    assertThatIllegalStateException()
        .isThrownBy(() -> CUT.expecting("0123456789abcdef"))
        .withMessage(
            "projection: version "
                + CUT.version()
                + ", expected 0123456789abcdef. Load the one that the table was filled with.");
  }

  @Test
  void its_bytes_and_its_file_give_it_back(@TempDir Path folder) throws Exception {
    for (Projection projection : List.of(CUT, pca(false), pca(true))) {
      Path file = folder.resolve("projection");
      projection.save(file);
      assertThat(Files.readAllBytes(file)).isEqualTo(projection.toBytes());
      for (Projection back : List.of(Projection.of(projection.toBytes()), Projection.load(file))) {
        assertThat(back.version()).isEqualTo(projection.version());
        assertThat(back.toBytes()).isEqualTo(projection.toBytes());
        assertThat(back.project(Vector.of(5, 6, 7)))
            .isEqualTo(projection.project(Vector.of(5, 6, 7)));
      }
    }
    assertThat(folder).isDirectoryNotContaining("glob:**.part");
  }

  @Test
  void damage_of_any_byte_and_any_length_is_noticed(@TempDir Path folder) throws Exception {
    Path file = folder.resolve("projection");
    for (Projection projection : List.of(CUT, pca(true))) {
      byte[] whole = projection.toBytes();
      for (int i = 0; i < whole.length; i++) {
        for (int bit = 0; bit < 8; bit++) {
          byte[] damaged = whole.clone();
          damaged[i] ^= (byte) (1 << bit);
          assertRefused(damaged, file);
        }
        assertRefused(Arrays.copyOf(whole, i), file);
      }
      assertRefused(Arrays.copyOf(whole, whole.length + 1), file);
    }
  }

  private static void assertRefused(byte[] bytes, Path file) throws Exception {
    Files.write(file, bytes);
    assertThatIllegalArgumentException()
        .isThrownBy(() -> Projection.of(bytes))
        .withMessageStartingWith("projection: ");
    assertThatIllegalArgumentException()
        .isThrownBy(() -> Projection.load(file))
        .withMessageStartingWith(file + ": projection: ");
  }

  @Test
  void messages_name_what_is_wrong() {
    byte[] bytes = pca(true).toBytes();

    assertThatIllegalArgumentException()
        .isThrownBy(() -> Projection.of(new byte[0]))
        .withMessage(
            "projection: 0 bytes, expected at least 54. It is cut off; take another copy.");
    assertThatIllegalArgumentException()
        .isThrownBy(() -> Projection.of(Arrays.copyOf(bytes, 60)))
        .withMessage(
            "projection: bytes 60, expected 90. It is damaged or no projection; take another copy.");
    assertThatIllegalArgumentException()
        .isThrownBy(() -> Projection.of(with(bytes, 30, 9)))
        .withMessage(
            "projection: its checksum does not fit its content. It is damaged; take another copy.");
    assertThatIllegalArgumentException()
        .isThrownBy(() -> Projection.of(with(bytes, 4, 2)))
        .withMessage("projection: form 2, expected 1. Read it with the release that wrote it.");
  }

  private static byte[] with(byte[] bytes, int index, int value) {
    byte[] changed = bytes.clone();
    changed[index] = (byte) value;
    return changed;
  }

  @Test
  void a_header_that_asks_for_much_takes_no_memory(@TempDir Path folder) throws Exception {
    ByteBuffer header = ByteBuffer.allocate(54).put(new byte[] {'V', 'M', 'P', 'R', 1, 2});
    header.putInt(20_000).putInt(19_999).putDouble(0.5);
    Path file = Files.write(folder.resolve("projection"), header.array());

    assertThatIllegalArgumentException()
        .isThrownBy(() -> Projection.load(file))
        .withMessage(
            file
                + ": projection: bytes 54, expected 1600000054. It is damaged or no projection; take another copy.");
    assertThatIllegalArgumentException()
        .isThrownBy(() -> Projection.of(header.putInt(6, 65_536).putInt(10, 60_000).array()))
        .withMessage(
            "projection: dimensions 65536 to 60000, expected components below 2 GiB. It is damaged or no projection; take another copy.");
  }

  @Test
  void components_that_are_no_numbers_are_refused_whatever_the_checksum() throws Exception {
    byte[] bytes = pca(true).toBytes();
    ByteBuffer.wrap(bytes).putFloat(bytes.length - 36, Float.NaN);
    MessageDigest hash = MessageDigest.getInstance("SHA-256");
    hash.update(bytes, 0, bytes.length - 32);
    System.arraycopy(hash.digest(), 0, bytes, bytes.length - 32, 32);

    assertThatIllegalArgumentException()
        .isThrownBy(() -> Projection.of(bytes))
        .withMessage(
            "projection: a component is NaN or infinite, expected a number. It is damaged or no projection; take another copy.");
  }

  @Test
  void one_that_could_not_be_stored_is_refused_before_it_is_fitted() {
    assertThatIllegalArgumentException()
        .isThrownBy(() -> Reduction.pca(30_000).sample(60_000, Distance.L2))
        .withMessage(
            "PCA of 60,000 dimensions to 30,000: expected at most 65,536, and components below 2 GiB");
  }
}
