package dev.vectormigrate.pgvector;

import dev.vectormigrate.model.Json;
import dev.vectormigrate.model.Row;
import dev.vectormigrate.model.Vector;
import java.nio.ByteBuffer;
import java.nio.charset.StandardCharsets;
import java.sql.SQLException;
import java.util.Arrays;
import org.jspecify.annotations.Nullable;
import org.postgresql.copy.CopyIn;

/**
 * Writes rows in the binary format of COPY: a header of 19 bytes, then for each row the number of
 * columns (int16) and for each column its length (int32, -1 for null) and its bytes, then -1.
 * Values are big-endian; {@code jsonb} is a version byte 1 and its text; {@code vector} is its
 * dimension (int16), an unused int16 and its components. Not thread-safe.
 */
final class BinaryRows {

  private static final byte[] HEADER = {
    'P', 'G', 'C', 'O', 'P', 'Y', '\n', (byte) 0xff, '\r', '\n', 0, 0, 0, 0, 0, 0, 0, 0, 0
  };

  /** Fewer, larger messages: each costs both sides some work of its own. */
  private static final int MESSAGE_BYTES = 256 << 10;

  private final CopyIn copy;
  private ByteBuffer buffer = ByteBuffer.allocate(MESSAGE_BYTES + (64 << 10));

  BinaryRows(CopyIn copy) {
    this.copy = copy;
    buffer.put(HEADER);
  }

  /** Writes a row. */
  void write(Row row) throws SQLException {
    int columns = row.schema().size();
    reserve(2).putShort((short) columns);
    for (int i = 0; i < columns; i++) {
      put(row.value(i));
    }
    if (buffer.position() >= MESSAGE_BYTES) {
      send();
    }
  }

  /** Writes the trailer and sends everything. */
  void finish() throws SQLException {
    reserve(2).putShort((short) -1);
    send();
  }

  private void send() throws SQLException {
    copy.writeToCopy(buffer.array(), 0, buffer.position());
    buffer.clear();
  }

  private void put(@Nullable Object value) {
    if (value == null) {
      reserve(4).putInt(-1);
    } else if (value instanceof String text) {
      byte[] bytes = text.getBytes(StandardCharsets.UTF_8);
      reserve(4 + bytes.length).putInt(bytes.length).put(bytes);
    } else if (value instanceof Vector vector) {
      putVector(vector);
    } else if (value instanceof Json json) {
      byte[] text = json.utf8();
      reserve(5 + text.length).putInt(1 + text.length).put((byte) 1).put(text);
    } else if (value instanceof Long number) {
      reserve(12).putInt(8).putLong(number);
    } else if (value instanceof Double number) {
      reserve(12).putInt(8).putDouble(number);
    } else if (value instanceof Boolean flag) {
      reserve(5).putInt(1).put((byte) (flag ? 1 : 0));
    } else {
      throw new AssertionError("no binary form for " + value.getClass());
    }
  }

  private void putVector(Vector vector) {
    int bytes = 4 + vector.dimension() * Float.BYTES;
    reserve(4 + bytes).putInt(bytes).putShort((short) vector.dimension()).putShort((short) 0);
    vector.putInto(buffer);
  }

  private ByteBuffer reserve(int bytes) {
    if (buffer.remaining() < bytes) {
      int position = buffer.position();
      int capacity = Math.max(buffer.capacity() * 2, Math.addExact(position, bytes));
      buffer = ByteBuffer.wrap(Arrays.copyOf(buffer.array(), capacity)).position(position);
    }
    return buffer;
  }
}
