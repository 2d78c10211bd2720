package dev.vectormigrate;

import dev.vectormigrate.model.Field;
import dev.vectormigrate.model.FieldType;
import dev.vectormigrate.model.Json;
import dev.vectormigrate.model.Row;
import dev.vectormigrate.model.Schema;
import java.nio.charset.StandardCharsets;
import java.time.ZoneId;
import java.time.ZoneOffset;
import java.util.List;

/**
 * How the value of a column is computed from a row of a dataset. Immutable and thread-safe; equal
 * ones have equal texts, by which a run that goes on recognises its mapping.
 *
 * <p>A value that can't be computed, such as a time out of a text that is none, refuses its row
 * with the reason.
 */
public sealed interface ColumnValue {

  /** The value of a field as it is. */
  static ColumnValue field(String name) {
    return new FieldValue(name);
  }

  /** What is under a path of keys in a JSON field, null where nothing is; of type JSON. */
  static ColumnValue json(String field, String... path) {
    return new MemberValue(field, List.of(path));
  }

  /**
   * What is left of an object in a JSON field when the members that other columns took, and those
   * that the mapping ignores, are taken away; an empty object where nothing is left.
   */
  static ColumnValue rest(String field) {
    return new RestValue(field);
  }

  /** The same text in every row. */
  static ColumnValue constant(String text) {
    return constant(FieldType.TEXT, text);
  }

  /**
   * The same value in every row.
   *
   * @param value of the class that the type wants
   */
  static ColumnValue constant(FieldType type, Object value) {
    return new ConstantValue(type, value);
  }

  /**
   * A UUID made of other values: a single text that is a UUID is taken as it is; anything else
   * gives a name-based UUID (RFC 4122, version 5, SHA-1), which is the same in every run.
   *
   * @param space keeps equal values of different origin apart, such as a collection's name
   * @param parts none of them null in any row
   */
  static ColumnValue uuid(String space, ColumnValue... parts) {
    return new UuidValue(space, List.of(parts));
  }

  /** This, or another value of the same type where this is null. */
  default ColumnValue or(ColumnValue other) {
    return new FirstValue(this, other);
  }

  /**
   * This in another type. Texts are read as what the type wants; times as ISO 8601, also with a
   * blank instead of the T, numbers as seconds since 1970 (those of 12 digits and more as
   * milliseconds, of 15 and more as microseconds, of 18 and more as nanoseconds; those that may be
   * Julian days are refused); vectors as JSON arrays, or as little-endian floats out of binary
   * data, whose components become the nearest floats; UUIDs also without hyphens, or as 16 bytes in
   * the order of RFC 4122. Where a text names no offset, or the type has none, UTC is meant. Beside
   * a vector's components, and fractions of a microsecond in a number, nothing is rounded: a value
   * that the type can't hold refuses its row.
   */
  default ColumnValue as(FieldType type) {
    return as(type, ZoneOffset.UTC);
  }

  /** As {@link #as(FieldType)}, with another zone than UTC. */
  default ColumnValue as(FieldType type, ZoneId zone) {
    return new ConvertedValue(this, type, zone);
  }

  /** The parts of a text between separators; a null stays null. */
  default ColumnValue split(String separator) {
    return new SplitValue(this, separator);
  }

  /** This time, without its fraction of a second; a null stays null. */
  default ColumnValue wholeSeconds() {
    return new SecondsValue(this);
  }

  /** This JSON document, or this vector as a JSON array, as text; a null stays null. */
  default ColumnValue jsonText() {
    return new JsonTextValue(this);
  }

  /** This JSON object without the members that are null; a null stays null. */
  default ColumnValue withoutNulls() {
    return new MembersValue(this, false);
  }

  /**
   * This JSON object with nothing but texts and numbers inside: members that are true or false,
   * objects, lists, or whole numbers of more than 64 bits become the text of their JSON, and those
   * that are null are left out. A null stays null.
   */
  default ColumnValue plainMembers() {
    return new MembersValue(this, true);
  }

  /**
   * As {@link #plainMembers}, with numbers as texts, too: as Java writes a {@code long} or {@code
   * double}, such as {@code 7}, {@code 7.0} or {@code 1.0E10}.
   */
  default ColumnValue textMembers() {
    return new TextMembersValue(this);
  }

  /** This, in a column that may be null: for rows that others add. */
  default ColumnValue optional() {
    return new OptionalValue(this);
  }

  /** This; rows where it is null are refused. */
  default ColumnValue required() {
    return new RequiredValue(this);
  }

  /** See {@link #field}. */
  record FieldValue(String field) implements ColumnValue {}

  /** See {@link #json}. */
  record MemberValue(String field, List<String> path) implements ColumnValue {
    public MemberValue {
      path = List.copyOf(path);
      if (path.isEmpty()) {
        throw new IllegalArgumentException("path in JSON field '" + field + "': no key");
      }
    }
  }

  /** See {@link #rest}. */
  record RestValue(String field) implements ColumnValue {}

  /** See {@link #constant}. */
  record ConstantValue(FieldType type, Object value) implements ColumnValue {
    public ConstantValue {
      Row.of(new Schema(List.of(Field.required("constant", type)), List.of()), value);
    }

    /** The value in full, so that a changed one is a changed mapping. */
    @Override
    public String toString() {
      String text =
          value instanceof Json json
              ? new String(json.utf8(), StandardCharsets.UTF_8)
              : value.toString();
      return "Constant[" + type + " " + text + "]";
    }
  }

  /** See {@link #uuid}. */
  record UuidValue(String space, List<ColumnValue> parts) implements ColumnValue {
    public UuidValue {
      parts = List.copyOf(parts);
    }
  }

  /** See {@link #or}. */
  record FirstValue(ColumnValue first, ColumnValue second) implements ColumnValue {}

  /** See {@link #as}. */
  record ConvertedValue(ColumnValue value, FieldType type, ZoneId zone) implements ColumnValue {}

  /** See {@link #split}. */
  record SplitValue(ColumnValue value, String separator) implements ColumnValue {
    public SplitValue {
      if (separator.isEmpty()) {
        throw new IllegalArgumentException("separator: empty, expected some text");
      }
    }
  }

  /** See {@link #wholeSeconds}. */
  record SecondsValue(ColumnValue value) implements ColumnValue {}

  /** See {@link #jsonText}. */
  record JsonTextValue(ColumnValue value) implements ColumnValue {}

  /** See {@link #withoutNulls} and {@link #plainMembers}. */
  record MembersValue(ColumnValue value, boolean plain) implements ColumnValue {}

  /** See {@link #textMembers}. */
  record TextMembersValue(ColumnValue value) implements ColumnValue {}

  /** See {@link #optional}. */
  record OptionalValue(ColumnValue value) implements ColumnValue {}

  /** See {@link #required}. */
  record RequiredValue(ColumnValue value) implements ColumnValue {}
}
