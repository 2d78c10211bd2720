package dev.vectormigrate.backup;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import java.nio.file.Files;
import java.nio.file.Path;
import java.nio.file.attribute.FileTime;
import java.nio.file.attribute.PosixFilePermissions;
import java.time.Clock;
import java.time.Duration;
import java.time.Instant;
import java.time.ZoneOffset;
import java.util.ArrayList;
import java.util.List;
import java.util.Map;
import java.util.Random;
import java.util.concurrent.ExecutorService;
import java.util.concurrent.Executors;
import java.util.concurrent.Future;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;

class BackupsTest {

  private static final Instant NOON = Instant.parse("2026-03-01T12:00:00.123456789Z");

  @TempDir Path temp;

  private Path source;
  private Backups backups;

  @BeforeEach
  void makeSource() throws Exception {
    temp = temp.toRealPath();
    source = temp.resolve("store");
    Tree.write(source.resolve("chroma.sqlite3"), "rows");
    Tree.write(source.resolve("index/data_level0.bin"), "vectors");
    backups = Backups.beside(source).withClock(at(NOON));
  }

  private static Clock at(Instant instant) {
    return Clock.fixed(instant, ZoneOffset.UTC);
  }

  private Backup createAt(Instant instant) {
    return backups.withClock(at(instant)).create("chat", source);
  }

  @Test
  void a_folder_comes_back_byte_for_byte() throws Exception {
    fillWithOddities();
    Map<String, String> before = Tree.of(source);

    Backup backup = backups.create("chat", source);
    Restored restored = backups.restore(backup, temp.resolve("elsewhere/copy"));

    assertThat(restored).isEqualTo(new Restored(backup, temp.resolve("elsewhere/copy"), null));
    assertThat(Tree.of(restored.target())).isEqualTo(before);
    assertThat(Tree.of(source)).isEqualTo(before);
    assertThat(Tree.names(temp.resolve("elsewhere"))).containsExactly("copy");
  }

  private void fillWithOddities() throws Exception {
    Tree.write(source.resolve("empty.bin"), "");
    Tree.write(source.resolve(".hidden"), "dot");
    Tree.write(source.resolve("a\\b 'c' \"d\"\n"), "backslash, quotes, line end");
    Tree.write(source.resolve("größe-数据-😀/ключ.json"), "unicode");
    Path deep = source;
    for (int i = 0; i < 5; i++) {
      deep = deep.resolve("n".repeat(200) + i);
    }
    Tree.write(deep.resolve("x".repeat(255)), "a path of 1261 characters");
    byte[] noise = new byte[3_000_001];
    new Random(1).nextBytes(noise);
    Files.write(source.resolve("noise.bin"), noise);
    Files.createDirectories(source.resolve("empty/of/all"));
    Files.setLastModifiedTime(source.resolve("noise.bin"), FileTime.from(NOON));
    Files.setLastModifiedTime(
        source.resolve("empty.bin"), FileTime.from(Instant.parse("1969-12-31T23:59:58Z")));
    permit(source.resolve("noise.bin"), "r--r-----");
    permit(source.resolve("empty"), "rwxr-x---");
    permit(source, "rwx------");
    Files.setLastModifiedTime(source, FileTime.from(NOON.minusSeconds(5)));
  }

  private static void permit(Path path, String permissions) throws Exception {
    Files.setPosixFilePermissions(path, PosixFilePermissions.fromString(permissions));
  }

  @Test
  void a_damaged_source_is_restored_and_the_damage_is_kept() throws Exception {
    Map<String, String> before = Tree.of(source);
    Backup backup = backups.create("chat", source);
    Files.delete(source.resolve("chroma.sqlite3"));
    Tree.write(source.resolve("index/data_level0.bin"), "damage");
    Tree.write(source.resolve("later"), "new");
    Map<String, String> damaged = Tree.of(source);

    Restored restored = backups.restore(backup, backup.source());

    Path previous = temp.resolve("store.before-restore_20260301_120000");
    assertThat(restored).isEqualTo(new Restored(backup, source, previous));
    assertThat(Tree.of(source)).isEqualTo(before);
    assertThat(Tree.of(previous)).isEqualTo(damaged);
  }

  @Test
  void what_two_restores_in_one_second_replace_is_kept() throws Exception {
    Backup backup = backups.create("chat", source);
    backups.restore(backup, source);
    Restored second = backups.restore(backup, source);
    assertThat(second.previous()).isEqualTo(temp.resolve("store.before-restore_20260301_120000_2"));
    assertThat(Tree.names(temp))
        .containsExactly(
            ".vector-migrate-backups",
            "store",
            "store.before-restore_20260301_120000",
            "store.before-restore_20260301_120000_2");
  }

