package dev.vectormigrate.sources.numpy;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import java.io.ByteArrayOutputStream;
import java.io.IOException;
import java.io.UncheckedIOException;
import java.nio.ByteBuffer;
import java.nio.ByteOrder;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.zip.ZipEntry;
import java.util.zip.ZipOutputStream;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;

class NpzFileTest {

  @TempDir Path temp;
  private ScratchFiles scratch;

  @BeforeEach
  void open() throws Exception {
    scratch = ScratchFiles.below(Files.createDirectory(temp.resolve("work")));
  }

  @AfterEach
  void close() {
    scratch.close();
  }

  private static Path fixture(String name) {
    return Fixtures.path("numpy/" + name + ".npz");
  }

  @Test
  void stored_and_deflated_arrays_are_read() throws Exception {
    for (String name : new String[] {"stored", "deflated"}) {
      VectorRows rows = NpzFile.open(fixture(name)).extractVectors(scratch).vectors(scratch);
      assertThat(NpyFileTest.read(rows))
          .isEqualTo(Fixtures.vectors(Fixtures.json("numpy/expected.json").get("f4").get("rows")));
    }
    NpzFile stored = NpzFile.open(fixture("stored"));
    assertThat(stored.names()).containsExactly("embeddings", "ids");
    assertThat(stored.extract("ids", scratch).texts(9)).containsExactly("a", "b", "c", "d", "e");
  }

  @Test
  void an_array_has_to_be_named_where_nothing_tells() throws Exception {
    Path file = fixture("ambiguous");
    NpzFile archive = NpzFile.open(file);
    assertThatThrownBy(() -> archive.extractVectors(scratch))
        .hasMessage(file + ": arrays [one, two], expected one called embeddings or vectors");
    assertThatThrownBy(() -> archive.extract("three", scratch))
        .hasMessage(file + ": no array 'three', expected one of [one, two]");
  }

  @Test
  void a_sparse_matrix_is_refused() {
    Path file = fixture("sparse");
    assertThatThrownBy(() -> NpzFile.open(file))
        .hasMessage(
            file
                + ": a sparse matrix of SciPy, expected dense vectors. Save the matrix's"
                + " toarray()");
  }

  @Test
  void a_member_that_grows_beyond_reason_is_refused() {
    Path file = fixture("bomb");
    assertThatThrownBy(() -> NpzFile.open(file).extractVectors(scratch))
        .hasMessageStartingWith(file + ": array 'embeddings': 17200128 bytes out of ")
        .hasMessageEndingWith(", expected at most 200 times as many. Save it with numpy.savez");
  }

  @Test
  void a_member_with_another_size_than_its_header_says_is_refused() throws Exception {
    Path file = temp.resolve("a.npz");
    byte[] array = Files.readAllBytes(Fixtures.path("numpy/f4.npy"));
    Files.write(file, zip("a.npy", ByteBuffer.allocate(array.length + 5).put(array).array()));
    assertThatThrownBy(() -> NpzFile.open(file).extractVectors(scratch))
        .hasMessage(file + ": array 'a': 193 bytes declared, expected 188 for shape [5, 3]");
  }

  @Test
  void a_member_that_lies_about_its_size_is_refused() throws Exception {
    byte[] array = Files.readAllBytes(Fixtures.path("numpy/f4.npy"));
    byte[] bytes = new byte[1 << 20];
    System.arraycopy(array, 0, bytes, 0, array.length);
    byte[] zip = zip("a.npy", bytes);
    ByteBuffer directory = ByteBuffer.wrap(zip).order(ByteOrder.LITTLE_ENDIAN);
    int entry = directory.getInt(zip.length - 6);
    directory.putInt(entry + 24, array.length);
    Path file = Files.write(temp.resolve("a.npz"), zip);
    assertThatThrownBy(() -> NpzFile.open(file).extractVectors(scratch))
        .isInstanceOf(IOException.class)
        .hasMessage(file + ": array 'a': more than the 188 bytes declared");
  }

  private static byte[] zip(String name, byte[] content) {
    ByteArrayOutputStream bytes = new ByteArrayOutputStream();
    try (ZipOutputStream zip = new ZipOutputStream(bytes)) {
      zip.putNextEntry(new ZipEntry(name));
      zip.write(content);
    } catch (IOException e) {
      throw new UncheckedIOException(e);
    }
    return bytes.toByteArray();
  }

  @Test
  void what_is_no_archive_is_refused() throws Exception {
    Path file = Files.write(temp.resolve("a.npz"), new byte[100]);
    assertThatThrownBy(() -> NpzFile.open(file))
        .hasMessage(file + ": not a ZIP archive, expected NumPy's. Check the file");
  }

  @Test
  void a_directory_that_would_fill_the_memory_is_refused() throws Exception {
    byte[] zip = zip("a.npy", new byte[10]);
    ByteBuffer.wrap(zip).order(ByteOrder.LITTLE_ENDIAN).putInt(zip.length - 10, 1 << 30);
    Path file = Files.write(temp.resolve("a.npz"), zip);
    assertThatThrownBy(() -> NpzFile.open(file))
        .hasMessage(file + ": directory of 1073741824 bytes, expected at most 1048576");
  }
}
