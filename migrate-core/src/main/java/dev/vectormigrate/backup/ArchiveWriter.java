package dev.vectormigrate.backup;

import dev.vectormigrate.backup.SourceTree.SourceFile;
import java.io.BufferedOutputStream;
import java.io.IOException;
import java.io.InputStream;
import java.io.OutputStream;
import java.nio.charset.StandardCharsets;
import java.nio.file.Files;
import java.nio.file.Path;
import java.nio.file.attribute.FileTime;
import java.util.ArrayList;
import java.util.List;
import java.util.zip.Deflater;
import org.apache.commons.compress.archivers.tar.TarArchiveEntry;
import org.apache.commons.compress.archivers.tar.TarArchiveOutputStream;
import org.apache.commons.compress.compressors.gzip.GzipCompressorOutputStream;
import org.apache.commons.compress.compressors.gzip.GzipParameters;

/** Writes a source into a new archive, one chunk in memory at a time. Not thread-safe. */
final class ArchiveWriter {

  private static final int FOLDER_MODE = 0755;
  private static final int FILE_MODE = 0644;

  private final SourceTree tree;
  private final List<BackedUpFile> files = new ArrayList<>();
  private final byte[] chunk = Sha256.newChunk();
  private final Sha256 hash;

  /** Writes the archive of everything in the tree and forces it to disk. */
  ArchiveWriter(SourceTree tree, Path archive) throws IOException {
    this.tree = tree;
    try (NewFile out = new NewFile(archive);
        TarArchiveOutputStream tar = tarInto(gzipInto(out))) {
      writeAll(tar);
      hash = out.hash();
    }
    NewFile.force(archive);
  }

  private static OutputStream gzipInto(OutputStream out) throws IOException {
    GzipParameters parameters = new GzipParameters();
    parameters.setCompressionLevel(Deflater.BEST_SPEED); // vectors hardly compress at any level
    return new GzipCompressorOutputStream(new BufferedOutputStream(out, 1 << 16), parameters);
  }

  private static TarArchiveOutputStream tarInto(OutputStream out) {
    TarArchiveOutputStream tar = new TarArchiveOutputStream(out, StandardCharsets.UTF_8.name());
    tar.setBigNumberMode(TarArchiveOutputStream.BIGNUMBER_POSIX);
    tar.setLongFileMode(TarArchiveOutputStream.LONGFILE_POSIX);
    tar.setAddPaxHeadersForNonAsciiNames(true);
    return tar;
  }

  private void writeAll(TarArchiveOutputStream tar) throws IOException {
    for (String path : tree.directories()) {
      tar.putArchiveEntry(folderEntry(path));
      tar.closeArchiveEntry();
    }
    for (SourceFile file : tree.files()) {
      tar.putArchiveEntry(fileEntry(file));
      String sha256 = copy(file, tar);
      tar.closeArchiveEntry();
      files.add(new BackedUpFile(file.path(), file.size(), sha256));
    }
  }

  private TarArchiveEntry folderEntry(String path) {
    Path folder = tree.at(path);
    try {
      FileTime modified = Files.getLastModifiedTime(folder);
      return entry(path + "/", modified, FileMode.of(folder, FOLDER_MODE));
    } catch (IOException e) {
      throw SourceTree.unreadable(folder, e);
    }
  }

  private static TarArchiveEntry fileEntry(SourceFile file) {
    try {
      TarArchiveEntry entry =
          entry(file.path(), file.modified(), FileMode.of(file.at(), FILE_MODE));
      entry.setSize(file.size());
      return entry;
    } catch (IOException e) {
      throw SourceTree.unreadable(file.at(), e);
    }
  }

  private static TarArchiveEntry entry(String path, FileTime modified, int mode) {
    TarArchiveEntry entry = new TarArchiveEntry(path);
    entry.setLastModifiedTime(modified);
    entry.setMode(mode);
    entry.setUserName(""); // not whoever happens to make the backup
    return entry;
  }

  private String copy(SourceFile file, OutputStream out) throws IOException {
    Sha256 copied = new Sha256();
    try (InputStream in = open(file)) {
      for (int n = read(in, file); n >= 0; n = read(in, file)) {
        copied.update(chunk, n);
        requireAtMost(copied.size(), file);
        out.write(chunk, 0, n);
      }
    }
    if (copied.size() < file.size()) {
      throw tree.changed(file.path(), copied.size() + " bytes, expected " + file.size());
    }
    return copied.hex();
  }

  private void requireAtMost(long size, SourceFile file) {
    if (size > file.size()) {
      throw tree.changed(file.path(), "more than the expected " + file.size() + " bytes");
    }
  }

  private static InputStream open(SourceFile file) {
    try {
      return Files.newInputStream(file.at());
    } catch (IOException e) {
      throw SourceTree.unreadable(file.at(), e);
    }
  }

  private int read(InputStream in, SourceFile file) {
    try {
      return in.read(chunk);
    } catch (IOException e) {
      throw SourceTree.unreadable(file.at(), e);
    }
  }

  /** Every file that was written. */
  List<BackedUpFile> files() {
    return files;
  }

  /** The archive's own; call it once. */
  Sha256 hash() {
    return hash;
  }
}
