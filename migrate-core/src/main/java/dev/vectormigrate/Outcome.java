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
  /** A verification found differences. */
  DIFFERENT
}
