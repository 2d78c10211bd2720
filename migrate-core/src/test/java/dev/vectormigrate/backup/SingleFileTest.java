package dev.vectormigrate.backup;

import static org.assertj.core.api.Assertions.assertThat;

import java.nio.file.Files;
import java.nio.file.Path;
import java.time.Clock;
import java.time.Instant;
import java.time.ZoneOffset;
import java.util.Map;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;

class SingleFileTest {

  @TempDir Path temp;

  private Path file;
  private Backups backups;

  @BeforeEach
  void makeSource() throws Exception {
    temp = temp.toRealPath();
    file = temp.resolve("chat.db");
    Tree.write(file, "pages");
    Tree.write(temp.resolve("other.db"), "somebody else's");
    backups =
        Backups.in(temp.resolve("backups"))
            .withClock(Clock.fixed(Instant.parse("2026-03-01T12:00:00Z"), ZoneOffset.UTC));
  }

  @Test
  void a_file_comes_back_and_what_was_there_is_kept() throws Exception {
    String before = Tree.of(file).get("");
    Backup backup = backups.create("chat", file);
    Tree.write(file, "damage");

    Restored restored = backups.restore(backup, backup.source());

    assertThat(backup.isSingleFile()).isTrue();
    assertThat(backup.files()).hasSize(1);
    assertThat(restored.previous())
        .isEqualTo(temp.resolve("chat.db.before-restore_20260301_120000"));
    assertThat(restored.previous()).hasContent("damage");
    assertThat(Tree.of(file).get("")).isEqualTo(before);
    assertThat(Tree.names(temp))
        .containsExactly(
            "backups", "chat.db", "chat.db.before-restore_20260301_120000", "other.db");
  }

  @Test
  void a_file_can_be_restored_under_another_name() throws Exception {
    Tree.write(temp.resolve("chat.db-wal"), "committed rows");
    Backup backup = backups.create("chat", file);
    Restored restored = backups.restore(backup, temp.resolve("new/copy.db"));
    assertThat(restored).isEqualTo(new Restored(backup, temp.resolve("new/copy.db"), null));
    assertThat(Tree.names(temp.resolve("new"))).containsExactly("copy.db", "copy.db-wal");
  }

  @Test
  void a_log_beside_a_database_belongs_to_it() throws Exception {
    Tree.write(temp.resolve("chat.db-wal"), "committed rows");
    Tree.write(temp.resolve("chat.db-shm"), "an index of the log");
    Map<String, String> before = Tree.of(temp);
    Backup backup = backups.create("chat", file);
    assertThat(backup.files())
        .extracting(BackedUpFile::path)
        .containsExactly("chat.db", "chat.db-wal");
    Tree.write(file, "other pages");
    Files.delete(temp.resolve("chat.db-wal"));
    Tree.write(temp.resolve("chat.db-journal"), "of the other pages");

    Restored restored = backups.restore(backup, file);

    Map<String, String> after = Tree.of(temp);
    assertThat(after.get("chat.db")).isEqualTo(before.get("chat.db"));
    assertThat(after.get("chat.db-wal")).isEqualTo(before.get("chat.db-wal"));
    assertThat(temp.resolve("chat.db-journal")).doesNotExist();
    assertThat(temp.resolve("chat.db-shm")).doesNotExist();
    assertThat(restored.previous()).hasContent("other pages");
    assertThat(Path.of(restored.previous() + "-journal")).hasContent("of the other pages");
    assertThat(Path.of(restored.previous() + "-shm")).hasContent("an index of the log");
  }

  @Test
  void a_log_without_its_database_is_moved_aside_too() throws Exception {
    Backup backup = backups.create("chat", file);
    Files.delete(file);
    Tree.write(temp.resolve("chat.db-wal"), "of a database that is gone");
    backups.restore(backup, file);
    assertThat(Tree.names(temp))
        .containsExactly(
            "backups", "chat.db", "chat.db.before-restore_20260301_120000-wal", "other.db");
  }
}
