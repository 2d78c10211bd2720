package dev.vectormigrate.spi;

import java.util.Locale;

/**
 * How staged rows become live.
 *
 * @param kind the way
 * @param onConflict what happens to rows whose key is there already; only for {@link Kind#APPEND}
 *     and {@link Kind#DIRECT}
 */
public record WriteMode(Kind kind, OnConflict onConflict) {

  /** Ways for rows to become live. */
  public enum Kind {
    /** The table must not exist, or be empty. */
    CREATE,
    /** The table is swapped with the one that exists, which is kept for a rollback. */
    REPLACE,
    /** Rows are merged into a table that others share. */
    APPEND,
    /** No staging: rows are visible as they arrive. */
    DIRECT
  }

  /** What happens to a row whose key is in the table already. */
  public enum OnConflict {
    /** The run stops before anything becomes live. */
    FAIL,
    /** The row in the table stays as it is. */
    SKIP,
    /** The row in the table gets the new values; the old ones are kept for a rollback. */
    UPDATE
  }

  /** {@link Kind#CREATE}, the default. */
  public static final WriteMode CREATE = new WriteMode(Kind.CREATE, OnConflict.FAIL);

  /** {@link Kind#REPLACE}. */
  public static final WriteMode REPLACE = new WriteMode(Kind.REPLACE, OnConflict.FAIL);

  /** {@link Kind#APPEND} with a policy for keys that are there already. */
  public static WriteMode append(OnConflict onConflict) {
    return new WriteMode(Kind.APPEND, onConflict);
  }

  /** {@link Kind#DIRECT} with a policy for keys that are there already. */
  public static WriteMode direct(OnConflict onConflict) {
    return new WriteMode(Kind.DIRECT, onConflict);
  }

  /** Such as {@code create} or {@code append skip}; equal for equal modes. */
  @Override
  public String toString() {
    String name = kind.name().toLowerCase(Locale.ROOT);
    return kind == Kind.CREATE || kind == Kind.REPLACE
        ? name
        : name + " " + onConflict.name().toLowerCase(Locale.ROOT);
  }
}
