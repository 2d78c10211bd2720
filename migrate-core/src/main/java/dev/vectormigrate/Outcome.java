package dev.vectormigrate;

/** How a call of a plan ended. */
public enum Outcome {
  /** The data was migrated and is live. */
  MIGRATED,
  /** It had been migrated before; nothing was done. */
  ALREADY_MIGRATED,
  /** A dry run: nothing was changed. */
  PREVIEWED,
  /** A verification found no difference. */
  VERIFIED,
  /** A verification, or a comparison, found differences. */
  DIFFERENT,
  /** A comparison found the same rows in the sources and in the live tables. */
  SAME,
  /**
   * A comparison found every row that was migrated unchanged in the sources and in the live tables;
   * rows were added since then to one of them, or to both.
   */
  GROWN
}
