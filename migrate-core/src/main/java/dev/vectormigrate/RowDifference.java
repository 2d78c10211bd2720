package dev.vectormigrate;

import com.fasterxml.jackson.core.JsonFactory;
import com.fasterxml.jackson.core.JsonGenerator;
import java.io.IOException;
import java.io.StringWriter;
import java.io.UncheckedIOException;
import java.util.List;
import java.util.Locale;

/**
 * A row that is not the same in a source and in a live table. Holds its id, but no value of it.
 *
 * @param table where it is, or should be
 * @param id its key in the table, as {@link dev.vectormigrate.model.Row#id()} writes it; empty
 *     where the table's rows have no key that tells them apart
 * @param kind how it differs
 * @param columns what differs, for {@link Kind#DIFFERENT}; empty for other kinds
 */
public record RowDifference(String table, String id, Kind kind, List<ColumnDifference> columns) {

  /** How a row differs. */
  public enum Kind {
    /** It is in the source only. */
    MISSING,
    /** It is in the table only. */
    EXTRA,
    /** It is in both under the same key, with other values. */
    DIFFERENT,
    /** It is in the table once more than in the source, under the same key. */
    DUPLICATE
  }

  /**
   * A value that differs.
   *
   * @param path the column, or column and keys of a JSON object, joined with dots
   * @param change in what way
   * @param expected the type in the source; empty where there is no value
   * @param actual the type in the table; empty where there is no value
   */
  public record ColumnDifference(String path, Change change, String expected, String actual) {}

  /** In what way a value differs. */
  public enum Change {
    /** Another value of the same type. */
    VALUE,
    /** A value of another type; null has a type of its own. */
    TYPE,
    /** A key that the table's JSON lacks. */
    MISSING,
    /** A key that only the table's JSON has. */
    ADDED,
    /** A value of the table that can't be read, such as a number that is none. */
    UNREADABLE
  }

  public RowDifference {
    columns = List.copyOf(columns);
  }

  /** One line of JSON, without a line end. */
  public String toJson() {
    StringWriter text = new StringWriter();
    try (JsonGenerator json = new JsonFactory().createGenerator(text)) {
      json.writeStartObject();
      json.writeStringField("table", table);
      json.writeStringField("id", id);
      json.writeStringField("kind", word(kind));
      json.writeArrayFieldStart("columns");
      for (ColumnDifference column : columns) {
        json.writeStartObject();
        json.writeStringField("path", column.path());
        json.writeStringField("change", word(column.change()));
        json.writeStringField("expected", column.expected());
        json.writeStringField("actual", column.actual());
        json.writeEndObject();
      }
      json.writeEndArray();
      json.writeEndObject();
    } catch (IOException e) {
      throw new UncheckedIOException(e);
    }
    return text.toString();
  }

  private static String word(Enum<?> value) {
    return value.name().toLowerCase(Locale.ROOT);
  }
}
