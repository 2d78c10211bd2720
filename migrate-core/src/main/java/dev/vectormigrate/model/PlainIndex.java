package dev.vectormigrate.model;

import java.util.List;
import java.util.Locale;

/**
 * An index of a new table on other columns than vectors.
 *
 * @param method which kind
 * @param columns in order, at least one
 * @param unique whether no two rows may have the same values
 */
public record PlainIndex(Method method, List<String> columns, boolean unique) {

  /** Kinds of indexes. */
  public enum Method {
    /** For comparisons and order. */
    BTREE,
    /** For what is inside JSON documents and lists. */
    GIN
  }

  public PlainIndex {
    columns = List.copyOf(columns);
    if (columns.isEmpty()) {
      throw new IllegalArgumentException("index: no columns, expected at least one");
    }
    if (unique && method != Method.BTREE) {
      throw new IllegalArgumentException("unique index: " + method + ", expected BTREE");
    }
  }

  /** Such as {@code btree(a, b)} or {@code unique btree(a)}. */
  @Override
  public String toString() {
    return "%s%s(%s)"
        .formatted(
            unique ? "unique " : "",
            method.name().toLowerCase(Locale.ROOT),
            String.join(", ", columns));
  }
}
