package dev.vectormigrate.sources.numpy;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import com.fasterxml.jackson.databind.JsonNode;
import dev.vectormigrate.model.Vector;
import java.io.IOException;
import java.io.RandomAccessFile;
import java.nio.charset.StandardCharsets;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.Arrays;
import java.util.List;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.CsvSource;
import org.junit.jupiter.params.provider.ValueSource;

class NpyFileTest {

  @TempDir Path temp;
  private ScratchFiles scratch;

  @BeforeEach
  void open() throws Exception {
    scratch = ScratchFiles.below(Files.createDirectory(temp.resolve("work")));
  }

  @AfterEach
  void close() throws Exception {
    scratch.close();
    assertThat(temp.resolve("work")).isEmptyDirectory();
  }

  static List<Vector> read(VectorRows rows) throws Exception {
    List<Vector> vectors = new ArrayList<>();
    try (VectorRows.Reader reader = rows.open()) {
      for (long i = rows.count() - 1; i >= 0; i--) {
        vectors.add(0, reader.vector(i));
      }
    }
    try (VectorRows.Reader reader = rows.open()) {
      for (int i = 0; i < rows.count(); i++) {
        assertThat(reader.vector(i)).isEqualTo(vectors.get(i));
      }
    }
    return vectors;
  }

  @ParameterizedTest
  @ValueSource(
      strings = {
        "f4",
        "f4_big_endian",
        "f4_fortran",
        "f8_exact",
        "f8_lossy",
        "f8_big_endian_fortran",
        "f2",
        "f2_big_endian",
        "i1",
        "u1",
        "i4",
        "i8_big_endian",
        "one_dimension",
        "empty",
        "no_rows",
        "version_2",
        "version_3"
      })
  void every_component_of_an_array_is_read(String name) throws Exception {
    JsonNode expected = Fixtures.json("numpy/expected.json").get(name);
    VectorRows rows = NpyFile.open(Fixtures.path("numpy/" + name + ".npy")).vectors(scratch);
    assertThat(read(rows)).isEqualTo(Fixtures.vectors(expected.get("rows")));
    assertThat(rows.rounded()).isEqualTo(expected.get("rounded").asLong());
    assertThat(rows.missing()).isZero();
  }

  @Test
  void texts_are_read_for_ids() throws Exception {
    Path file = Fixtures.path("numpy/texts.npy");
    assertThat(NpyFile.open(file).texts(4)).containsExactly("a", "", "z\u00e9ro", "\uD83D\uDE00");
    assertThatThrownBy(() -> NpyFile.open(file).texts(3))
        .hasMessage(file + ": shape [4], expected one dimension of at most 3 texts");
    assertThatThrownBy(() -> NpyFile.open(file).vectors(scratch))
        .hasMessage(file + ": text of shape [4], expected numbers in one or two dimensions");
  }

  @Test
  void what_is_no_array_of_numbers_is_refused_with_the_reason() {
    refuses(
        "objects",
        "elements of type '|O': Python objects, expected numbers. Save the vectors as an array of"
            + " float32");
    refuses("structured", "a structured array, expected plain numbers. Save each field alone");
    Path cube = Fixtures.path("numpy/cube.npy");
    assertThatThrownBy(() -> NpyFile.open(cube).vectors(scratch))
        .hasMessage(
            cube + ": numbers of shape [2, 2, 2], expected numbers in one or two dimensions");
  }

  private static void refuses(String name, String message) {
    Path file = Fixtures.path("numpy/" + name + ".npy");
    assertThatThrownBy(() -> NpyFile.open(file))
        .isInstanceOf(IOException.class)
        .hasMessage(file + ": " + message);
  }

  @Test
  void a_file_that_is_cut_off_or_goes_on_is_refused() throws Exception {
    byte[] whole = Files.readAllBytes(Fixtures.path("numpy/f4.npy"));
    Path file = temp.resolve("array.npy");
    Files.write(file, Arrays.copyOf(whole, whole.length - 1));
    assertThatThrownBy(() -> NpyFile.open(file))
        .hasMessage(
            file
                + ": 187 bytes, expected 188 for shape [5, 3]. The file is cut off; restore it from"
                + " a backup");
    Files.write(file, Arrays.copyOf(whole, whole.length + 1));
    assertThatThrownBy(() -> NpyFile.open(file))
        .hasMessage(
            file
                + ": 189 bytes, expected 188 for shape [5, 3]. Save each array to a file of its"
                + " own");
    Files.write(file, Arrays.copyOf(whole, 9));
    assertThatThrownBy(() -> NpyFile.open(file))
        .hasMessage(file + ": header: ends early, expected 2 more bytes");
    Files.write(file, new byte[200]);
    assertThatThrownBy(() -> NpyFile.open(file))
        .hasMessage(file + ": no array in NumPy's format, expected one. Check the file");
  }

