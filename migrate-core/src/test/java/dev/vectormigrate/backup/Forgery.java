package dev.vectormigrate.backup;

import java.io.IOException;
import java.io.OutputStream;
import java.nio.charset.StandardCharsets;
import java.nio.file.Files;
import java.nio.file.Path;
import java.time.Instant;
import java.util.ArrayList;
import java.util.List;
import org.apache.commons.compress.archivers.tar.TarArchiveEntry;
import org.apache.commons.compress.archivers.tar.TarArchiveOutputStream;
import org.apache.commons.compress.archivers.tar.TarConstants;
import org.apache.commons.compress.compressors.gzip.GzipCompressorOutputStream;

/** An archive whose own hash is right, though what is in it is not what the sidecar lists. */
final class Forgery {

  private static final String ID = "forged_20260301_120000";

  private record Content(TarArchiveEntry entry, byte[] bytes) {}

  private final Path folder;
  private final List<Content> contents = new ArrayList<>();
  private final List<BackedUpFile> listed = new ArrayList<>();
  private final List<String> folders = new ArrayList<>();

  Forgery(Path folder) throws IOException {
    this.folder = Files.createDirectories(folder);
    folder("./");
    folders.add(".");
  }

  static byte[] utf8(String text) {
    return text.getBytes(StandardCharsets.UTF_8);
  }

  Forgery list(String path, String content) {
    return list(path, utf8(content));
  }

  Forgery list(String path, byte[] content) {
    Sha256 hash = new Sha256();
    hash.update(content, content.length);
    listed.add(new BackedUpFile(path, content.length, hash.hex()));
    return this;
  }

  Forgery listFolder(String path) {
    folders.add(path);
    return this;
  }

  Forgery folder(String name) {
    return entry(name, TarConstants.LF_DIR, new byte[0]);
  }

  Forgery file(String name, String content) {
    return entry(name, TarConstants.LF_NORMAL, utf8(content));
  }

  Forgery file(String name, byte[] content) {
    return entry(name, TarConstants.LF_NORMAL, content);
  }

  Forgery link(String name, byte kind, String to) {
    entry(name, kind, new byte[0]);
    contents.get(contents.size() - 1).entry().setLinkName(to);
    return this;
  }

  Forgery entry(String name, byte kind, byte[] content) {
    TarArchiveEntry entry = new TarArchiveEntry(name, kind, true);
    entry.setSize(content.length);
    contents.add(new Content(entry, content));
    return this;
  }

  Backup make() throws IOException {
    BackupFiles files = new BackupFiles(folder, ID);
    try (OutputStream out = Files.newOutputStream(files.archive());
        TarArchiveOutputStream tar =
            new TarArchiveOutputStream(new GzipCompressorOutputStream(out), "UTF-8")) {
      tar.setLongFileMode(TarArchiveOutputStream.LONGFILE_POSIX);
      for (Content content : contents) {
        tar.putArchiveEntry(content.entry());
        tar.write(content.bytes());
        tar.closeArchiveEntry();
      }
    }
    return describe(files);
  }

  /** Takes these bytes for the archive. */
  Backup make(byte[] archive) throws IOException {
    BackupFiles files = new BackupFiles(folder, ID);
    Files.write(files.archive(), archive);
    return describe(files);
  }

  private Backup describe(BackupFiles files) throws IOException {
    Sha256 hash = Sha256.of(files.archive());
    Backup backup =
        new Backup(
            ID,
            "forged",
            folder.resolveSibling("store"),
            files.archive(),
            hash.size(),
            hash.hex(),
            Instant.parse("2026-03-01T12:00:00Z"),
            folders,
            listed);
    Files.deleteIfExists(files.sidecar());
    Sidecar.write(backup, files.sidecar());
    return backup;
  }
}
