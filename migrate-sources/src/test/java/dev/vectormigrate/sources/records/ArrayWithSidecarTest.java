package dev.vectormigrate.sources.records;

import static dev.vectormigrate.sources.records.Records.findings;
import static dev.vectormigrate.sources.records.Records.read;
import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import dev.vectormigrate.model.Dataset;
import dev.vectormigrate.sources.files.SplitChecks;
import dev.vectormigrate.sources.numpy.Fixtures;
import dev.vectormigrate.spi.Position;
import dev.vectormigrate.spi.RowReader;
import dev.vectormigrate.spi.SourceSession;
import dev.vectormigrate.spi.Split;
import java.io.IOException;
import java.nio.ByteBuffer;
import java.nio.ByteOrder;
import java.nio.charset.StandardCharsets;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.Arrays;
import java.util.stream.Stream;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;

class ArrayWithSidecarTest {

  @TempDir private Path folder;

  /** An array of single precision floats, as NumPy writes it. */
  private Path array(String name, int rows, int columns, float... components) throws IOException {
    String header =
        "{'descr': '<f4', 'fortran_order': False, 'shape': (%d, %d), }\n".formatted(rows, columns);
    ByteBuffer file =
        ByteBuffer.allocate(10 + header.length() + 4 * components.length)
            .order(ByteOrder.LITTLE_ENDIAN);
    file.put(new byte[] {(byte) 0x93, 'N', 'U', 'M', 'P', 'Y', 1, 0});
    file.putShort((short) header.length()).put(header.getBytes(StandardCharsets.US_ASCII));
    for (float component : components) {
      file.putFloat(component);
    }
    return Files.write(folder.resolve(name), file.array());
  }

  private Path write(String name, String content) throws IOException {
    return Records.write(folder, name, content);
  }

  @Test
  void whatIsWrongWithOneRecordNeverShiftsTheOthers() throws Exception {
    Path array = array("v.npy", 6, 1, 0, Float.NaN, 2, 3, 4, 5);
    write(
        "v.jsonl",
        """
        {"id": "a", "text": "0"}

        {"id": "b", "text": "1"}
        {"id": "c
        {"id": "a", "text": "3"}
        {"text": "4", "embedding": [0.5]}
        17
        """);

    ArrayWithSidecar source = ArrayWithSidecar.at(array);
    assertThat(read(source))
        .containsExactly(
            "a | 0 | {} | <0.0>",
            "refused b: embedding: a component is NaN, infinite or too large for single precision,"
                + " expected a number",
            "refused v#2: record: malformed, expected JSON in UTF-8",
            "refused a: key: of an earlier record of the file too, expected every key once",
            "v#4 | 4 | {\"embedding\":[0.5]} | <4.0>",
            "refused v#5: record: a number, expected an object");
    assertThat(findings(source))
        .containsExactly(
            "WARNING records.refused: records that cannot be read: 2, refused",
            "WARNING records.ids.missing: records without id: 1, called by file and number",
            "WARNING records.ids.repeated: records with the id of an earlier one: 1, refused");
    SplitChecks.check(source);
  }

  @Test
  void aDifferentNumberOfRecordsIsAnErrorAndNothingIsRead() throws Exception {
    Path array = array("v.npy", 2, 1, 1, 2);
    for (String records : new String[] {"[\"a\"]", "[\"a\", \"b\", \"c\"]"}) {
      int count = records.split(",").length;
      write("v.json", records);
      String problem =
          ("vectors: 2, records in v.json: %d, expected as many, since only their order tells what"
                  + " belongs together. Name another file, or save both again")
              .formatted(count);
      assertThat(findings(ArrayWithSidecar.at(array))).startsWith("ERROR numpy.counts: " + problem);
      assertThatThrownBy(() -> read(ArrayWithSidecar.at(array))).hasMessage(array + ": " + problem);
    }
  }

