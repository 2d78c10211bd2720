package dev.vectormigrate.backup;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import java.nio.file.Files;
import java.nio.file.Path;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;

class SidecarTest {

  private static final String ID = "forged_20260301_120000";

  @TempDir Path temp;

  private Path sidecar;
  private Backup backup;
  private Backups backups;
  private String text;

  @BeforeEach
  void write() throws Exception {
    Path folder = temp.resolve("backups");
    backups = Backups.in(folder);
    backup =
        new Forgery(folder)
            .list("größe 'a' \"b\"\n", "hello")
            .listFolder("sub")
            .list("sub/c", "")
            .make();
    sidecar = folder.resolve(ID + ".meta.json");
    text = Files.readString(sidecar);
  }

  @Test
  void reads_what_it_wrote() {
    assertThat(backups.find(ID)).contains(backup);
    assertThat(text).startsWith("{\n  \"format\" : 1,\n  \"id\" : \"" + ID + "\",\n");
    assertThat(text).contains("\"fileCount\" : 2,\n  \"totalBytes\" : 5,\n");
  }

  @Test
  void ignores_fields_it_does_not_know() throws Exception {
    Files.writeString(
        sidecar,
        text.replace("\"format\" : 1,", "\"format\" : 1, \"new\" : {\"a\" : [1, {}]},")
            .replace("\"size\" : 5", "\"owner\" : [\"me\"], \"size\" : 5"));
    assertThat(backups.list()).containsExactly(backup);
    assertThat(backups.unreadable()).isEmpty();
  }

  @Test
  void a_newer_format_is_named() throws Exception {
    Files.writeString(sidecar, "{\"format\" : 2, \"id\" : [\"all is different\"]}");
    assertUnreadable(
        "sidecar has format 2, expected at most 1."
            + " Use the newer version of this program that wrote it.");
  }

  @Test
  void anything_else_says_what_is_wrong() throws Exception {
    refuses("\"format\" : 1,", "", "format is missing");
    refuses("\"id\" : \"forged", "\"id\" : \"other", "id is other_20260301_120000, expected " + ID);
    refuses("\"name\" : \"forged\"", "\"name\" : 7", "name is no text");
    refuses("\"name\" : \"forged\"", "\"name\" : \"\"", "name: blank");
    refuses("\"totalBytes\" : 5", "\"totalBytes\" : \"5\"", "totalBytes is no number");
    refuses("\"totalBytes\" : 5", "\"totalBytes\" : 6", "totalBytes is 6, expected 5");
    refuses("\"fileCount\" : 2", "\"fileCount\" : 3", "fileCount is 3, expected 2");
    refuses(
        "\"path\" : \"sub/c\"", "\"path\" : \"../c\"", "file '../c': not a path inside the backup");
    refuses("\"path\" : \"sub/c\"", "\"path\" : \"/c\"", "file '/c': not a path inside the backup");
    refuses("\"path\" : \"sub/c\"", "\"path\" : \"other/c\"", "file 'other/c' has no folder");
    refuses("\"path\" : \"sub/c\"", "\"path\" : \"sub\"", "file 'sub' is listed twice");
    refuses(
        "\"size\" : 5", "\"size\" : -5", "file 'größe 'a' \"b\"\n': -5 bytes, expected at least 0");
    refuses("\"size\" : 5,", "", "size is missing");
    refuses("\"sub\" ]", "\"../sub\" ]", "folder '../sub' leaves the folder");
    refuses("\"sub\" ]", "\"sub\", \"sub\" ]", "folder 'sub' is listed twice");
    refuses("\"sub\" ]", "\"a/b\" ]", "folder 'a/b' has no parent");
    refuses("\".\", \"sub\"", "\"sub\", \".\"", "folder '.' is not first");
    refuses(
        "\".\", \"sub\"",
        "",
        "file 'größe 'a' \"b\"\n' has no folder".replace("größe 'a' \"b\"\n", "sub/c"));
    refuses(
        "2026-03-01T12",
        "2026-03-01 12",
        "Text '2026-03-01 12:00:00Z' could not be parsed at index 10");
    refuses(backup.archiveSha256(), "cafe", "archive: not a SHA-256 of 64 hexadecimal digits");
  }

  private void refuses(String part, String instead, String why) throws Exception {
    assertThat(text).contains(part);
    Files.writeString(sidecar, text.replace(part, instead));
    assertUnreadable(
        "sidecar cannot be read: " + why + ". Put the right file back, or remove the backup.");
  }

  private void assertUnreadable(String what) {
    String message = "[" + sidecar + "] " + what;
    assertThat(backups.list()).isEmpty();
    assertThat(backups.unreadable()).containsExactly(new UnreadableBackup(sidecar, message));
    assertThatThrownBy(() -> backups.find(ID))
        .isInstanceOf(BackupException.class)
        .hasMessage(message);
  }

  @Test
  void what_is_no_json_is_named_with_the_place() throws Exception {
    for (String broken : new String[] {"", "[]", text + "{}"}) {
      Files.writeString(sidecar, broken);
      String why = broken.startsWith("{") ? "there is more after its end" : "it is no JSON object";
      assertUnreadable(
          "sidecar cannot be read: " + why + ". Put the right file back, or remove the backup.");
    }
    Files.writeString(sidecar, text.substring(0, 100));
    assertThat(backups.unreadable())
        .singleElement()
        .extracting(UnreadableBackup::message)
        .asString()
        .startsWith(
            "[" + sidecar + "] sidecar cannot be read: not JSON of the expected form near byte ");
  }

  @Test
  void cut_anywhere_it_is_unreadable() throws Exception {
    String whole = text.stripTrailing();
    for (int length = 0; length < whole.length(); length++) {
      Files.writeString(sidecar, whole.substring(0, length));
      assertThat(backups.unreadable()).hasSize(1);
    }
  }
}
