package dev.vectormigrate.model;

import java.util.Locale;
import java.util.Objects;

/**
 * What a column of a new table holds where an insert says nothing, so that applications can add
 * rows of their own. If the rows of the migration have no such column, it is added to the table.
 *
 * @param column its name and type
 * @param kind what the value is
 * @param literal the value of {@link Kind#LITERAL} as text, else empty
 */
public record ColumnDefault(Field column, Kind kind, String literal) {

  /** Kinds of default values. */
  public enum Kind {
    /** Always the same. */
    LITERAL,
    /** The time of the insert. */
    NOW,
    /** A new random UUID. */
    RANDOM_UUID,
    /** The next number, above all that were migrated. */
    NEXT
  }

  public ColumnDefault {
    Objects.requireNonNull(column, "column");
    Objects.requireNonNull(kind, "kind");
    Objects.requireNonNull(literal, "literal");
  }

  @Override
  public String toString() {
    String value =
        kind == Kind.LITERAL ? "'" + literal + "'" : kind.name().toLowerCase(Locale.ROOT);
    return column + " default " + value;
  }
}
