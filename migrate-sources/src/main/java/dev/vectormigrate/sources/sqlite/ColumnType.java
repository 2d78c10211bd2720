package dev.vectormigrate.sources.sqlite;

import dev.vectormigrate.model.FieldType;
import java.util.Locale;
import org.jspecify.annotations.Nullable;

/** The rule by which columns get their types; see {@link SqliteSource}. */
final class ColumnType {

  private ColumnType() {}

  /** The type that the declaration alone gives; null where the stored values give it. */
  static @Nullable FieldType declared(String declaration) {
    String type = declaration.toUpperCase(Locale.ROOT);
    if (type.contains("INT")) {
      return FieldType.INTEGER;
    }
    if (type.contains("CHAR") || type.contains("CLOB") || type.contains("TEXT")) {
      return FieldType.TEXT;
    }
    if (type.contains("BLOB")) {
      return FieldType.BYTES;
    }
    if (type.contains("REAL") || type.contains("FLOA") || type.contains("DOUB")) {
      return FieldType.FLOAT;
    }
    return type.startsWith("DEC") || type.startsWith("NUM") ? FieldType.DECIMAL : null;
  }

  /** The type that most values have, given how many are stored in each way. */
  static FieldType stored(String declaration, long integers, long reals, long texts, long blobs) {
    long numbers = integers + reals;
    if (numbers + texts + blobs == 0) {
      boolean flag = declaration.toUpperCase(Locale.ROOT).contains("BOOL");
      return flag ? FieldType.INTEGER : FieldType.TEXT;
    }
    if (texts >= numbers && texts >= blobs) {
      return FieldType.TEXT;
    }
    if (blobs > numbers) {
      return FieldType.BYTES;
    }
    if (reals == 0) {
      return FieldType.INTEGER;
    }
    return integers == 0 ? FieldType.FLOAT : FieldType.DECIMAL;
  }
}