  @Test
  void a_backup_says_what_it_is() throws Exception {
    Backup backup = backups.create("chat", source);
    assertThat(backup.id()).isEqualTo("chat_20260301_120000");
    assertThat(backup.name()).isEqualTo("chat");
    assertThat(backup.source()).isEqualTo(source);
    assertThat(backup.archive())
        .isEqualTo(temp.resolve(".vector-migrate-backups/chat_20260301_120000.tar.gz"));
    assertThat(backup.archiveSize()).isEqualTo(Files.size(backup.archive()));
    assertThat(backup.archiveSha256()).isEqualTo(Sha256.of(backup.archive()).hex());
    assertThat(backup.created()).isEqualTo(NOON);
    assertThat(backup.directories()).containsExactly(".", "index");
    assertThat(backup.files())
        .containsExactly(
            new BackedUpFile(
                "chroma.sqlite3",
                4,
                "bc51e9e65d79e1c90ba544ab2eae1044ccdf8c1af7a559ba375cba4276f7d99e"),
            new BackedUpFile(
                "index/data_level0.bin",
                7,
                Sha256.of(source.resolve("index/data_level0.bin")).hex()));
    assertThat(backup.fileCount()).isEqualTo(2);
    assertThat(backup.totalBytes()).isEqualTo(11);
    assertThat(backup.isSingleFile()).isFalse();
    assertThat(Tree.names(backups.folder()))
        .containsExactly("chat_20260301_120000.meta.json", "chat_20260301_120000.tar.gz");
    assertThat(backups.find(backup.id())).contains(backup);
    backups.verify(backup);
  }

  @Test
  void backups_are_as_private_as_their_content() throws Exception {
    Backup backup = backups.create("chat", source);
    assertThat(Files.getPosixFilePermissions(backups.folder()))
        .isEqualTo(PosixFilePermissions.fromString("rwx------"));
    assertThat(Files.getPosixFilePermissions(backup.archive()))
        .isEqualTo(PosixFilePermissions.fromString("rw-------"));
  }

  @Test
  void two_in_one_second_get_different_ids() {
    Backup first = backups.create("chat", source);
    Backup second = backups.create("chat", source);
    Backup third = backups.create("chat", source);
    assertThat(second.id()).isEqualTo("chat_20260301_120000_2");
    assertThat(third.id()).isEqualTo("chat_20260301_120000_3");
    assertThat(backups.list()).containsExactly(third, second, first);
  }

  @Test
  void a_name_may_be_any_text() {
    Backup backup = backups.create("../my chat/größe", source);
    Backup similar = backups.create("../my chat/gr__e", source);
    assertThat(backup.id()).isEqualTo(".._my_chat_gr__e_20260301_120000");
    assertThat(similar.id()).isEqualTo(".._my_chat_gr__e_20260301_120000_2");
    assertThat(backups.list("../my chat/größe")).containsExactly(backup);
    assertThat(backups.create("n".repeat(500), source).id())
        .isEqualTo("n".repeat(100) + "_20260301_120000");
    assertThatThrownBy(() -> backups.create(" ", source))
        .isInstanceOf(IllegalArgumentException.class)
        .hasMessage("name: blank");
  }

  @Test
  void there_is_nothing_before_the_first_backup() {
    assertThat(backups.list()).isEmpty();
    assertThat(backups.unreadable()).isEmpty();
    assertThat(backups.find("chat_20260301_120000")).isEmpty();
    assertThat(backups.find("../store")).isEmpty();
    assertThat(backups.folder()).doesNotExist();
  }

  @Test
  void the_newest_three_of_a_name_are_kept() {
    backups.withClock(at(NOON.minusSeconds(9))).create("mail", source);
    List<Backup> made = new ArrayList<>();
    for (int i = 0; i < 5; i++) {
      made.add(createAt(NOON.plusSeconds(i)));
    }
    assertThat(backups.list("chat")).containsExactly(made.get(4), made.get(3), made.get(2));
    assertThat(backups.list("mail")).hasSize(1);
    assertThat(backups.list()).hasSize(4);
  }

  @Test
  void the_one_just_made_is_kept_whatever_the_clock_says() throws Exception {
    Backup later = createAt(NOON.plus(Duration.ofDays(1)));
    Backup first = backups.keep(1).create("chat", source);
    assertThat(backups.list()).containsExactly(first);
    assertThat(later.archive()).doesNotExist();
    assertThat(Tree.names(backups.folder()))
        .containsExactly("chat_20260301_120000.meta.json", "chat_20260301_120000.tar.gz");
  }

