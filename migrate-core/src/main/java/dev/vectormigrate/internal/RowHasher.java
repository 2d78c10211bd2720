package dev.vectormigrate.internal;

import dev.vectormigrate.model.Bytes;
import dev.vectormigrate.model.Digest;
import dev.vectormigrate.model.Json;
import dev.vectormigrate.model.Row;
import dev.vectormigrate.model.SparseVector;
import dev.vectormigrate.model.Vector;
import java.math.BigDecimal;
import java.nio.ByteBuffer;
import java.nio.charset.StandardCharsets;
import java.security.MessageDigest;
import java.security.NoSuchAlgorithmException;
import java.time.Instant;
import java.time.LocalDateTime;
import java.time.ZoneOffset;
import java.util.Arrays;
import java.util.List;
import java.util.UUID;
import org.jspecify.annotations.Nullable;

/**
 * Hashes rows: the first 128 bits of SHA-256 over one canonical form. Each value is written as a
 * type tag, its length and its bytes: text in UTF-8, numbers and vectors big-endian bit by bit,
 * JSON in its canonical text. Not thread-safe; one a thread.
 */
final class RowHasher {

  private final MessageDigest sha256 = sha256();
  private ByteBuffer buffer = ByteBuffer.allocate(8 << 10);

  private static MessageDigest sha256() {
    try {
      return MessageDigest.getInstance("SHA-256");
    } catch (NoSuchAlgorithmException e) {
      throw new AssertionError("every Java runtime has SHA-256", e);
    }
  }

  /** The digest of a row; {@link #size()} tells how large its form was. */
  Digest hash(Row row) {
    buffer.clear();
    for (int i = 0; i < row.schema().size(); i++) {
      put(row.value(i));
    }
    return digestOfBuffer();
  }

  /** The digest of a single value. */
  Digest hash(@Nullable Object value) {
    buffer.clear();
    put(value);
    return digestOfBuffer();
  }

  /** Bytes of the canonical form that was hashed last. */
  int size() {
    return buffer.position();
  }

  private Digest digestOfBuffer() {
    sha256.update(buffer.array(), 0, buffer.position());
    ByteBuffer hash = ByteBuffer.wrap(sha256.digest());
    return new Digest(hash.getLong(), hash.getLong());
  }

  private void put(@Nullable Object value) {
    if (value == null) {
      reserve(1).put((byte) 0);
    } else if (value instanceof String text) {
      putBytes('t', text.getBytes(StandardCharsets.UTF_8));
    } else if (value instanceof Vector vector) {
      vector.putInto(header('v', vector.dimension() * Float.BYTES));
    } else if (value instanceof Json json) {
      putBytes('j', json.utf8());
    } else if (value instanceof Long number) {
      header('i', Long.BYTES).putLong(number);
    } else if (value instanceof Double number) {
      header('f', Double.BYTES).putLong(Double.doubleToLongBits(number));
    } else if (value instanceof Boolean flag) {
      header('b', 1).put((byte) (flag ? 1 : 0));
    } else {
      putRare(value);
    }
  }

  private void putRare(Object value) {
    if (value instanceof BigDecimal number) {
      putBytes('d', number.toPlainString().getBytes(StandardCharsets.US_ASCII));
    } else if (value instanceof UUID id) {
      header('u', 16).putLong(id.getMostSignificantBits()).putLong(id.getLeastSignificantBits());
    } else if (value instanceof LocalDateTime time) {
      putTime('l', time.toInstant(ZoneOffset.UTC));
    } else if (value instanceof Instant time) {
      putTime('z', time);
    } else if (value instanceof Bytes bytes) {
      putBytes('y', bytes.view());
    } else if (value instanceof SparseVector vector) {
      putSparse(vector);
    } else if (value instanceof List<?> texts) {
      header('a', texts.size());
      texts.forEach(this::put);
    } else {
      throw new AssertionError("no canonical form for " + value.getClass());
    }
  }

  private void putTime(char tag, Instant time) {
    header(tag, 12).putLong(time.getEpochSecond()).putInt(time.getNano());
  }

  private void putSparse(SparseVector vector) {
    header('s', 4 + 8 * vector.size()).putInt(vector.dimension());
    for (int i = 0; i < vector.size(); i++) {
      buffer.putInt(vector.index(i)).putFloat(vector.value(i));
    }
  }

  private void putBytes(char tag, byte[] bytes) {
    header(tag, bytes.length).put(bytes);
  }

  private ByteBuffer header(char tag, int length) {
    return reserve(length + 5).put((byte) tag).putInt(length);
  }

  private ByteBuffer reserve(int bytes) {
    if (buffer.remaining() < bytes) {
      int capacity = Math.max(buffer.capacity() * 2, Math.addExact(buffer.position(), bytes));
      int position = buffer.position();
      buffer = ByteBuffer.wrap(Arrays.copyOf(buffer.array(), capacity)).position(position);
    }
    return buffer;
  }
}
