package dev.vectormigrate.sources.numpy;

import static org.assertj.core.api.Assertions.assertThatThrownBy;

import dev.vectormigrate.sources.files.WorkDirectoryException;
import java.nio.file.Path;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.condition.EnabledOnOs;
import org.junit.jupiter.api.condition.OS;

@EnabledOnOs(OS.LINUX)
class ScratchWriterTest {

  @Test
  void a_full_disk_is_told_from_a_damaged_source() throws Exception {
    ScratchWriter writer = new ScratchWriter(Path.of("/dev/full"));
    writer.writeInt(1);

    assertThatThrownBy(writer::close)
        .isInstanceOf(WorkDirectoryException.class)
        .hasMessage(
            "work directory /dev: No space left on device, expected room for scratch files. Make"
                + " room, or choose another one with the system property java.io.tmpdir");
    writer.close();
  }
}