  @Test
  void damaged_backups_neither_count_nor_vanish() throws Exception {
    Backup good = createAt(NOON);
    Backup truncated = createAt(NOON.plusSeconds(1));
    Backup unreadable = createAt(NOON.plusSeconds(2));
    Files.write(truncated.archive(), new byte[10]);
    Files.writeString(sidecar(unreadable), "{");

    Backup newest = backups.keep(2).withClock(at(NOON.plusSeconds(3))).create("chat", source);

    assertThat(backups.list()).containsExactly(newest, truncated, good);
    assertThat(unreadable.archive()).exists();
  }

  private static Path sidecar(Backup backup) {
    return backup.archive().resolveSibling(backup.id() + ".meta.json");
  }

  @Test
  void less_than_one_cannot_be_kept() {
    assertThatThrownBy(() -> backups.keep(0))
        .isInstanceOf(IllegalArgumentException.class)
        .hasMessage("keep: 0, expected at least 1");
  }

  @Test
  void nothing_can_be_beside_a_root() {
    assertThatThrownBy(() -> Backups.beside(Path.of("/")))
        .isInstanceOf(IllegalArgumentException.class)
        .hasMessage("source /: there is no place beside it");
  }

  @Test
  void threads_that_make_backups_take_turns() throws Exception {
    int threads = 8;
    ExecutorService executor = Executors.newFixedThreadPool(threads);
    try {
      List<Future<Backup>> made = new ArrayList<>();
      for (int i = 0; i < threads; i++) {
        Backups own = Backups.in(backups.folder()).keep(threads).withClock(at(NOON));
        made.add(executor.submit(() -> own.create("chat", source)));
      }
      for (Future<Backup> future : made) {
        backups.verify(future.get());
      }
    } finally {
      executor.shutdownNow();
    }
    assertThat(backups.list()).hasSize(threads);
    assertThat(Tree.names(backups.folder())).hasSize(2 * threads);
  }

  @Test
  void an_interrupted_thread_makes_none() throws Exception {
    Thread.currentThread().interrupt();
    assertThatThrownBy(() -> backups.create("chat", source))
        .isInstanceOf(BackupException.class)
        .hasMessage(
            "[%s] interrupted while waiting for another backup or restore. Try again."
                .formatted(backups.folder()));
    assertThat(Thread.interrupted()).isTrue();
    assertThat(Tree.names(backups.folder())).isEmpty();
  }

  @Test
  void backups_inside_the_source_are_left_out() throws Exception {
    Path inside = source.resolve("backups");
    Tree.write(source.resolve("index/.vector-migrate-backups/old.tar.gz"), "other backups");
    Backups own = Backups.in(inside).withClock(at(NOON));
    own.create("chat", source);
    Backup second = own.create("chat", source);
    assertThat(second.directories()).containsExactly(".", "index");
    assertThat(second.fileCount()).isEqualTo(2);
    assertThatThrownBy(() -> own.restore(second, source))
        .isInstanceOf(BackupException.class)
        .hasMessage(
            "[%s] cannot be replaced: the backups are in it, at %s.".formatted(source, inside)
                + " Restore to another place, or move the backups out.");
    assertThat(own.restore(second, temp.resolve("copy")).previous()).isNull();
  }

  @Test
  void the_folder_of_the_backups_is_no_source() {
    assertThatThrownBy(() -> Backups.in(source).create("chat", source))
        .isInstanceOf(BackupException.class)
        .hasMessage(
            "[%s] is the folder of the backups itself: choose another folder for backups."
                .formatted(source));
  }

  @Test
  void a_folder_that_is_a_link_is_followed() throws Exception {
    Path real = Files.createDirectories(temp.resolve("real"));
    Path link = Files.createSymbolicLink(temp.resolve("link"), real);
    Path sourceLink = Files.createSymbolicLink(temp.resolve("current"), source);
    Map<String, String> before = Tree.of(source);
    Backup backup = Backups.in(link).withClock(at(NOON)).create("chat", sourceLink);
    assertThat(backup.source()).isEqualTo(sourceLink);
    Tree.write(source.resolve("later"), "new");

    Restored restored = Backups.in(link).withClock(at(NOON)).restore(backup, sourceLink);

    assertThat(restored.target()).isEqualTo(source);
    assertThat(sourceLink).isSymbolicLink();
    assertThat(Tree.of(source)).isEqualTo(before);
  }

