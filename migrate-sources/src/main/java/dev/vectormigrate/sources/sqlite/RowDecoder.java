package dev.vectormigrate.sources.sqlite;

import static dev.vectormigrate.sources.sqlite.SqliteDatabase.quote;

import dev.vectormigrate.model.Bytes;
import dev.vectormigrate.model.Field;
import dev.vectormigrate.model.FieldType;
import dev.vectormigrate.model.Row;
import dev.vectormigrate.model.Schema;
import dev.vectormigrate.spi.RejectedRowException;
import java.math.BigDecimal;
import java.nio.ByteBuffer;
import java.nio.charset.CharacterCodingException;
import java.nio.charset.Charset;
import java.sql.ResultSet;
import java.sql.SQLException;
import java.util.ArrayList;
import java.util.List;
import java.util.Locale;
import java.util.StringJoiner;
import org.jspecify.annotations.Nullable;

/**
 * Asks for the values of rows, how each is stored and how large it is, and makes rows of them. Of
 * one thread.
 */
final class RowDecoder {

  /** Terms that are joined to one expression, whose depth SQLite bounds. */
  private static final int JOINED = 200;

  private static final int MOST_ID_BYTES = 400;

  private final SqliteTable table;
  private final Charset encoding;
  private final List<String> names = new ArrayList<>();
  private final int groups;
  private final boolean numberIsFirst;
  private long bytes;

  /**
   * @param encoding of the database's texts
   */
  RowDecoder(SqliteTable table, Charset encoding) {
    this.table = table;
    this.encoding = encoding;
    table.columns().forEach(column -> names.add(quote(column.name())));
    groups = (names.size() + JOINED - 1) / JOINED;
    numberIsFirst = table.hasRowNumberField();
  }

  /**
   * The query without its condition: the row's number, how its values are stored, how many bytes
   * they have, and the values, those too large left out, so that SQLite does not load them.
   */
  String select() {
    List<String> terms = new ArrayList<>();
    terms.add(table.rowNumber() == null ? "0" : quote(table.rowNumber()));
    for (int i = 0; i < names.size(); i += JOINED) {
      List<String> group = names.subList(i, Math.min(names.size(), i + JOINED));
      terms.add(joined(group, "substr(typeof(%s), 1, 1)", " || "));
      terms.add(
          joined(group, "iif(typeof(%1$s) IN ('text', 'blob'), octet_length(%1$s), 8)", " + "));
    }
    for (String name : names) {
      terms.add(
          "CASE WHEN typeof(%1$s) NOT IN ('text', 'blob') OR octet_length(%1$s) <= %2$d THEN %1$s END"
              .formatted(name, SqliteDatabase.MOST_BYTES));
    }
    return "SELECT " + String.join(", ", terms) + " FROM " + table.from();
  }

  private static String joined(List<String> names, String form, String operator) {
    return String.join(operator, names.stream().map(form::formatted).toList());
  }

  /** Of the values of the last row. */
  long bytes() {
    return bytes;
  }

  /** The current row of a result of {@link #select}. */
  Row row(ResultSet result, long number) throws SQLException, RejectedRowException {
    StringBuilder stored = new StringBuilder();
    bytes = 0;
    for (int group = 0; group < groups; group++) {
      stored.append(result.getString(2 + 2 * group));
      bytes += result.getLong(3 + 2 * group);
    }
    if (bytes > SqliteDatabase.MOST_BYTES) {
      String problem =
          "row: %,d bytes, expected at most %,d".formatted(bytes, SqliteDatabase.MOST_BYTES);
      bytes = 0;
      throw new RejectedRowException("row " + number, problem);
    }
    return new Values(result, stored, number).row();
  }

  /** The values of one row. */
  private final class Values {

    private final ResultSet result;
    private final CharSequence stored;
    private final long number;

    Values(ResultSet result, CharSequence stored, long number) {
      this.result = result;
      this.stored = stored;
      this.number = number;
    }

    @SuppressWarnings("NullAway") // takes the nullable elements of the array for non-null ones
    Row row() throws SQLException, RejectedRowException {
      Schema schema = table.schema();
      @Nullable Object[] values = new Object[schema.size()];
      int first = values.length - names.size();
      if (numberIsFirst) {
        values[0] = number;
      }
      for (int i = 0; i < names.size(); i++) {
        values[first + i] = value(schema.field(first + i), i);
      }
      return Row.of(schema, values);
    }

