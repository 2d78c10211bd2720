package dev.vectormigrate.backup;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import java.io.IOException;
import java.io.UncheckedIOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.nio.file.StandardOpenOption;
import java.nio.file.attribute.FileTime;
import java.time.Clock;
import java.time.Instant;
import java.time.ZoneId;
import java.time.ZoneOffset;
import java.util.concurrent.atomic.AtomicBoolean;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;

/** A program that writes to the source meanwhile is noticed, and nothing is left of the backup. */
class ChangingSourceTest {

  private static final FileTime NOON = FileTime.from(Instant.parse("2026-03-01T12:00:00Z"));
  private static final String TRY_AGAIN = ". Stop the program that writes to it, then try again.";

  private interface Edit {
    void run() throws IOException;
  }

  /** Edits the source between the first look at it and the copying. */
  private static final class EditingClock extends Clock {
    private final Edit edit;

    EditingClock(Edit edit) {
      this.edit = edit;
    }

    @Override
    public Instant instant() {
      try {
        edit.run();
      } catch (IOException e) {
        throw new UncheckedIOException(e);
      }
      return NOON.toInstant();
    }

    @Override
    public ZoneId getZone() {
      return ZoneOffset.UTC;
    }

    @Override
    public Clock withZone(ZoneId zone) {
      return this;
    }
  }

  @TempDir Path temp;

  private Path source;
  private Path first;
  private Path last;
  private Backups backups;

  @BeforeEach
  void makeSource() throws Exception {
    source = temp.toRealPath().resolve("store");
    first = source.resolve("a.json");
    last = source.resolve("index/z.bin");
    Tree.write(first, "first");
    Tree.write(last, "last");
    Files.setLastModifiedTime(first, NOON);
    backups = Backups.beside(source);
  }

  private void refuses(Edit edit, Path where, String what) throws Exception {
    assertThatThrownBy(() -> backups.withClock(new EditingClock(edit)).create("chat", source))
        .isInstanceOf(BackupException.class)
        .hasMessage("[%s] changed while it was backed up: %s%s".formatted(where, what, TRY_AGAIN));
    assertThat(Tree.names(backups.folder())).isEmpty();
  }

  @Test
  void a_file_that_grows() throws Exception {
    refuses(
        () -> Files.writeString(first, "more", StandardOpenOption.APPEND),
        first,
        "more than the expected 5 bytes");
  }

  @Test
  void a_file_that_shrinks() throws Exception {
    refuses(() -> Files.writeString(first, "a"), first, "1 bytes, expected 5");
  }

  @Test
  void a_file_that_is_touched() throws Exception {
    refuses(
        () ->
            Files.setLastModifiedTime(first, FileTime.from(Instant.parse("2026-03-01T12:00:01Z"))),
        first,
        "2026-03-01T12:00:01Z as time of change, expected 2026-03-01T12:00:00Z");
  }

  @Test
  void a_file_that_appears() throws Exception {
    refuses(() -> Tree.write(source.resolve("new"), "x"), source.resolve("new"), "it is new");
  }

  @Test
  void a_folder_that_appears() throws Exception {
    refuses(() -> Files.createDirectory(source.resolve("new")), source, "it has other folders");
  }

  @Test
  void a_file_that_vanishes() {
    Edit delete = () -> Files.delete(last);
    assertThatThrownBy(() -> backups.withClock(new EditingClock(delete)).create("chat", source))
        .isInstanceOf(BackupException.class)
        .hasMessage(
            "[%s] cannot be backed up: no such file.".formatted(last)
                + " Make sure that it exists and can be read, then try again.");
  }

  @Test
  void a_file_that_vanishes_after_it_was_copied() throws Exception {
    SourceTree tree = look();
    ArchiveWriter written = new ArchiveWriter(tree, temp.resolve("archive"));
    Files.delete(first);
    refuses(tree, written, "it is gone");
  }

  @Test
  void a_file_whose_content_changes_behind_an_old_time_of_change() throws Exception {
    SourceTree tree = look();
    ArchiveWriter written = new ArchiveWriter(tree, temp.resolve("archive"));
    Files.writeString(first, "tsrif");
    Files.setLastModifiedTime(first, NOON);
    refuses(tree, written, "it has other content");
  }

  private SourceTree look() throws IOException {
    return SourceTree.of(source, Files.createDirectories(temp.resolve("backups")));
  }

  private void refuses(SourceTree tree, ArchiveWriter written, String what) {
    assertThatThrownBy(() -> tree.requireUnchanged(written.files()))
        .isInstanceOf(BackupException.class)
        .hasMessage("[%s] changed while it was backed up: %s%s".formatted(first, what, TRY_AGAIN));
  }

  @Test
  void a_program_that_never_stops_writing() throws Exception {
    AtomicBoolean stop = new AtomicBoolean();
    Thread writer = new Thread(() -> appendUntil(stop), "writer");
    Files.write(first, new byte[16 << 20]);
    writer.start();
    try {
      assertThatThrownBy(() -> backups.create("chat", source))
          .isInstanceOf(BackupException.class)
          .hasMessageStartingWith("[" + first + "] changed while it was backed up: ");
    } finally {
      stop.set(true);
      writer.join();
    }
    assertThat(Tree.names(backups.folder())).isEmpty();
  }

  private void appendUntil(AtomicBoolean stop) {
    try {
      while (!stop.get()) {
        Files.writeString(first, "more", StandardOpenOption.APPEND);
      }
    } catch (IOException e) {
      throw new UncheckedIOException(e);
    }
  }
}
