package dev.vectormigrate.backup;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import java.io.ByteArrayOutputStream;
import java.io.OutputStream;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.Arrays;
import java.util.Random;
import org.apache.commons.compress.archivers.tar.TarConstants;
import org.apache.commons.compress.compressors.gzip.GzipCompressorOutputStream;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;

/** Whatever was done to a backup, it is neither called good nor restored. */
class TamperingTest {

  private static final String HELLO_SHA256 =
      "2cf24dba5fb0a30e26e83b2ac5b9e29e1b161e5c1fa7425e73043362938b9824";

  @TempDir Path temp;

  private Path folder;
  private Backups backups;

  @BeforeEach
  void prepare() throws Exception {
    temp = temp.toRealPath();
    folder = temp.resolve("backups");
    backups = Backups.in(folder);
  }

  private Forgery forgery() throws Exception {
    return new Forgery(folder).list("a.txt", "hello");
  }

  private Backup real() throws Exception {
    Tree.write(temp.resolve("store/a.txt"), "hello");
    return backups.create("real", temp.resolve("store"));
  }

  private void refuses(Backup backup, String what) throws Exception {
    String message = "[" + backup.archive() + "] " + what;
    assertThatThrownBy(() -> backups.verify(backup))
        .isInstanceOf(BackupException.class)
        .hasMessage(message);
    Path target = Files.createDirectories(temp.resolve("target"));
    Tree.write(target.resolve("precious"), "data");
    assertThatThrownBy(() -> backups.restore(backup, target))
        .isInstanceOf(BackupException.class)
        .hasMessage(message);
    assertThat(Tree.names(target)).containsExactly("precious");
    assertThat(Tree.names(temp)).isSubsetOf("backups", "store", "target");
  }

  @Test
  void an_untouched_backup_is_fine() throws Exception {
    backups.verify(real());
    Backup forged = forgery().file("a.txt", "hello").make();
    backups.verify(forged);
    assertThat(backups.restore(forged, temp.resolve("copy")).target().resolve("a.txt"))
        .hasContent("hello");
  }

  @Test
  void an_archive_that_is_missing() throws Exception {
    Backup backup = real();
    Files.delete(backup.archive());
    refuses(
        backup,
        "archive of backup '" + backup.id() + "' is missing. Put it back, or use another backup.");
  }

  @Test
  void a_folder_that_is_missing() throws Exception {
    Backup backup = forgery().file("a.txt", "hello").make();
    Files.move(folder, temp.resolve("store"));
    refuses(
        backup,
        "archive of backup 'forged_20260301_120000' is missing."
            + " Put it back, or use another backup.");
  }

  @Test
  void an_archive_that_is_truncated() throws Exception {
    Backup backup = real();
    byte[] archive = Files.readAllBytes(backup.archive());
    Files.write(backup.archive(), Arrays.copyOf(archive, archive.length - 1));
    refuses(
        backup,
        "archive is truncated: %d bytes, expected %d. Use another backup."
            .formatted(archive.length - 1, archive.length));
  }

  @Test
  void an_archive_that_is_longer() throws Exception {
    Backup backup = real();
    byte[] archive = Files.readAllBytes(backup.archive());
    Files.write(backup.archive(), Arrays.copyOf(archive, archive.length + 1));
    refuses(
        backup,
        "archive was changed: %d bytes, expected %d. Use another backup."
            .formatted(archive.length + 1, archive.length));
  }

  @Test
  void an_archive_with_any_bit_changed() throws Exception {
    Backup backup = real();
    byte[] archive = Files.readAllBytes(backup.archive());
    for (int at : new int[] {0, archive.length / 2, archive.length - 1}) {
      byte[] changed = archive.clone();
      changed[at] ^= 1;
      Files.write(backup.archive(), changed);
      refuses(
          backup,
          "archive was changed: SHA-256 %s, expected %s. Use another backup."
              .formatted(Sha256.of(backup.archive()).hex(), backup.archiveSha256()));
    }
  }

  @Test
  void a_file_that_is_missing() throws Exception {
    refuses(forgery().make(), "file 'a.txt' is missing from the archive. Use another backup.");
  }

  @Test
  void a_folder_that_is_missing_from_the_archive() throws Exception {
    Backup backup = forgery().listFolder("sub").file("a.txt", "hello").make();
    refuses(backup, "folder 'sub' is missing from the archive. Use another backup.");
  }

  @Test
  void a_file_that_is_additional() throws Exception {
    Backup backup = forgery().file("a.txt", "hello").file("b.txt", "hello").make();
    refuses(backup, "entry 'b.txt' is not in the backup's list. Use another backup.");
  }

  @Test
  void a_folder_that_is_additional() throws Exception {
    Backup backup = forgery().file("a.txt", "hello").folder("sub/").make();
    refuses(backup, "entry 'sub' is not in the backup's list. Use another backup.");
  }

  @Test
  void a_file_of_another_size() throws Exception {
    Backup backup = forgery().file("a.txt", "hello!").make();
    refuses(backup, "'a.txt' was changed: 6 bytes, expected 5. Use another backup.");
  }

