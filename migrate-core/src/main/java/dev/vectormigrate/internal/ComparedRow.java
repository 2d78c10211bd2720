package dev.vectormigrate.internal;

import dev.vectormigrate.model.Digest;
import java.nio.ByteBuffer;
import java.nio.charset.StandardCharsets;
import java.util.Arrays;

/**
 * A row of either side as a record that sorts by key, then by content: 16 bytes of the key's hash,
 * 16 of the hash of all values, a byte that says whether the row counts, and, in the second pass,
 * what it takes to explain a difference: id and fingerprint, each in UTF-8 behind its length.
 */
record ComparedRow(Digest key, Digest content, boolean counts, String id, String fingerprint) {

  private static final int HASH = 16;
  private static final int HEAD = 2 * HASH + 1;

  /** The record of a first pass, which explains nothing. */
  byte[] shortRecord() {
    return head(0).array();
  }

  /** The record of a second pass. */
  byte[] record() {
    byte[] idBytes = id.getBytes(StandardCharsets.UTF_8);
    byte[] fingerprintBytes = fingerprint.getBytes(StandardCharsets.UTF_8);
    int more = Math.addExact(Integer.BYTES + idBytes.length, fingerprintBytes.length);
    return head(more).putInt(idBytes.length).put(idBytes).put(fingerprintBytes).array();
  }

  private ByteBuffer head(int more) {
    ByteBuffer record = ByteBuffer.allocate(Math.addExact(HEAD, more));
    record.putLong(key.high()).putLong(key.low());
    record.putLong(content.high()).putLong(content.low());
    return record.put((byte) (counts ? 1 : 0));
  }

  static ComparedRow parse(byte[] record) {
    ByteBuffer in = ByteBuffer.wrap(record);
    Digest key = new Digest(in.getLong(), in.getLong());
    Digest content = new Digest(in.getLong(), in.getLong());
    boolean counts = in.get() != 0;
    if (!in.hasRemaining()) {
      return new ComparedRow(key, content, counts, "", "");
    }
    String id = text(in, in.getInt());
    return new ComparedRow(key, content, counts, id, text(in, in.remaining()));
  }

  private static String text(ByteBuffer in, int length) {
    byte[] bytes = new byte[length];
    in.get(bytes);
    return new String(bytes, StandardCharsets.UTF_8);
  }

  static int compareKeys(byte[] one, byte[] other) {
    return Arrays.compareUnsigned(one, 0, HASH, other, 0, HASH);
  }

  static int compareContents(byte[] one, byte[] other) {
    return Arrays.compareUnsigned(one, 0, 2 * HASH, other, 0, 2 * HASH);
  }
}
