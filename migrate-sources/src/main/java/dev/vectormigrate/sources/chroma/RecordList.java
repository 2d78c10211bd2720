package dev.vectormigrate.sources.chroma;

import java.io.Closeable;
import java.io.EOFException;
import java.io.IOException;
import java.nio.ByteBuffer;
import java.nio.channels.FileChannel;
import java.nio.charset.StandardCharsets;
import java.nio.file.Files;
import java.nio.file.Path;
import java.nio.file.StandardOpenOption;
import java.security.MessageDigest;
import java.util.ArrayList;
import java.util.List;

/**
 * The ids of a collection in the server's order, each with the fingerprint of its record, in
 * scratch files. Filled by one thread; afterwards read by many.
 */
final class RecordList implements Closeable {

  /** Size of a record's fingerprint. */
  static final int FINGERPRINT_BYTES = 16;

  /** The most bytes of ids that are given out at once, unless it is a single one. */
  private static final int MOST_ID_BYTES = 1 << 20;

  private final Spool ids;
  private final Spool ends;
  private final Spool fingerprints;

  private RecordList(Path directory) throws IOException {
    ids = new Spool(directory);
    ends = new Spool(directory);
    fingerprints = new Spool(directory);
  }

  /** An empty list with its files in a directory. */
  static RecordList in(Path directory) throws IOException {
    return new RecordList(directory);
  }

  /** Adds the id of the next record. */
  void add(String id) throws IOException {
    ids.append(id.getBytes(StandardCharsets.UTF_8));
    ends.append(ByteBuffer.allocate(Long.BYTES).putLong(ids.size()).array());
  }

  /** Adds the fingerprint of the next record that has none yet. */
  void addFingerprint(byte[] fingerprint) throws IOException {
    fingerprints.append(fingerprint);
  }

  long count() {
    return ends.size() / Long.BYTES;
  }

  /** The ids from an ordinal on: at least one, at most the given number. */
  List<String> ids(long from, int most) throws IOException {
    long start = from == 0 ? 0 : ends.read((from - 1) * Long.BYTES, Long.BYTES).getLong();
    ByteBuffer following = ends.read(from * Long.BYTES, most * Long.BYTES);
    List<String> found = new ArrayList<>(most);
    long at = start;
    while (following.hasRemaining()) {
      long end = following.getLong();
      if (end - start > MOST_ID_BYTES && !found.isEmpty()) {
        break;
      }
      byte[] id = ids.read(at, Math.toIntExact(end - at)).array();
      found.add(new String(id, StandardCharsets.UTF_8));
      at = end;
    }
    return found;
  }

  /** The fingerprint of the record with an ordinal. */
  byte[] fingerprint(long ordinal) throws IOException {
    return fingerprints.read(ordinal * FINGERPRINT_BYTES, FINGERPRINT_BYTES).array();
  }

  /** Puts the fingerprints of the first records into a digest. */
  void putFingerprints(long records, MessageDigest digest) throws IOException {
    long end = records * FINGERPRINT_BYTES;
    for (long at = 0; at < end; at += Spool.BUFFER_BYTES) {
      digest.update(fingerprints.read(at, (int) Math.min(Spool.BUFFER_BYTES, end - at)));
    }
  }

  @Override
  public void close() throws IOException {
    ids.close();
    ends.close();
    fingerprints.close();
  }

  /** A file that is written at its end and read anywhere. */
  private static final class Spool implements Closeable {

    static final int BUFFER_BYTES = 1 << 16;

    private final FileChannel channel;
    private ByteBuffer pending = ByteBuffer.allocate(BUFFER_BYTES);
    private long written;

    Spool(Path directory) throws IOException {
      Path file = Files.createTempFile(directory, "records", null);
      channel =
          FileChannel.open(
              file,
              StandardOpenOption.READ,
              StandardOpenOption.WRITE,
              StandardOpenOption.DELETE_ON_CLOSE);
    }

    long size() {
      return written + pending.position();
    }

    void append(byte[] bytes) throws IOException {
      if (bytes.length > pending.remaining()) {
        flush();
      }
      if (bytes.length > pending.remaining()) {
        write(ByteBuffer.wrap(bytes));
      } else {
        pending.put(bytes);
      }
    }

    private void flush() throws IOException {
      write(pending.flip());
      pending.clear();
    }

    private void write(ByteBuffer bytes) throws IOException {
      while (bytes.hasRemaining()) {
        written += channel.write(bytes, written);
      }
    }

    /** A part that is there. The first look writes what is pending, by the thread that fills. */
    ByteBuffer read(long offset, int length) throws IOException {
      if (pending.position() > 0) {
        flush();
      }
      ByteBuffer part = ByteBuffer.allocate(length);
      while (part.hasRemaining()) {
        if (channel.read(part, offset + part.position()) < 0) {
          throw new EOFException("scratch file: ends early, expected " + (offset + length));
        }
      }
      return part.flip();
    }

    @Override
    public void close() throws IOException {
      channel.close();
    }
  }
}