  @Test
  void a_file_with_other_content() throws Exception {
    Sha256 jello = new Sha256();
    jello.update(Forgery.utf8("jello"), 5);
    Backup backup = forgery().file("a.txt", "jello").make();
    refuses(
        backup,
        "'a.txt' was changed: SHA-256 %s, expected %s. Use another backup."
            .formatted(jello.hex(), HELLO_SHA256));
  }

  @Test
  void a_file_that_is_there_twice() throws Exception {
    Backup backup = forgery().file("a.txt", "hello").file("a.txt", "hello").make();
    refuses(backup, "entry 'a.txt' is there twice. Use another backup.");
  }

  @Test
  void entries_that_leave_the_folder() throws Exception {
    String[] names = {"../a.txt", "/a.txt", "a/../../a.txt", "..", "", "./a.txt", "a//b", "a/./b"};
    for (String name : names) {
      refuses(
          forgery().file(name, "hello").make(),
          "entry '" + name + "' leaves the folder: refused. Use another backup.");
    }
  }

  @Test
  void folders_that_leave_the_folder() throws Exception {
    for (String name : new String[] {"../", "/", "a/../../b/", "//"}) {
      refuses(
          forgery().folder(name).make(),
          "entry '" + name + "' leaves the folder: refused. Use another backup.");
    }
  }

  @Test
  void links_and_devices() throws Exception {
    refusesKind(TarConstants.LF_SYMLINK, "a symbolic link");
    refusesKind(TarConstants.LF_LINK, "a hard link");
    refusesKind(TarConstants.LF_CHR, "a device");
    refusesKind(TarConstants.LF_BLK, "a device");
    refusesKind(TarConstants.LF_FIFO, "a pipe");
    refusesKind((byte) 'Q', "of an unknown kind");
  }

  private void refusesKind(byte kind, String what) throws Exception {
    refuses(
        forgery().link("a.txt", kind, "/etc/passwd").make(),
        "entry 'a.txt' is " + what + ", expected a file or a folder. Use another backup.");
  }

  @Test
  void a_folder_that_is_a_link_first() throws Exception {
    Forgery forgery = forgery().listFolder("sub").list("sub/b", "hello");
    Backup backup =
        forgery.link("sub", TarConstants.LF_SYMLINK, "/tmp").file("sub/b", "hello").make();
    refuses(
        backup, "entry 'sub' is a symbolic link, expected a file or a folder. Use another backup.");
  }

  @Test
  void a_file_that_unpacks_to_far_more_than_listed() throws Exception {
    Backup backup = forgery().file("a.txt", new byte[50 << 20]).make();
    refuses(backup, "'a.txt' was changed: 52428800 bytes, expected 5. Use another backup.");
  }

  @Test
  void a_name_that_is_huge() throws Exception {
    byte[] name = new byte[50 << 20];
    Arrays.fill(name, (byte) 'n');
    Backup backup = forgery().entry("@", TarConstants.LF_GNUTYPE_LONGNAME, name).make();
    refuses(
        backup,
        "archive cannot be read: it unpacks to more than its list says. Use another backup.");
  }

  @Test
  void zeros_without_end_after_the_last_entry() throws Exception {
    ByteArrayOutputStream archive = new ByteArrayOutputStream();
    try (OutputStream gzip = new GzipCompressorOutputStream(archive)) {
      gzip.write(new byte[50 << 20]);
    }
    Backup backup = forgery().make(archive.toByteArray());
    refuses(
        backup,
        "archive cannot be read: it unpacks to more than its list says. Use another backup.");
  }

  @Test
  void what_is_no_archive() throws Exception {
    Backup backup = forgery().make(Forgery.utf8("hello"));
    refuses(backup, "archive cannot be read: Input is not in the .gz format. Use another backup.");
  }

  @Test
  void more_after_the_end() throws Exception {
    Forgery forgery = forgery().file("a.txt", "hello");
    byte[] bytes = Files.readAllBytes(forgery.make().archive());
    Backup backup = forgery.make(Arrays.copyOf(bytes, bytes.length + 8));
    refuses(backup, "archive cannot be read: there is more after its end. Use another backup.");
  }

  @Test
  void what_is_compressed_but_no_archive() throws Exception {
    ByteArrayOutputStream archive = new ByteArrayOutputStream();
    try (OutputStream gzip = new GzipCompressorOutputStream(archive)) {
      gzip.write(Forgery.utf8("hello".repeat(1000)));
    }
    Backup backup = forgery().make(archive.toByteArray());
    assertThatThrownBy(() -> backups.verify(backup))
        .isInstanceOf(BackupException.class)
        .hasMessageStartingWith("[" + backup.archive() + "] archive cannot be read: ");
  }

  @Test
  void an_archive_that_ends_in_the_middle() throws Exception {
    byte[] noise = new byte[100_000];
    new Random(4).nextBytes(noise);
    Forgery forgery = new Forgery(folder).list("a.bin", noise).file("a.bin", noise);
    byte[] bytes = Files.readAllBytes(forgery.make().archive());
    Backup backup = forgery.make(Arrays.copyOf(bytes, bytes.length / 2));
    refuses(backup, "archive cannot be read: it ends too early. Use another backup.");
  }
}