    private int place(int column) {
      return 2 + 2 * groups + column;
    }

    private StorageClass stored(int column) {
      return StorageClass.ofLetter(stored.charAt(column));
    }

    private @Nullable Object value(Field field, int column)
        throws SQLException, RejectedRowException {
      StorageClass stored = stored(column);
      if (stored == StorageClass.NULL) {
        if (!field.nullable()) {
          throw refused(field, "null, expected a value");
        }
        return null;
      }
      Object value =
          switch (field.type().kind()) {
            case INTEGER -> stored == StorageClass.INTEGER ? integer(column) : null;
            case FLOAT -> stored == StorageClass.REAL ? result.getDouble(place(column)) : null;
            case DECIMAL -> decimal(field, stored, column);
            case TEXT -> stored == StorageClass.TEXT ? text(field, column) : null;
            default -> stored == StorageClass.BLOB ? Bytes.wrap(raw(column)) : null;
          };
      if (value == null) {
        throw refused(
            field, "stored as %s, expected %s".formatted(stored.word(), expected(field.type())));
      }
      return value;
    }

    private Long integer(int column) throws SQLException {
      return result.getLong(place(column));
    }

    private @Nullable BigDecimal decimal(Field field, StorageClass stored, int column)
        throws SQLException, RejectedRowException {
      if (stored == StorageClass.INTEGER) {
        return BigDecimal.valueOf(result.getLong(place(column)));
      }
      if (stored != StorageClass.REAL) {
        return null;
      }
      double real = result.getDouble(place(column));
      if (!Double.isFinite(real)) {
        throw refused(field, "an infinity, expected a decimal number");
      }
      BigDecimal number = new BigDecimal(Double.toString(real));
      return number.scale() < 0 ? number.setScale(0) : number;
    }

    private byte[] raw(int column) throws SQLException {
      byte[] raw = result.getBytes(place(column));
      return raw == null ? new byte[0] : raw;
    }

    private String text(Field field, int column) throws SQLException, RejectedRowException {
      try {
        return decode(raw(column));
      } catch (CharacterCodingException e) {
        throw refused(field, "text that is not %s, expected text".formatted(encoding));
      }
    }

    private RejectedRowException refused(Field field, String problem) throws SQLException {
      return new RejectedRowException(id(), "field '%s': %s".formatted(field.name(), problem));
    }

    /** As {@link Row#id} as far as possible: the key itself may be what is wrong. */
    private String id() throws SQLException {
      List<String> key = table.schema().key();
      if (key.isEmpty()) {
        return "row " + number;
      }
      if (numberIsFirst) {
        return Long.toString(number);
      }
      StringJoiner id = new StringJoiner("/");
      for (String field : key) {
        String part = shown(table.schema().indexOf(field));
        id.add(key.size() == 1 ? part : part.replace("\\", "\\\\").replace("/", "\\/"));
      }
      return id.toString();
    }

    private String shown(int column) throws SQLException {
      return switch (stored(column)) {
        case NULL -> "null";
        case INTEGER -> Long.toString(result.getLong(place(column)));
        case REAL -> Double.toString(result.getDouble(place(column)));
        case TEXT -> {
          byte[] raw = raw(column);
          String text = new String(raw, 0, Math.min(raw.length, MOST_ID_BYTES), encoding);
          yield text.replace('\0', '\uFFFD');
        }
        case BLOB -> "blob of %,d bytes".formatted(raw(column).length);
      };
    }
  }

  private static String expected(FieldType type) {
    return switch (type.kind()) {
      case FLOAT -> "real";
      case DECIMAL -> "integer or real";
      case BYTES -> "blob";
      default -> type.kind().name().toLowerCase(Locale.ROOT);
    };
  }

  /** Where {@code new String} would silently replace what is no text. */
  private String decode(byte[] raw) throws CharacterCodingException {
    String text = new String(raw, encoding);
    // Only a replacement brings this character in that the bytes may not hold themselves.
    return text.indexOf('\uFFFD') < 0
        ? text
        : encoding.newDecoder().decode(ByteBuffer.wrap(raw)).toString();
  }
}
