package dev.vectormigrate.pgvector;

import dev.vectormigrate.model.Bytes;
import dev.vectormigrate.model.FieldType;
import dev.vectormigrate.model.Json;
import dev.vectormigrate.model.Row;
import dev.vectormigrate.model.SparseVector;
import dev.vectormigrate.model.Vector;
import java.math.BigDecimal;
import java.nio.ByteBuffer;
import java.nio.charset.StandardCharsets;
import java.sql.SQLException;
import java.time.Instant;
import java.time.LocalDateTime;
import java.time.ZoneOffset;
import java.util.Arrays;
import java.util.List;
import java.util.UUID;
import org.jspecify.annotations.Nullable;
import org.postgresql.copy.CopyIn;

/**
 * Writes rows in the binary format of COPY: a header of 19 bytes, then for each row the number of
 * columns (int16) and for each column its length (int32, -1 for null) and its bytes, then -1.
 * Values are big-endian; {@code jsonb} is a version byte 1 and its text; times are microseconds
 * since 2000; arrays are their dimensions, a flag for nulls, the type of their elements, each
 * dimension's length and lower bound, and the elements; {@code vector} is its dimension (int16), an
 * unused int16 and its components; {@code halfvec} likewise, of 2 bytes each; {@code sparsevec} is
 * its dimension, the count of its components, an unused int32, their positions from 0 and their
 * values. Not thread-safe.
 */
final class BinaryRows {

  private static final byte[] HEADER = {
    'P', 'G', 'C', 'O', 'P', 'Y', '\n', (byte) 0xff, '\r', '\n', 0, 0, 0, 0, 0, 0, 0, 0, 0
  };

  /** Fewer, larger messages: each costs both sides some work of its own. */
  private static final int MESSAGE_BYTES = 256 << 10;

  static final Instant EPOCH = Instant.parse("2000-01-01T00:00:00Z");

  /** Of pg_catalog.text and pg_catalog.varchar, the same in every database. */
  private static final int TEXT_OID = 25;

  private static final int VARCHAR_OID = 1043;

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
      put(row.schema().field(i).type(), row.value(i));
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

  private void put(FieldType type, @Nullable Object value) {
    if (value == null) {
      reserve(4).putInt(-1);
      return;
    }
    switch (type.kind()) {
      case TEXT -> putBytes(((String) value).getBytes(StandardCharsets.UTF_8));
      case INTEGER -> putInteger(type, (Long) value);
      case FLOAT -> reserve(12).putInt(8).putDouble((Double) value);
      case DECIMAL -> BinaryNumeric.put((BigDecimal) value, this::reserve);
      case BOOLEAN -> reserve(5).putInt(1).put((byte) ((Boolean) value ? 1 : 0));
      case UUID -> putUuid((UUID) value);
      case TIMESTAMP -> putTime(((LocalDateTime) value).toInstant(ZoneOffset.UTC));
      case INSTANT -> putTime((Instant) value);
      case BYTES -> putBytes(((Bytes) value).view());
      case JSON -> putJson((Json) value);
      case TEXTS -> putTexts(type, (List<?>) value);
      case VECTOR -> putVector((Vector) value);
      case HALF_VECTOR -> putHalves((Vector) value);
      case SPARSE_VECTOR -> putSparse((SparseVector) value);
    }
  }

  private void putBytes(byte[] bytes) {
    reserve(4 + bytes.length).putInt(bytes.length).put(bytes);
  }

  private void putInteger(FieldType type, long number) {
    if (type.size() == Integer.BYTES) {
      reserve(8).putInt(4).putInt(Math.toIntExact(number));
    } else {
      reserve(12).putInt(8).putLong(number);
    }
  }

  private void putUuid(UUID id) {
    reserve(20)
        .putInt(16)
        .putLong(id.getMostSignificantBits())
        .putLong(id.getLeastSignificantBits());
  }

  private void putTime(Instant time) {
    long seconds = time.getEpochSecond() - EPOCH.getEpochSecond();
    reserve(12).putInt(8).putLong(seconds * 1_000_000 + time.getNano() / 1_000);
  }

  private void putJson(Json json) {
    byte[] text = json.utf8();
    reserve(5 + text.length).putInt(1 + text.length).put((byte) 1).put(text);
  }

  private void putTexts(FieldType type, List<?> texts) {
    int start = buffer.position();
    reserve(4 + 12).putInt(0).putInt(texts.isEmpty() ? 0 : 1).putInt(0);
    buffer.putInt(type.size() == 0 ? TEXT_OID : VARCHAR_OID);
    if (!texts.isEmpty()) {
      reserve(8).putInt(texts.size()).putInt(1);
      texts.forEach(text -> putBytes(((String) text).getBytes(StandardCharsets.UTF_8)));
    }
    buffer.putInt(start, buffer.position() - start - 4);
  }

  private void putSparse(SparseVector vector) {
    int bytes = 12 + 8 * vector.size();
    reserve(4 + bytes).putInt(bytes).putInt(vector.dimension()).putInt(vector.size()).putInt(0);
    for (int i = 0; i < vector.size(); i++) {
      buffer.putInt(vector.index(i));
    }
    for (int i = 0; i < vector.size(); i++) {
      buffer.putFloat(vector.value(i));
    }
  }

  private void putVector(Vector vector) {
    int bytes = 4 + vector.dimension() * Float.BYTES;
    reserve(4 + bytes).putInt(bytes).putShort((short) vector.dimension()).putShort((short) 0);
    vector.putInto(buffer);
  }

  private void putHalves(Vector vector) {
    int bytes = 4 + vector.dimension() * Short.BYTES;
    reserve(4 + bytes).putInt(bytes).putShort((short) vector.dimension()).putShort((short) 0);
    vector.putHalvesInto(buffer);
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
