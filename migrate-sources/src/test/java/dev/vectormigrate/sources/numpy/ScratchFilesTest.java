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

  /** What another process does when it begins and ends a session in this directory. */
  static final class OtherSession {

    private OtherSession() {}

    public static void main(String[] arguments) throws Exception {
      ScratchFiles.below(Path.of(arguments[0])).close();
    }
  }

  @Test
  void a_second_session_does_not_give_up_the_first_one_s_files_to_another_process()
      throws Exception {
    try (ScratchFiles first = ScratchFiles.below(temp);
        ScratchFiles second = ScratchFiles.below(temp)) {
      Path file = first.newFile("a");
      Path other = second.newFile("a");
      Process process =
          new ProcessBuilder(
                  Path.of(System.getProperty("java.home"), "bin", "java").toString(),
                  "-cp",
                  System.getProperty("java.class.path"),
                  OtherSession.class.getName(),
                  temp.toString())
              .inheritIO()
              .start();

      assertThat(process.waitFor()).isZero();
      assertThat(file).exists();
      assertThat(other).exists();
      assertThat(children()).hasSize(2);
    }
    assertThat(temp).isEmptyDirectory();
  }
}
