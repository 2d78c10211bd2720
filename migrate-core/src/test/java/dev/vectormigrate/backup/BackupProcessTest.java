package dev.vectormigrate.backup;

import static org.assertj.core.api.Assertions.assertThat;

import java.io.IOException;
import java.io.RandomAccessFile;
import java.nio.charset.StandardCharsets;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.List;
import java.util.Random;
import java.util.concurrent.Callable;
import java.util.concurrent.TimeUnit;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;

/** What processes do to each other, and what is left of one that is killed. */
class BackupProcessTest {

  private static final long PATIENCE_NANOS = TimeUnit.MINUTES.toNanos(2);
  private static final int KILLED = 128 + 9;

  @TempDir Path temp;

  private Path source;
  private Path folder;
  private Backups backups;

  @BeforeEach
  void makeSource() throws Exception {
    temp = temp.toRealPath();
    source = temp.resolve("store");
    folder = temp.resolve("backups");
    backups = Backups.in(folder).keep(100);
    Tree.write(source.resolve("a.json"), "{}");
    byte[] noise = new byte[1 << 20];
    new Random(2).nextBytes(noise);
    Files.write(source.resolve("noise.bin"), noise);
  }

  private static void await(Process process, Callable<Boolean> condition) throws Exception {
    long start = System.nanoTime();
    while (!condition.call()) {
      boolean ended = process.waitFor(1, TimeUnit.MILLISECONDS);
      assertThat(ended).as(() -> "ended early: " + output(process)).isFalse();
      assertThat(System.nanoTime() - start).as("patience").isLessThan(PATIENCE_NANOS);
    }
  }

  private static String output(Process process) {
    try {
      return new String(process.getInputStream().readAllBytes(), StandardCharsets.UTF_8);
    } catch (IOException e) {
      return e.toString();
    }
  }

  private static void kill(Process process) throws Exception {
    assertThat(process.isAlive()).isTrue();
    process.destroyForcibly();
    assertThat(process.waitFor()).isEqualTo(KILLED);
  }

  private void assertOnlyCompleteBackups() throws Exception {
    List<String> expected = new ArrayList<>();
    for (Backup backup : backups.list()) {
      backups.verify(backup);
      expected.add(backup.id() + ".meta.json");
      expected.add(backup.id() + ".tar.gz");
    }
    assertThat(Tree.names(folder)).containsExactlyInAnyOrderElementsOf(expected);
  }

  @Test
  void killed_while_it_writes_the_archive() throws Exception {
    Path large = Files.createDirectories(temp.resolve("large")).resolve("sparse.bin");
    try (RandomAccessFile file = new RandomAccessFile(large.toFile(), "rw")) {
      file.setLength(1L << 36);
    }
    Process process = BackupProcess.start(List.of(), folder, large.getParent(), "large", 1);
    try {
      await(process, this::archiveHasBegun);
      kill(process);
    } finally {
      process.destroyForcibly();
    }
    assertThat(Tree.names(folder)).singleElement().asString().endsWith(".tar.gz.part");
    assertThat(backups.list()).isEmpty();
    assertThat(backups.unreadable()).isEmpty();

    Backup next = backups.create("small", source);

    assertThat(backups.list()).containsExactly(next);
    assertOnlyCompleteBackups();
  }

  private boolean archiveHasBegun() throws Exception {
    if (!Files.isDirectory(folder)) {
      return false;
    }
    for (String name : Tree.names(folder)) {
      if (name.endsWith(".part") && Files.size(folder.resolve(name)) > 0) {
        return true;
      }
    }
    return false;
  }

  @Test
  void killed_at_any_moment() throws Exception {
    Random random = new Random(3);
    for (int i = 0; i < 6; i++) {
      int before = backups.list().size();
      Process process = BackupProcess.start(List.of(), folder, source, "chat" + i, 100_000);
      try {
        await(process, () -> backups.list().size() >= before + 2);
        assertThat(process.waitFor(random.nextInt(100), TimeUnit.MILLISECONDS)).isFalse();
        kill(process);
      } finally {
        process.destroyForcibly();
      }
      assertThat(backups.unreadable()).isEmpty();
      backups.list().forEach(backups::verify);
      backups.create("next", source);
      assertOnlyCompleteBackups();
    }
  }

  @Test
  void killed_between_the_two_renames() throws Exception {
    Backup kept = backups.create("chat", source);
    Backup half = backups.create("chat", source);
    BackupFiles files = new BackupFiles(folder, half.id());
    Files.move(files.sidecar(), files.sidecarPart());
    assertThat(backups.list()).containsExactly(kept);

    Backup next = backups.create("chat", source);

    assertThat(backups.list()).containsExactly(next, kept);
    assertOnlyCompleteBackups();
  }

  @Test
  void files_of_others_are_left_alone() throws Exception {
    Tree.write(folder.resolve("download.tar.gz.part"), "not ours");
    Tree.write(folder.resolve("chat_20260301_120000.tar.gz"), "an archive without sidecar");
    backups.create("chat", source);
    assertThat(Tree.names(folder))
        .hasSize(4)
        .contains("download.tar.gz.part", "chat_20260301_120000.tar.gz");
  }

  @Test
  void two_processes_take_turns() throws Exception {
    Process one = BackupProcess.start(List.of(), folder, source, "chat", 5);
    Process two = BackupProcess.start(List.of(), folder, source, "chat", 5);
    assertThat(output(one)).isEqualTo("done");
    assertThat(output(two)).isEqualTo("done");
    assertThat(backups.list("chat")).hasSize(10);
    assertOnlyCompleteBackups();
  }

  @Test
  void a_disk_that_takes_no_more_is_one_clear_error() throws Exception {
    List<String> limited = List.of("sh", "-c", "ulimit -f 200; exec \"$@\"", "sh");
    Process process = BackupProcess.start(limited, folder, source, "chat", 1);
    assertThat(output(process))
        .isEqualTo(
            "[%s] backup of 'chat' cannot be made: File too large. Nothing is left of it."
                    .formatted(folder)
                + " Check permissions and space, or choose another folder.");
    assertThat(Tree.names(folder)).isEmpty();
  }
}