  @Test
  void a_link_is_stored_as_the_file_it_points_to() throws Exception {
    Files.createSymbolicLink(source.resolve("index/alias"), Path.of("../chroma.sqlite3"));
    Backup backup = backups.create("chat", source);
    Path copy = backups.restore(backup, temp.resolve("copy")).target();
    assertThat(copy.resolve("index/alias")).isRegularFile().hasContent("rows");
    assertThat(Files.isSymbolicLink(copy.resolve("index/alias"))).isFalse();
  }

  @Test
  void a_link_that_leaves_the_source_is_refused() throws Exception {
    Tree.write(temp.resolve("secret"), "not yours");
    Path link = Files.createSymbolicLink(source.resolve("link"), temp.resolve("secret"));
    refuses(
        "[%s] symbolic link leaves what is backed up: it points to %s."
                .formatted(link, temp.resolve("secret"))
            + " Replace it by what it stands for, or remove it.");
  }

  @Test
  void a_link_to_a_folder_is_refused() throws Exception {
    Path link = Files.createSymbolicLink(source.resolve("link"), source);
    refuses(
        "[%s] symbolic link points to no file but to %s.".formatted(link, source)
            + " Replace it by what it stands for, or remove it.");
  }

  @Test
  void a_link_to_nothing_is_refused() throws Exception {
    Path link = Files.createSymbolicLink(source.resolve("link"), Path.of("nowhere"));
    refuses(
        "[%s] symbolic link points to nothing that can be read.".formatted(link)
            + " Replace it by what it stands for, or remove it.");
  }

  @Test
  void a_pipe_is_refused() throws Exception {
    Path pipe = source.resolve("pipe");
    assertThat(new ProcessBuilder("mkfifo", pipe.toString()).start().waitFor()).isZero();
    refuses(
        "[%s] is neither a file nor a folder: it cannot be backed up. Remove it.".formatted(pipe));
  }

  private void refuses(String message) throws Exception {
    assertThatThrownBy(() -> backups.create("chat", source))
        .isInstanceOf(BackupException.class)
        .hasMessage(message);
    assertThat(Tree.names(backups.folder())).isEmpty();
  }

  @Test
  void a_missing_source_is_no_empty_backup() {
    assertThatThrownBy(() -> backups.create("chat", temp.resolve("nowhere")))
        .isInstanceOf(BackupException.class)
        .hasMessage(
            "[%s] cannot be backed up: no such file.".formatted(temp.resolve("nowhere"))
                + " Make sure that it exists and can be read, then try again.");
    assertThat(backups.folder()).doesNotExist();
  }

  @Test
  void a_folder_that_cannot_be_made_is_named() throws Exception {
    Tree.write(temp.resolve("file"), "in the way");
    Path folder = temp.resolve("file/backups");
    assertThatThrownBy(() -> Backups.in(folder).create("chat", source))
        .isInstanceOf(BackupException.class)
        .hasMessage(
            "[%s] backup of 'chat' cannot be made: Not a directory. Nothing is left of it."
                    .formatted(folder)
                + " Check permissions and space, or choose another folder.");
  }

  @Test
  void a_restore_that_cannot_be_completed_changes_nothing() throws Exception {
    Backup backup = backups.create("chat", source);
    Tree.write(temp.resolve("file"), "in the way");
    assertThatThrownBy(() -> backups.restore(backup, temp.resolve("file/copy")))
        .isInstanceOf(BackupException.class)
        .hasMessage(
            "[%s] backup 'chat_20260301_120000' cannot be restored: %s exists already."
                    .formatted(temp.resolve("file/copy"), temp.resolve("file"))
                + " Nothing was changed."
                + " Check permissions and space, or restore to another place.");
  }

  @Test
  void what_a_killed_restore_left_is_removed_by_the_next() throws Exception {
    Backup backup = backups.create("chat", source);
    Map<String, String> before = Tree.of(source);
    Tree.write(temp.resolve(".restoring_" + backup.id() + "/index/half"), "unfinished");
    backups.restore(backup, temp.resolve("copy"));
    assertThat(Tree.of(temp.resolve("copy"))).isEqualTo(before);
    assertThat(Tree.names(temp)).containsExactly(".vector-migrate-backups", "copy", "store");
  }

  @Test
  void backups_can_be_restored_after_they_were_moved() throws Exception {
    Backup backup = backups.create("chat", source);
    Path moved = Files.move(backups.folder(), temp.resolve("moved"));
    Backup found = Backups.in(moved).find(backup.id()).orElseThrow();
    assertThat(found.archive()).isEqualTo(moved.resolve("chat_20260301_120000.tar.gz"));
    Backups.in(moved).restore(found, temp.resolve("copy"));
    assertThat(Tree.of(temp.resolve("copy"))).isEqualTo(Tree.of(source));
  }
}
