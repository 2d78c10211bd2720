package dev.vectormigrate.sources.pickle;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import com.fasterxml.jackson.databind.JsonNode;
import dev.vectormigrate.model.Vector;
import dev.vectormigrate.sources.numpy.Fixtures;
import dev.vectormigrate.sources.numpy.ScratchFiles;
import dev.vectormigrate.sources.numpy.UnusableVectorException;
import dev.vectormigrate.sources.numpy.VectorRows;
import java.io.BufferedOutputStream;
import java.io.IOException;
import java.io.OutputStream;
import java.nio.charset.StandardCharsets;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.Arrays;
import java.util.List;
import java.util.stream.Stream;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.CsvSource;
import org.junit.jupiter.params.provider.MethodSource;

class PickledVectorsTest {

  private static final String RUN_NOTHING =
      ", expected lists and arrays of numbers. Nothing of it was run; save the data in another"
          + " format";

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

  static Stream<String> fixtures() throws IOException {
    List<String> names = new ArrayList<>();
    for (String file : List.of("expected.json", "expected-older.json")) {
      JsonNode expected = Fixtures.json("pickle/" + file);
      expected
          .fieldNames()
          .forEachRemaining(
              name ->
                  expected
                      .get(name)
                      .get("protocols")
                      .forEach(protocol -> names.add(file + ":" + name + ":" + protocol)));
    }
    return names.stream();
  }

  @ParameterizedTest
  @MethodSource("fixtures")
  void every_component_is_read(String fixture) throws Exception {
    String[] parts = fixture.split(":");
    JsonNode expected = Fixtures.json("pickle/" + parts[0]).get(parts[1]).get("rows");
    Path file = Fixtures.path("pickle/" + parts[1] + "_" + parts[2] + ".pkl");
    VectorRows rows = PickledVectors.read(file, scratch);
    List<Vector> actual = new ArrayList<>();
    try (VectorRows.Reader reader = rows.open()) {
      for (long i = 0; i < rows.count(); i++) {
        actual.add(reader.vector(i));
      }
    }
    assertThat(actual).isEqualTo(Fixtures.vectors(expected));
    assertThat(rows.rounded()).isEqualTo(parts[1].equals("integers") ? 1 : 0);
    assertThat(rows.missing()).isEqualTo(parts[1].equals("places") ? 1 : 0);
  }

  private Path write(String pickle) throws IOException {
    return Files.write(temp.resolve("vectors.pkl"), pickle.getBytes(StandardCharsets.ISO_8859_1));
  }

  private void refuses(String pickle, String message) throws IOException {
    Path file = write(pickle);
    assertThatThrownBy(() -> PickledVectors.read(file, scratch))
        .isInstanceOf(IOException.class)
        .hasMessage(file + ": " + message);
  }

  @Test
  void what_would_run_code_is_refused_and_not_run() throws Exception {
    Path proof = temp.resolve("proof");
    refuses(
        "\u0080\u0003cos\nsystem\n(X\u0010\0\0\0touch " + proof + "tR.",
        "byte 2: GLOBAL of os.system" + RUN_NOTHING);
    refuses(
        "\u0080\u0004\u008c\u0005posix\u0094\u008c\u0006system\u0094\u0093\u0094.",
        "byte 19: STACK_GLOBAL of posix.system" + RUN_NOTHING);
    refuses(
        "\u0080\u0004]\u008c\u0008builtins\u008c\u0004eval\u0093\u008c\u00011\u0085Ra.",
        "byte 19: STACK_GLOBAL of builtins.eval" + RUN_NOTHING);
    refuses(
        "\u0080\u0002c__main__\nStore\n)\u0081}b.",
        "byte 2: GLOBAL of __main__.Store" + RUN_NOTHING);
    assertThat(proof).doesNotExist();
  }

  @ParameterizedTest
  @CsvSource(
      delimiter = '|',
      value = {
        "Q|0x51",
        "i|0x69",
        "o|0x6f",
        "\u0082|0x82",
        "\u0097|0x97",
        "\u0098|0x98",
        "I|0x49",
        "V|0x56",
        "P|0x50",
        "\u00ff|0xff"
      })
  void opcodes_that_data_does_not_need_are_refused(String opcode, String code) throws Exception {
    refuses("\u0080\u0004]" + opcode + "....", "byte 3: opcode " + code + RUN_NOTHING);
  }

  @Test
  void every_truncation_is_an_error() throws Exception {
    for (String name : List.of("lists_4", "arrays_5", "array_2", "dictionary_3", "scalars_4")) {
      byte[] whole = Files.readAllBytes(Fixtures.path("pickle/" + name + ".pkl"));
      for (int length = 0; length < whole.length; length++) {
        Path file = Files.write(temp.resolve("cut.pkl"), Arrays.copyOf(whole, length));
        assertThatThrownBy(() -> PickledVectors.read(file, scratch))
            .isInstanceOf(IOException.class)
            .hasMessageStartingWith(file.toString());
      }
    }
  }

