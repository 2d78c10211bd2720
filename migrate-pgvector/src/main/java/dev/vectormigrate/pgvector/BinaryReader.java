package dev.vectormigrate.pgvector;

import dev.vectormigrate.model.Bytes;
import dev.vectormigrate.model.Field;
import dev.vectormigrate.model.HalfFloat;
import dev.vectormigrate.model.Json;
import dev.vectormigrate.model.Row;
import dev.vectormigrate.model.Schema;
import dev.vectormigrate.model.SparseVector;
import dev.vectormigrate.model.Vector;
import dev.vectormigrate.spi.Position;
import dev.vectormigrate.spi.RejectedRowException;
import dev.vectormigrate.spi.RowReader;
import java.nio.ByteBuffer;
import java.nio.charset.StandardCharsets;
import java.sql.Connection;
import java.sql.SQLException;
import java.time.Instant;
import java.time.LocalDateTime;
import java.time.ZoneOffset;
import java.time.temporal.ChronoUnit;
import java.util.ArrayList;
import java.util.Arrays;
import java.util.List;
import java.util.UUID;
import org.jspecify.annotations.Nullable;
import org.postgresql.PGConnection;
import org.postgresql.copy.CopyOut;

/** Reads rows back through a binary COPY; the counterpart of {@link BinaryRows}. */
final class BinaryReader implements RowReader {

  private static final int HEADER_BYTES = 19;

  private final Connection connection;
  private final Schema schema;

  /** Of rows with a null that the schema forbids: the table may have lost what forbade it. */
  private final Schema lenient;

  private final CopyOut copy;
  private ByteBuffer buffer = ByteBuffer.allocate(0);
  private long rows;
  private @Nullable String unreadable;
  private boolean ended;
  private boolean closed;

  /**
   * Begins to read; the reader gives the connection back when it is closed.
   *
   * @param query returns the columns of the schema, in its order
   */
  BinaryReader(Connection connection, Schema schema, String query) throws SQLException {
    this.connection = connection;
    this.schema = schema;
    lenient = nullable(schema);
    try {
      copy = begin(query);
      need(HEADER_BYTES);
      buffer.position(HEADER_BYTES);
    } catch (SQLException | RuntimeException e) {
      giveBack();
      throw e;
    }
  }

  private CopyOut begin(String query) throws SQLException {
    connection.setAutoCommit(false);
    Sql.execute(
        connection,
        "SET LOCAL statement_timeout = 0",
        "SET LOCAL idle_in_transaction_session_timeout = 0");
    return connection
        .unwrap(PGConnection.class)
        .getCopyAPI()
        .copyOut("COPY (" + query + ") TO STDOUT (FORMAT binary)");
  }

  @Override
  public @Nullable Row next() throws Exception {
    if (closed) {
      throw new IllegalStateException("reader: closed, expected it to be open");
    }
    if (ended) {
      return null;
    }
    try {
      return readRow();
    } catch (SQLException e) {
      throw SqlErrors.clean(e);
    }
  }

  private @Nullable Row readRow() throws SQLException, RejectedRowException {
    need(2);
    int columns = buffer.getShort();
    if (columns < 0) {
      ended = true;
      drain();
      return null;
    }
    if (columns != schema.size()) {
      throw new IllegalStateException("columns: " + columns + ", expected " + schema.size());
    }
    rows++;
    unreadable = null;
    Object[] values = readValues(columns);
    if (unreadable != null) {
      throw new RejectedRowException(Row.of(lenient, values).id(), unreadable);
    }
    return Row.of(isLacking(values) ? lenient : schema, values);
  }

  private boolean isLacking(Object[] values) {
    for (int i = 0; i < values.length; i++) {
      if (values[i] == null && !schema.field(i).nullable()) {
        return true;
      }
    }
    return false;
  }

  private static Schema nullable(Schema schema) {
    return new Schema(
        schema.fields().stream().map(f -> Field.optional(f.name(), f.type())).toList(),
        schema.key());
  }

  @SuppressWarnings("NullAway") // does not see that a varargs array of a class file holds nulls
  private Object[] readValues(int columns) throws SQLException {
    Object[] values = new Object[columns];
    for (int i = 0; i < columns; i++) {
      values[i] = readValue(schema.field(i));
    }
    return values;
  }

  private @Nullable Object readValue(Field field) throws SQLException {
    need(4);
    int length = buffer.getInt();
    if (length < 0) {
      return null;
    }
    need(length);
    int end = buffer.position() + length;
    Object value = null;
    try {
      value = decode(field, length);
    } catch (RuntimeException e) {
      unreadable = "column '%s': %s".formatted(field.name(), e.getMessage());
    }
    buffer.position(end);
    return value;
  }

