package dev.vectormigrate.model;

import java.util.Objects;

/**
 * A named, typed column of a dataset.
 *
 * @param name unique in its schema, any non-empty text
 * @param type what the values are
 * @param nullable whether a row may lack the value
 */
public record Field(String name, FieldType type, boolean nullable) {

  public Field {
    Objects.requireNonNull(type, "type");
    if (name.isEmpty()) {
      throw new IllegalArgumentException("name of a field: empty, expected some text");
    }
  }

  /** A field that every row has a value for. */
  public static Field required(String name, FieldType type) {
    return new Field(name, type, false);
  }

  /** A field that rows may lack. */
  public static Field optional(String name, FieldType type) {
    return new Field(name, type, true);
  }

  /** This field under another name. */
  public Field named(String newName) {
    return new Field(newName, type, nullable);
  }

  @Override
  public String toString() {
    return name + " " + type + (nullable ? "" : " not null");
  }
}
