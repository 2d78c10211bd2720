package dev.vectormigrate.backup;

import java.io.BufferedInputStream;
import java.io.IOException;
import java.io.InputStream;
import java.io.OutputStream;
import java.nio.charset.StandardCharsets;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.HashMap;
import java.util.HashSet;
import java.util.Map;
import java.util.Objects;
import java.util.Set;
import org.apache.commons.compress.archivers.tar.TarArchiveEntry;
import org.apache.commons.compress.archivers.tar.TarArchiveInputStream;
import org.apache.commons.compress.archivers.tar.TarConstants;
import org.apache.commons.compress.compressors.gzip.GzipCompressorInputStream;
import org.jspecify.annotations.Nullable;

/**
 * Reads an archive and compares all of it with what the backup lists. The archive is not trusted:
 * nothing that is not listed is unpacked, and no more bytes than listed. Not thread-safe.
 */
final class ArchiveReader {

  /** Takes what is unpacked. */
  interface Destination {

    /** Takes the content of a file; closed after the last byte, before the file is checked. */
    OutputStream file(String path) throws IOException;

    /** Takes the attributes of a file that is as it should be, or of a folder. */
    void entry(String path, TarArchiveEntry entry) throws IOException;
  }

  private static final String INSTEAD = " Use another backup.";

  /** Enough for the headers between two files: names and attributes are in there. */
  private static final long HEADERS = 1 << 18;

  private static final Destination NOWHERE =
      new Destination() {
        @Override
        public OutputStream file(String path) {
          return OutputStream.nullOutputStream();
        }

        @Override
        public void entry(String path, TarArchiveEntry entry) {}
      };

  private final Backup backup;
  private final Path archive;
  private final Destination destination;
  private final Map<String, BackedUpFile> files = new HashMap<>();
  private final Set<String> directories;
  private final Set<String> seen = new HashSet<>();
  private final byte[] chunk = Sha256.newChunk();

  private ArchiveReader(Backup backup, Path archive, Destination destination) {
    this.backup = backup;
    this.archive = archive;
    this.destination = destination;
    backup.files().forEach(file -> files.put(file.path(), file));
    directories = Set.copyOf(backup.directories());
  }

  /** Checks an archive, which may have another name than the backup's by now. */
  static void verify(Backup backup, Path archive) throws IOException {
    unpack(backup, archive, NOWHERE);
  }

  /**
   * Checks an archive and unpacks it on the way: only at the end it is known to be whole.
   *
   * @throws IOException if the destination does
   */
  static void unpack(Backup backup, Path archive, Destination destination) throws IOException {
    ArchiveReader reader = new ArchiveReader(backup, archive, destination);
    reader.requireArchive();
    reader.readEntries();
  }

  private void requireArchive() {
    if (!Files.isRegularFile(archive)) {
      throw missing(backup, archive);
    }
    try {
      requireArchiveSize(Files.size(archive));
      requireArchiveHash(Sha256.of(archive).hex());
    } catch (IOException e) {
      throw unreadable(e);
    }
  }

  static BackupException missing(Backup backup, Path archive) {
    return new BackupException(
        archive,
        "archive of backup '" + backup.id() + "' is missing. Put it back, or use another backup.");
  }

  private void requireArchiveSize(long size) {
    String sizes = size + " bytes, expected " + backup.archiveSize() + "." + INSTEAD;
    if (size < backup.archiveSize()) {
      throw wrong("archive is truncated: " + sizes);
    }
    if (size > backup.archiveSize()) {
      throw wrong("archive was changed: " + sizes);
    }
  }

  private void requireArchiveHash(String sha256) {
    if (!sha256.equals(backup.archiveSha256())) {
      throw wrong(
          "archive was changed: SHA-256 "
              + sha256
              + ", expected "
              + backup.archiveSha256()
              + "."
              + INSTEAD);
    }
  }

  private void readEntries() throws IOException {
    try (InputStream packed = open();
        BoundedInput unpacked = unpack(packed);
        TarArchiveInputStream tar =
            new TarArchiveInputStream(unpacked, StandardCharsets.UTF_8.name())) {
      for (TarArchiveEntry entry = next(tar, unpacked);
          entry != null;
          entry = next(tar, unpacked)) {
        readEntry(entry, tar, unpacked);
      }
      readToEnd(unpacked, packed);
    }
    requireEverything();
  }

  private InputStream open() {
    try {
      return new BufferedInputStream(Files.newInputStream(archive), 1 << 16);
    } catch (IOException e) {
      throw unreadable(e);
    }
  }

  private BoundedInput unpack(InputStream packed) {
    try {
      BoundedInput unpacked = new BoundedInput(new GzipCompressorInputStream(packed));
      unpacked.allow(HEADERS);
      return unpacked;
    } catch (IOException e) {
      throw unreadable(e);
    }
  }

