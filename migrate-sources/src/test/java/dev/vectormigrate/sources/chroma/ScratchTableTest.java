package dev.vectormigrate.sources.chroma;

import static org.assertj.core.api.Assertions.assertThat;

import java.nio.charset.StandardCharsets;
import java.nio.file.Path;
import java.security.MessageDigest;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;

class ScratchTableTest {

  @TempDir Path temp;

  @Test
  void growsAndForgetsNothing() throws Exception {
    ScratchTable table = ScratchTable.in(temp, "t", 0);
    MessageDigest sha256 = ScratchTable.sha256();
    for (int i = 1; i <= 20_000; i++) {
      table.put(ScratchTable.keyOf(bytes(i), sha256), i);
    }
    for (int i = 2; i <= 20_000; i += 2) {
      table.remove(ScratchTable.keyOf(bytes(i), sha256));
    }
    table.put(ScratchTable.keyOf(bytes(1), sha256), -5);
    for (int i = 2; i <= 20_000; i++) {
      assertThat(table.get(ScratchTable.keyOf(bytes(i), sha256)))
          .isEqualTo(i % 2 == 0 ? ScratchTable.ABSENT : i);
    }
    assertThat(table.get(ScratchTable.keyOf(bytes(1), sha256))).isEqualTo(-5);
    assertThat(Edits.children(temp)).hasSize(1);
    table.delete();
    assertThat(Edits.children(temp)).isEmpty();
  }

  private static byte[] bytes(int i) {
    return ("id-" + i).getBytes(StandardCharsets.UTF_8);
  }
}