  @ParameterizedTest
  @CsvSource(
      delimiter = '|',
      value = {
        "{'descr': '<f4', 'fortran_order': False, 'shape': (9223372036854775807, 3)}|shape"
            + " [9223372036854775807, 3]: more than a file can hold",
        "{'descr': '<f4', 'fortran_order': False, 'shape': (-1,)}|header: shape, expected sizes"
            + " of 0"
            + " or more",
        "{'descr': '<f4', 'fortran_order': False}|header: expected the keys descr, fortran_order"
            + " and"
            + " shape",
        "{'descr': '<f4', 'fortran_order': __import__('os'), 'shape': ()}|header: malformed at"
            + " character 34, expected a Python literal",
        "{'descr': '<f4'|header: malformed at character 15, expected a Python literal",
        "{'descr': '<c8', 'fortran_order': False, 'shape': (1,)}|elements of type '<c8': expected"
            + " floats of 2, 4 or 8 bytes, integers or text",
        "{'descr': '<f16', 'fortran_order': False, 'shape': (1,)}|elements of type '<f16': expected"
            + " floats of 2, 4 or 8 bytes, integers or text",
        "[[[[[[[[[1]]]]]]]]]|header: malformed at character 8, expected a Python literal"
      })
  void a_header_that_lies_is_refused(String header, String message) throws Exception {
    Path file = write(header.getBytes(StandardCharsets.ISO_8859_1), 1);
    assertThatThrownBy(() -> NpyFile.open(file)).hasMessage(file + ": " + message);
  }

  private Path write(byte[] header, int version) throws IOException {
    Path file = temp.resolve("written.npy");
    try (RandomAccessFile out = new RandomAccessFile(file.toFile(), "rw")) {
      out.write(new byte[] {(byte) 0x93, 'N', 'U', 'M', 'P', 'Y', (byte) version, 0});
      out.writeShort(Short.reverseBytes((short) header.length));
      out.write(header);
    }
    return file;
  }

  @Test
  void python_2_wrote_long_integers_with_an_l() throws Exception {
    Path file =
        write(
            "{'descr': '<f4', 'fortran_order': False, 'shape': (0L, 3L), }\n"
                .getBytes(StandardCharsets.ISO_8859_1),
            1);
    assertThat(NpyFile.open(file).vectors(scratch).count()).isZero();
  }

  @Test
  void rows_beyond_two_gigabytes_are_found() throws Exception {
    Path file =
        write(
            "{'descr': '<f4', 'fortran_order': False, 'shape': (300000000, 3)}"
                .getBytes(StandardCharsets.ISO_8859_1),
            1);
    long start = Files.size(file);
    try (RandomAccessFile sparse = new RandomAccessFile(file.toFile(), "rw")) {
      sparse.setLength(start + 300_000_000L * 12);
      sparse.seek(start + 299_999_999L * 12);
      sparse.writeInt(Integer.reverseBytes(Float.floatToRawIntBits(1.5f)));
    }
    VectorRows rows = NpyFile.open(file).vectors(scratch);
    try (VectorRows.Reader reader = rows.open()) {
      assertThat(reader.vector(299_999_999L)).isEqualTo(Vector.of(1.5f, 0, 0));
      assertThat(reader.vector(0)).isEqualTo(Vector.of(0, 0, 0));
    }
  }

  @Test
  void a_component_that_is_not_finite_spoils_its_row_only() throws Exception {
    Path file = temp.resolve("array.npy");
    byte[] array = Files.readAllBytes(Fixtures.path("numpy/f4.npy"));
    array[array.length - 1] = 0x7F;
    array[array.length - 2] = (byte) 0x80;
    Files.write(file, array);
    try (VectorRows.Reader reader = NpyFile.open(file).vectors(scratch).open()) {
      assertThatThrownBy(() -> reader.vector(4))
          .isInstanceOf(UnusableVectorException.class)
          .hasMessage(
              "a component is NaN, infinite or too large for single precision, expected a number");
      assertThat(reader.vector(3)).isNotNull();
    }
  }
}
