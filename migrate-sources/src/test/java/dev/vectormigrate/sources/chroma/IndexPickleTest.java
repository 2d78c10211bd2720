package dev.vectormigrate.sources.chroma;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import java.io.ByteArrayOutputStream;
import java.io.IOException;
import java.nio.charset.StandardCharsets;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.Map;
import java.util.TreeMap;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;

/** Pickles are read without being trusted. */
class IndexPickleTest {

  private static final String OBJECT =
      "\u008c\u0032chromadb.segment.impl.vector.local_persistent_hnsw\u0094"
          + "\u008c\u000ePersistentData\u0094\u0093\u0094)\u0081\u0094";

  @TempDir Path temp;

  private final Map<String, Long> labels = new TreeMap<>();

  private long read(String pickle) throws IOException {
    Path file = Files.write(temp.resolve("pickle"), pickle.getBytes(StandardCharsets.ISO_8859_1));
    return IndexPickle.read(
        file, (id, label) -> labels.put(new String(id, StandardCharsets.UTF_8), label));
  }

  private void isDamaged(String pickle, String message) {
    assertThatThrownBy(() -> read(pickle))
        .isInstanceOf(IndexPickle.DamagedException.class)
        .hasMessage(message);
  }

  private static String text(String text) {
    return "\u008c" + (char) text.length() + text;
  }

  @Test
  void readsTheObjectThatPythonWrites() throws Exception {
    String state =
        "}\u0094("
            + text("max_seq_id")
            + "\u0094M\u0001\u0001"
            + text("id_to_label")
            + "\u0094}\u0094("
            + text("a")
            + "\u0094K\u0001"
            + text("b")
            + "\u0094J\u0002\u0000\u0000\u0000u("
            + text("c")
            + "\u0094\u008a\u0003\u0001\u0002\u0003u"
            + text("label_to_id")
            + "\u0094}\u0094(K\u0001h\u0008K\u0002h\u0009uub.";
    assertThat(read("\u0080\u0005\u0095\u0010\0\0\0\0\0\0\0" + OBJECT + state)).isEqualTo(257);
    assertThat(labels)
        .containsExactly(Map.entry("a", 1L), Map.entry("b", 2L), Map.entry("c", 0x030201L));
  }

  @Test
  void readsDictionariesOfOneEntry() throws Exception {
    String pickle =
        "\u0080\u0005}("
            + text("dimensionality")
            + "N"
            + text("id_to_label")
            + "}"
            + text("only")
            + "K\u0007s"
            + text("label_to_id")
            + "}K\u0007"
            + text("only")
            + "su.";
    assertThat(read(pickle)).isEqualTo(-1);
    assertThat(labels).containsExactly(Map.entry("only", 7L));
  }

  @Test
  void readsIdsThatEqualTheNameOfAnAttribute() throws Exception {
    String pickle =
        "\u0080\u0005}\u0094("
            + text("max_seq_id")
            + "\u0094K\u0005"
            + text("id_to_label")
            + "\u0094}\u0094(h\u0001K\u0003uu.";
    assertThat(read(pickle)).isEqualTo(5);
    assertThat(labels).containsExactly(Map.entry("max_seq_id", 3L));
  }

  @Test
  void runsNothing() {
    isDamaged("\u0080\u0003cos\nsystem\n.", "opcode 0x63, which Chroma does not write at byte 3");
    isDamaged(
        "\u0080\u0004" + text("os") + text("system") + "\u0093.",
        "a class other than PersistentData at byte 15");
    isDamaged(
        "\u0080\u0004" + OBJECT + ")R.", "opcode 0x52, which Chroma does not write at byte 79");
  }

  @Test
  void takesNoMemoryForLengthsThatTheFileDoesNotHave() {
    isDamaged(
        "\u0080\u0003X\u00ff\u00ff\u00ff\u007f", "text of 2147483647 bytes, 0 are left at byte 7");
    isDamaged(
        "\u0080\u0003\u008d\u00ff\u00ff\u00ff\u00ff\u00ff\u00ff\u00ff\u00ff",
        "text of -1 bytes, 0 are left at byte 11");
    isDamaged(
        "\u0080\u0005\u0095\u0000\u0000\u0000\u0000\u0000\u0000\u0000\u0040",
        "frame of 4611686018427387904 bytes, 0 are left at byte 11");
    isDamaged("\u0080\u0003\u008a\u00ff", "a number of 255 bytes, expected at most 8 at byte 4");
  }

  @Test
  void noticesWhatChromaDoesNotWrite() {
    isDamaged("", "ends early");
    isDamaged("\u0080\u0003}(", "ends early");
    isDamaged("PK", "no pickle header at byte 1");
    isDamaged("\u0080\u0009.", "pickle protocol 9, expected 2 to 5 at byte 2");
    isDamaged("\u0080\u0003.", "stops without its state at byte 3");
    isDamaged("\u0080\u0003(", "a mark outside a dictionary at byte 3");
    isDamaged("\u0080\u0003}(Nu.", "a dictionary with half an entry at byte 6");
    isDamaged("\u0080\u0003}((", "a mark outside a dictionary at byte 5");
    isDamaged("\u0080\u0003NNNNN", "more on the stack than Chroma puts there at byte 7");
    isDamaged("\u0080\u0003u", "a dictionary with half an entry at byte 3");
    isDamaged("\u0080\u0003b", "an empty stack at byte 3");
    isDamaged(
        "\u0080\u0003}(" + text("id_to_label") + "}(" + text("a") + text("b") + "uu.",
        "an entry of id_to_label that is not text and a number at byte 26");
  }

  @Test
  void everyPrefixOfARealPickleIsDamaged() throws Exception {
    Path directory = Fixture.V0_4_24.unpack(temp.resolve("fixture"));
    byte[] whole =
        Files.readAllBytes(new Edits(directory).indexFile("no_docs", "index_metadata.pickle"));
    for (int length = 0; length < whole.length; length++) {
      ByteArrayOutputStream prefix = new ByteArrayOutputStream();
      prefix.write(whole, 0, length);
      String pickle = prefix.toString(StandardCharsets.ISO_8859_1);
      assertThatThrownBy(() -> read(pickle)).isInstanceOf(IndexPickle.DamagedException.class);
    }
  }
}