  private Object decode(Field field, int length) {
    return switch (field.type().kind()) {
      case TEXT -> new String(bytes(length), StandardCharsets.UTF_8);
      case INTEGER -> integer(length);
      case FLOAT -> buffer.getDouble();
      case DECIMAL -> BinaryNumeric.get(buffer);
      case BOOLEAN -> buffer.get() != 0;
      case UUID -> new UUID(buffer.getLong(), buffer.getLong());
      case TIMESTAMP -> LocalDateTime.ofInstant(time(), ZoneOffset.UTC);
      case INSTANT -> time();
      case BYTES -> Bytes.wrap(bytes(length));
      case JSON -> json(length);
      case TEXTS -> texts();
      case VECTOR -> vector();
      case HALF_VECTOR -> halfVector();
      case SPARSE_VECTOR -> sparseVector();
    };
  }

  private byte[] bytes(int length) {
    byte[] bytes = new byte[length];
    buffer.get(bytes);
    return bytes;
  }

  /** A live table's column may be wider than the plan's. */
  private long integer(int length) {
    return switch (length) {
      case Short.BYTES -> buffer.getShort();
      case Integer.BYTES -> buffer.getInt();
      default -> buffer.getLong();
    };
  }

  private Instant time() {
    return BinaryRows.EPOCH.plus(buffer.getLong(), ChronoUnit.MICROS);
  }

  /** The form of {@code jsonb} begins with its version, that of {@code json} is its text. */
  private Json json(int length) {
    boolean isText = buffer.get(buffer.position()) != 1;
    if (isText) {
      return Json.parse(bytes(length));
    }
    buffer.get();
    return Json.parse(bytes(length - 1));
  }

  private List<String> texts() {
    int dimensions = buffer.getInt();
    buffer.position(buffer.position() + 8);
    if (dimensions == 0) {
      return List.of();
    }
    int count = buffer.getInt();
    buffer.getInt();
    List<String> texts = new ArrayList<>();
    for (int i = 0; i < count; i++) {
      int length = buffer.getInt();
      if (length < 0 || dimensions > 1) {
        throw new IllegalStateException("array: nulls or several dimensions, expected neither");
      }
      texts.add(new String(bytes(length), StandardCharsets.UTF_8));
    }
    return List.copyOf(texts);
  }

  private SparseVector sparseVector() {
    int dimension = buffer.getInt();
    int count = buffer.getInt();
    buffer.getInt();
    int[] indices = new int[count];
    float[] values = new float[count];
    buffer.asIntBuffer().get(indices);
    buffer.position(buffer.position() + count * Integer.BYTES);
    buffer.asFloatBuffer().get(values);
    return SparseVector.of(dimension, indices, values);
  }

  private Vector vector() {
    float[] components = new float[buffer.getShort()];
    buffer.getShort();
    buffer.asFloatBuffer().get(components);
    return Vector.wrap(components);
  }

  private Vector halfVector() {
    float[] components = new float[buffer.getShort()];
    buffer.getShort();
    for (int i = 0; i < components.length; i++) {
      components[i] = HalfFloat.fromBits(buffer.getShort());
    }
    return Vector.wrap(components);
  }

  /** Makes sure that so many bytes can be read; a message usually, but not surely, is a row. */
  private void need(int bytes) throws SQLException {
    while (buffer.remaining() < bytes) {
      byte[] message = copy.readFromCopy();
      if (message == null) {
        throw new IllegalStateException("COPY ended inside a row after row " + rows);
      }
      append(message);
    }
  }

  private void append(byte[] message) {
    if (!buffer.hasRemaining()) {
      buffer = ByteBuffer.wrap(message);
      return;
    }
    byte[] rest = bytes(buffer.remaining());
    byte[] joined = Arrays.copyOf(rest, rest.length + message.length);
    System.arraycopy(message, 0, joined, rest.length, message.length);
    buffer = ByteBuffer.wrap(joined);
  }

  private void drain() throws SQLException {
    while (copy.isActive()) {
      copy.readFromCopy();
    }
  }

  @Override
  public Position position() {
    return new Position(String.valueOf(rows));
  }

  @Override
  public void close() {
    if (closed) {
      return;
    }
    closed = true;
    if (copy.isActive()) {
      // To cancel is to race: the signal may hit whatever the connection is used for next.
      Connections.abort(connection);
    }
    giveBack();
  }

  private void giveBack() {
    try {
      connection.rollback();
      connection.setAutoCommit(true);
    } catch (SQLException e) {
      Connections.abort(connection);
    }
    Connections.giveBack(connection);
  }
}
