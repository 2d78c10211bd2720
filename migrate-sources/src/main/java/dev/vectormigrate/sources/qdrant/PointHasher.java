package dev.vectormigrate.sources.qdrant;

import dev.vectormigrate.model.Digest;
import java.nio.ByteBuffer;
import java.nio.charset.StandardCharsets;
import java.security.MessageDigest;
import java.security.NoSuchAlgorithmException;
import java.util.HexFormat;
import java.util.Map;
import java.util.TreeMap;
import org.jspecify.annotations.Nullable;

/** Hashes points, by their ids alone or by all that they hold. Of one thread. */
final class PointHasher {

  private static final int SHORT_BYTES = 8;

  private final MessageDigest digest = sha256();
  private final boolean contents;
  private ByteBuffer buffer = ByteBuffer.allocate(1 << 12);

  /**
   * @param contents whether payload and vectors count
   */
  PointHasher(boolean contents) {
    this.contents = contents;
  }

  /** A few digits that differ for different texts. */
  static String shortHash(String text) {
    byte[] hash = sha256().digest(text.getBytes(StandardCharsets.UTF_8));
    return HexFormat.of().formatHex(hash, 0, SHORT_BYTES);
  }

  private static MessageDigest sha256() {
    try {
      return MessageDigest.getInstance("SHA-256");
    } catch (NoSuchAlgorithmException e) {
      throw new IllegalStateException("SHA-256: missing, expected of every Java platform", e);
    }
  }

  Digest hash(Point point) {
    text(point.shardKey());
    text(point.id());
    if (contents) {
      text(point.problem());
      payload(point);
      for (Map.Entry<String, StoredVector> vector : new TreeMap<>(point.vectors()).entrySet()) {
        text(vector.getKey());
        vector(vector.getValue());
      }
    }
    ByteBuffer hash = ByteBuffer.wrap(digest.digest());
    return new Digest(hash.getLong(), hash.getLong());
  }

  private void text(@Nullable String text) {
    bytes(text == null ? null : text.getBytes(StandardCharsets.UTF_8));
  }

  private void bytes(byte @Nullable [] bytes) {
    number(bytes == null ? -1 : bytes.length);
    if (bytes != null) {
      digest.update(bytes);
    }
  }

  private void number(int number) {
    digest.update(buffer.clear().putInt(number).flip());
  }

  /** A payload that JSON has no value for is refused anyway, for a reason that counts. */
  private void payload(Point point) {
    try {
      bytes(point.payload().utf8());
    } catch (IllegalArgumentException e) {
      text(String.valueOf(e.getMessage()));
    }
  }

  private void vector(StoredVector vector) {
    text(vector.form().toString());
    if (vector instanceof StoredVector.Dense dense) {
      floats(dense.components());
    } else if (vector instanceof StoredVector.Sparse sparse) {
      number(sparse.positions().length);
      reserve(sparse.positions().length).asIntBuffer().put(sparse.positions());
      digest.update(buffer);
      floats(sparse.values());
    } else if (vector instanceof StoredVector.Multi multi) {
      number(multi.vectors().size());
      multi.vectors().forEach(this::floats);
    }
  }

  private void floats(float[] floats) {
    number(floats.length);
    reserve(floats.length).asFloatBuffer().put(floats);
    digest.update(buffer);
  }

  private ByteBuffer reserve(int numbers) {
    int bytes = Integer.BYTES * numbers;
    if (buffer.capacity() < bytes) {
      buffer = ByteBuffer.allocate(bytes);
    }
    return buffer.clear().limit(bytes);
  }
}