  @Test
  void a_truncated_file_says_so() throws Exception {
    refuses(
        "\u0080\u0004\u0095\u00ff\0\0\0\0\0\0\0].",
        "byte 2: frame of 255 bytes, 2 are left. The file is cut off; restore it from a backup");
    refuses("\u0080\u0004]G\0\0", "byte 3: ends early, at byte 6");
    refuses(
        "\u0080\u0004X\u00ff\u00ff\u00ff\u007fabc",
        "byte 2: 2147483647 bytes of text or data, 3 are left");
    refuses(
        "\u0080\u0004\u008e\u00ff\u00ff\u00ff\u00ff\u00ff\u00ff\u00ff\u00ffabc",
        "byte 2: -1 bytes of text or data, 3 are left");
  }

  @Test
  void other_formats_are_refused() throws Exception {
    refuses(
        "PK\u0003\u0004",
        "byte 0: not a pickle of protocol 2 to 5, expected lists and arrays of numbers. Check the"
            + " file");
    refuses("\u0080\u0006].", "byte 0: pickle protocol 6, expected 2 to 5");
    refuses(
        "\u0080\u0004K\u0001.",
        "no vectors, expected a list of them, an array, or a dictionary with a key embeddings or"
            + " vectors");
    refuses("\u0080\u0004]K\u0001.", "byte 5: more than one value at the end");
  }

  @Test
  void depth_stack_and_memo_are_bounded() throws Exception {
    refuses("\u0080\u0004" + "(".repeat(300), "byte 257: more than 256 levels, expected fewer");
    refuses(
        "\u0080\u0004(" + "N".repeat(1_000_001),
        "byte 1000003: more than 1000000 values held, expected fewer");
    refuses("\u0080\u0004]r\u00ff\u00ff\u00ff\u007f.", "byte 3: a memo of nothing");
    refuses(
        "\u0080\u0004]\u008b\u00ff\u00ff\u0000\u0000.",
        "byte 3: number of 65535 bytes, expected at most 1024");
  }

  @Test
  void nonsense_is_an_error_and_never_another_exception() throws Exception {
    for (String nonsense :
        List.of(
            "a",
            "e",
            "u",
            "s",
            "0",
            "1",
            "t",
            "b",
            "R",
            "\u0081",
            "\u0085",
            "\u0094",
            "}e",
            "](e]u",
            "](KKKu",
            "(]e",
            "]q\0h\0a",
            "N}b",
            "]}b")) {
      Path file = write("\u0080\u0004" + nonsense + ".");
      try {
        PickledVectors.read(file, scratch);
      } catch (IOException e) {
        assertThat(e).hasMessageStartingWith(file.toString());
      }
    }
  }

  @Test
  void rows_that_are_no_vectors_are_told_from_the_others() throws Exception {
    Path file =
        write(
            "\u0080\u0004]"
                + "](K\u0001K\u0002e"
                + "a"
                + "](K\u0001K\u0002K\u0003e"
                + "a"
                + "](K\u0001\u008c\u0001xe"
                + "a"
                + "\u008c\u0001xa"
                + "](K\u0001G\u007f\u00f8\0\0\0\0\0\0e"
                + "a"
                + "](K\u0003G\u007f\u00ef\u00ff\u00ff\u00ff\u00ff\u00ff\u00ffe"
                + "a"
                + "]a"
                + "](K\u0005K\u0006e"
                + "a.");
    VectorRows rows = PickledVectors.read(file, scratch);
    assertThat(rows.count()).isEqualTo(8);
    assertThat(rows.dimension()).isEqualTo(2);
    try (VectorRows.Reader reader = rows.open()) {
      assertThat(reader.vector(0)).isEqualTo(Vector.of(1, 2));
      unusable(reader, 1, "dimension 3, expected 2 as most have");
      unusable(reader, 2, "something other than numbers in it, expected numbers");
      unusable(reader, 3, "something other than numbers in it, expected numbers");
      unusable(
          reader,
          4,
          "a component is NaN, infinite or too large for single precision, expected a number");
      unusable(
          reader,
          5,
          "a component is NaN, infinite or too large for single precision, expected a number");
      unusable(reader, 6, "dimension 0, expected 2 as most have");
      assertThat(reader.vector(7)).isEqualTo(Vector.of(5, 6));
    }
  }

  private static void unusable(VectorRows.Reader reader, long number, String reason) {
    assertThatThrownBy(() -> reader.vector(number))
        .isInstanceOf(UnusableVectorException.class)
        .hasMessage(reason);
  }

  @Test
  void memory_does_not_grow_with_the_number_of_items() throws Exception {
    Path file = temp.resolve("long.pkl");
    try (OutputStream out = new BufferedOutputStream(Files.newOutputStream(file))) {
      out.write("\u0080\u0004](".getBytes(StandardCharsets.ISO_8859_1));
      byte[] row = "]\u0094(K\u0001K\u0002K\u0003e".getBytes(StandardCharsets.ISO_8859_1);
      for (int i = 0; i < 1_500_000; i++) {
        out.write(row);
      }
      out.write("e.".getBytes(StandardCharsets.ISO_8859_1));
    }
    VectorRows rows = PickledVectors.read(file, scratch);
    assertThat(rows.count()).isEqualTo(1_500_000);
    try (VectorRows.Reader reader = rows.open()) {
      assertThat(reader.vector(1_499_999)).isEqualTo(Vector.of(1, 2, 3));
    }
  }
}