  private @Nullable TarArchiveEntry next(TarArchiveInputStream tar, BoundedInput unpacked) {
    unpacked.allow(HEADERS);
    try {
      return tar.getNextEntry();
    } catch (IOException e) {
      throw unreadable(e);
    } catch (RuntimeException e) {
      throw unreadable(new IOException("malformed header", e));
    }
  }

  /** The format keeps a sum of everything at the very end. */
  private void readToEnd(BoundedInput unpacked, InputStream packed) {
    unpacked.allow(HEADERS);
    try {
      unpacked.transferTo(OutputStream.nullOutputStream());
      if (packed.read() >= 0) {
        throw new IOException("there is more after its end");
      }
    } catch (IOException e) {
      throw unreadable(e);
    }
  }

  private void readEntry(TarArchiveEntry entry, InputStream content, BoundedInput unpacked)
      throws IOException {
    boolean isFolder = requireFileOrFolder(entry);
    String path = requirePath(entry.getName(), isFolder);
    if (isFolder) {
      requireListed(directories.contains(path), path);
      requireSize(entry.getSize(), 0, path);
    } else {
      unpacked.allow(entry.getSize() + HEADERS);
      readFile(files.get(path), path, entry, content);
    }
    destination.entry(path, entry);
  }

  private boolean requireFileOrFolder(TarArchiveEntry entry) {
    byte kind = entry.getLinkFlag();
    if (kind == TarConstants.LF_DIR) {
      return true;
    }
    boolean isFile = kind == TarConstants.LF_NORMAL || kind == TarConstants.LF_OLDNORM;
    if (!isFile || entry.isSparse()) {
      throw wrong(
          "entry '"
              + entry.getName()
              + "' is "
              + kindOf(entry)
              + ", expected a file or a folder."
              + INSTEAD);
    }
    return false;
  }

  private static String kindOf(TarArchiveEntry entry) {
    return switch (entry.getLinkFlag()) {
      case TarConstants.LF_SYMLINK -> "a symbolic link";
      case TarConstants.LF_LINK -> "a hard link";
      case TarConstants.LF_CHR, TarConstants.LF_BLK -> "a device";
      case TarConstants.LF_FIFO -> "a pipe";
      default -> "of an unknown kind";
    };
  }

  private String requirePath(String name, boolean isFolder) {
    String path = isFolder && name.endsWith("/") ? name.substring(0, name.length() - 1) : name;
    if (!EntryPath.isValid(path)) {
      throw wrong("entry '" + name + "' leaves the folder: refused." + INSTEAD);
    }
    if (!seen.add(path)) {
      throw wrong("entry '" + path + "' is there twice." + INSTEAD);
    }
    return path;
  }

  private void requireListed(boolean listed, String path) {
    if (!listed) {
      throw wrong("entry '" + path + "' is not in the backup's list." + INSTEAD);
    }
  }

  private void requireSize(long actual, long expected, String path) {
    if (actual != expected) {
      throw wrong(
          "'" + path + "' was changed: " + actual + " bytes, expected " + expected + "." + INSTEAD);
    }
  }

  private void readFile(
      @Nullable BackedUpFile file, String path, TarArchiveEntry entry, InputStream content)
      throws IOException {
    requireListed(file != null, path);
    BackedUpFile listed = Objects.requireNonNull(file);
    requireSize(entry.getSize(), listed.size(), path);
    Sha256 hash = copy(content, path);
    requireSize(hash.size(), listed.size(), path);
    String sha256 = hash.hex();
    if (!sha256.equals(listed.sha256())) {
      throw wrong(
          "'"
              + path
              + "' was changed: SHA-256 "
              + sha256
              + ", expected "
              + listed.sha256()
              + "."
              + INSTEAD);
    }
  }

  private Sha256 copy(InputStream content, String path) throws IOException {
    Sha256 hash = new Sha256();
    try (OutputStream out = destination.file(path)) {
      for (int n = read(content); n >= 0; n = read(content)) {
        hash.update(chunk, n);
        out.write(chunk, 0, n);
      }
    }
    return hash;
  }

  private int read(InputStream content) {
    try {
      return content.read(chunk);
    } catch (IOException e) {
      throw unreadable(e);
    }
  }

  private void requireEverything() {
    for (String path : backup.directories()) {
      requireSeen("folder", path);
    }
    for (BackedUpFile file : backup.files()) {
      requireSeen("file", file.path());
    }
  }

  private void requireSeen(String kind, String path) {
    if (!seen.contains(path)) {
      throw wrong(kind + " '" + path + "' is missing from the archive." + INSTEAD);
    }
  }

  private BackupException wrong(String what) {
    return new BackupException(archive, what);
  }

  private BackupException unreadable(IOException e) {
    return new BackupException(
        archive, "archive cannot be read: " + BackupException.reason(e) + "." + INSTEAD, e);
  }
}
