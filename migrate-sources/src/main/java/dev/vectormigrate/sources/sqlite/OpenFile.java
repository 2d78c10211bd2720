package dev.vectormigrate.sources.sqlite;

import dev.vectormigrate.sources.numpy.ScratchFiles;
import java.io.Closeable;
import java.io.IOException;
import java.io.InputStream;
import java.nio.file.Files;
import java.nio.file.Path;
import java.security.MessageDigest;
import java.security.NoSuchAlgorithmException;
import java.util.Arrays;
import java.util.HexFormat;
import org.jspecify.annotations.Nullable;
import org.slf4j.Logger;
import org.slf4j.LoggerFactory;

/**
 * What a session reads: the original where it rests, otherwise a private copy. The methods are
 * called by one thread, except {@link #check}.
 */
final class OpenFile implements Closeable {

  private static final Logger LOG = LoggerFactory.getLogger(OpenFile.class);
  private static final int BLOCK_BYTES = 1 << 16;

  private final Path original;
  private final DatabaseFiles files;
  private final SqliteDatabase database;
  private final @Nullable String stamp;
  private final @Nullable ScratchFiles scratch;
  private @Nullable String fingerprint;

  private OpenFile(
      Path original,
      DatabaseFiles files,
      @Nullable String stamp,
      SqliteDatabase database,
      @Nullable ScratchFiles scratch) {
    this.original = original;
    this.files = files;
    this.stamp = stamp;
    this.database = database;
    this.scratch = scratch;
  }

  static OpenFile open(DatabaseFiles source, boolean copied, Path workDirectory)
      throws IOException {
    source.requireDatabase();
    // Before the look at the journals, so that one that comes thereafter is noticed.
    String stamp = source.stamp();
    String reason = copied ? "asked for" : source.reasonToCopy();
    return reason == null
        ? new OpenFile(source.main(), source, stamp, SqliteDatabase.atRest(source), null)
        : copy(source, workDirectory, reason);
  }

  private static OpenFile copy(DatabaseFiles source, Path workDirectory, String reason)
      throws IOException {
    if (!Files.isDirectory(workDirectory)) {
      throw new IOException(
          "work directory " + workDirectory + ": missing, expected an existing one. Create it");
    }
    LOG.info("{}: reading a private copy: {}", source.main(), reason);
    ScratchFiles scratch = ScratchFiles.below(workDirectory);
    try {
      DatabaseFiles copy = new DatabaseFiles(scratch.newFile("copy"));
      source.copyTo(copy);
      SqliteDatabase.recover(copy);
      return new OpenFile(source.main(), copy, null, SqliteDatabase.atRest(copy), scratch);
    } catch (IOException | RuntimeException e) {
      scratch.close();
      throw e;
    }
  }

  /** The session's own connection. */
  SqliteDatabase database() {
    return database;
  }

  /** Another connection, which the caller closes. */
  SqliteDatabase another() throws IOException {
    return SqliteDatabase.atRest(files);
  }

  /** Fails when the original was written since it was opened; a copy never is. */
  void check() throws IOException {
    if (stamp != null && !stamp.equals(files.stamp())) {
      throw new IOException(
          original
              + ": changed while it was read, expected it to rest. Stop what writes it, or have a"
              + " private copy read");
    }
  }

  /**
   * A hash of the content, the same before and after a checkpoint, and for every copy.
   *
   * <p>Left out of the header are the journal mode, the change counter and the version of SQLite
   * that wrote last: they change without any change of content.
   */
  String fingerprint() throws IOException {
    if (fingerprint == null) {
      fingerprint = "sha256=" + HexFormat.of().formatHex(hash());
      check();
    }
    return fingerprint;
  }

  private byte[] hash() throws IOException {
    MessageDigest digest = sha256();
    byte[] block = new byte[BLOCK_BYTES];
    try (InputStream in = Files.newInputStream(files.main())) {
      int read = in.readNBytes(block, 0, DatabaseFiles.HEADER_BYTES);
      Arrays.fill(block, 18, 20, (byte) 0);
      Arrays.fill(block, 24, 28, (byte) 0);
      Arrays.fill(block, 92, 100, (byte) 0);
      for (; read > 0; read = in.read(block)) {
        digest.update(block, 0, read);
      }
    }
    return digest.digest();
  }

  private static MessageDigest sha256() {
    try {
      return MessageDigest.getInstance("SHA-256");
    } catch (NoSuchAlgorithmException e) {
      throw new IllegalStateException("SHA-256: missing, expected of every Java platform", e);
    }
  }

  @Override
  public void close() {
    database.close();
    if (scratch != null) {
      scratch.close();
    }
  }
}
