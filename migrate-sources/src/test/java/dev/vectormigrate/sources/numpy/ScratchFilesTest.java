package dev.vectormigrate.sources.numpy;

import static org.assertj.core.api.Assertions.assertThat;

import java.nio.file.Files;
import java.nio.file.Path;
import java.nio.file.attribute.PosixFilePermissions;
import java.util.List;
import java.util.stream.Stream;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;

class ScratchFilesTest {

  @TempDir Path temp;

  private List<Path> children() throws Exception {
    try (Stream<Path> list = Files.list(temp)) {
      return list.toList();
    }
  }

  @Test
  void only_the_owner_can_read_them_and_closing_removes_them() throws Exception {
    ScratchFiles scratch = ScratchFiles.below(temp);
    try (scratch) {
      Path file = scratch.newFile("some");
      assertThat(PosixFilePermissions.toString(Files.getPosixFilePermissions(file)))
          .isEqualTo("rw-------");
      assertThat(PosixFilePermissions.toString(Files.getPosixFilePermissions(children().get(0))))
          .isEqualTo("rwx------");
    }
    assertThat(temp).isEmptyDirectory();
    scratch.close();
  }

  @Test
  void what_a_killed_process_left_is_removed_and_what_is_in_use_is_not() throws Exception {
    Path leftOver = Files.createDirectory(temp.resolve("vector-migrate-files-1"));
    Files.createFile(leftOver.resolve("lock"));
    Files.createFile(leftOver.resolve("entries-1"));
    Path foreign = Files.createDirectory(temp.resolve("vector-migrate-files-2"));
    try (ScratchFiles first = ScratchFiles.below(temp);
        ScratchFiles second = ScratchFiles.below(temp)) {
      assertThat(leftOver).doesNotExist();
      assertThat(children()).hasSize(3).contains(foreign);
      assertThat(first.newFile("a")).exists();
      assertThat(second.newFile("a")).exists();
    }
    assertThat(children()).containsExactly(foreign);
  }
}