  @Test
  void ofSeveralFilesBesideTheCallerChooses() throws Exception {
    Path array = array("v.npy", 1, 1, 1);
    write("v.meta.json", "[\"one\"]");
    Path other = write("chunks.jsonl", "\"two\"\n");

    assertThatThrownBy(() -> ArrayWithSidecar.at(array).open())
        .hasMessage(
            array
                + ": several files beside it may belong to it, expected one: [v.meta.json,"
                + " chunks.jsonl]. Say which, with the option 'sidecar'");
    assertThat(read(ArrayWithSidecar.at(array).sidecar(other)))
        .containsExactly("v#0 | two | {} | <1.0>");
    Path table = write("some.csv", "id,content\n7,three\n");
    assertThat(read(ArrayWithSidecar.at(array).sidecar(table)))
        .containsExactly("7 | three | {} | <1.0>");
    assertThatThrownBy(() -> ArrayWithSidecar.at(array).sidecar(folder.resolve("none")).open())
        .hasMessage(
            folder.resolve("none") + ": missing, expected the records of an array. Check the path");
  }

  @Test
  void anArchiveAndTheFileBesideItCompleteEachOther() throws Exception {
    Path root = Fixtures.copy("records/archive", folder.resolve("archive"));
    Records.write(
        root,
        "meta.jsonl",
        """
        {"id": "chunk-0", "n": 0}
        {"n": 1}
        {"id": "chunk-6", "n": 2}
        {}
        {}
        {}
        {}
        """);

    ArrayWithSidecar source = ArrayWithSidecar.at(root.resolve("all.npz")).array("vectors");
    assertThat(read(source).stream().map(line -> line.replaceAll("(?s) \\|.*\\| \\{", " {")))
        .satisfies(
            lines -> {
              assertThat(lines.get(0)).startsWith("chunk-0 {\"n\":0,\"page\":-3} | <");
              assertThat(lines.get(1)).startsWith("chunk-1 {\"n\":1,\"page\":-2} | <");
              assertThat(lines.get(2))
                  .isEqualTo(
                      "refused chunk-2: record: key 'id' differs between the archive and the file"
                          + " beside it");
              assertThat(lines).hasSize(7);
            });
    SplitChecks.check(source);
  }

  @Test
  void noScratchFileIsLeft() throws Exception {
    Path scratch = Files.createDirectory(folder.resolve("scratch"));
    ArrayWithSidecar source =
        ArrayWithSidecar.at(Fixtures.path("records/array_keyed/vectors.npz"))
            .workDirectory(scratch);

    assertThat(read(source)).hasSize(7);
    try (Stream<Path> left = Files.list(scratch)) {
      assertThat(left).isEmpty();
    }
  }

  @Test
  void onlyAnArchiveHasNamedArrays() throws Exception {
    Path array = array("v.npy", 1, 1, 1);

    assertThatThrownBy(() -> read(ArrayWithSidecar.at(array).array("a")))
        .hasMessage(array + ": no archive, expected one with the array 'a'. Name no array of it");
    Path archive = Fixtures.path("records/refused/two.npz");
    assertThat(read(ArrayWithSidecar.at(archive).array("b"))).hasSize(7);
    assertThat(findings(ArrayWithSidecar.at(archive).array("b")))
        .startsWith(
            "WARNING numpy.others: arrays that are no column of texts or integers of the same"
                + " length and are not moved: a");
  }

  @Test
  void anArrayThatIsCutOffIsAnError() throws Exception {
    Path array = array("v.npy", 2, 1, 1, 2);
    byte[] whole = Files.readAllBytes(array);
    for (int length = 0; length < whole.length; length++) {
      Files.write(array, Arrays.copyOf(whole, length));
      assertThatThrownBy(() -> read(ArrayWithSidecar.at(array)))
          .as("cut off after %d bytes", length)
          .isInstanceOf(IOException.class);
    }
  }

  @Test
  void aChangeOfEitherFileWhileItIsReadIsNoticed() throws Exception {
    Path array = array("v.npy", 3, 1, 1, 2, 3);
    Path beside = write("v.json", "[\"a\", \"b\", \"c\"]");
    for (Path changed : new Path[] {array, beside}) {
      byte[] before = Files.readAllBytes(changed);
      try (SourceSession session = ArrayWithSidecar.at(array).open()) {
        Dataset dataset = session.datasets().get(0);
        try (RowReader reader = session.read(dataset, Split.WHOLE, Position.START)) {
          reader.next();
          Files.write(changed, Arrays.copyOf(before, before.length + 1));
          assertThatThrownBy(
                  () -> {
                    while (reader.next() != null) {}
                  })
              .hasMessage(
                  changed
                      + ": changed while it was read, expected it to rest. Stop what writes it and"
                      + " start again");
        }
      }
      Files.write(changed, before);
    }
  }
}
