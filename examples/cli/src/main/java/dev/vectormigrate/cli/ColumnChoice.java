package dev.vectormigrate.cli;

import dev.vectormigrate.PlanException;

/**
 * A column, and what becomes of it.
 *
 * @param table or another dataset; may hold dots
 * @param column of it, without a dot
 * @param value what the option sets
 */
record ColumnChoice(String table, String column, String value) {

  /** Reads {@code TABLE.COLUMN=VALUE}, of which the value alone may hold an equals sign. */
  static ColumnChoice withValue(String option, String text) {
    int equals = text.indexOf('=');
    if (equals < 0) {
      throw wrong(option, text, "TABLE.COLUMN=...");
    }
    return of(option, text.substring(0, equals), text.substring(equals + 1));
  }

  /** Reads {@code TABLE.COLUMN}. */
  static ColumnChoice of(String option, String place, String value) {
    int dot = place.lastIndexOf('.');
    if (dot <= 0 || dot == place.length() - 1) {
      throw wrong(option, place, "TABLE.COLUMN");
    }
    return new ColumnChoice(place.substring(0, dot), place.substring(dot + 1), value);
  }

  private static PlanException wrong(String option, String text, String expected) {
    return new PlanException(
        option, "'%s': expected %s. Check the spelling.".formatted(text, expected), null);
  }
}
