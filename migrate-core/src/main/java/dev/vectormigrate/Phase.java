package dev.vectormigrate;

/** What a run does, in this order. */
public enum Phase {
  /** Inspects source and target, and freezes what will be read. */
  PLAN,
  /** Makes backups of the sources that are files, if the plan asks for it. */
  BACKUP,
  /** Copies rows into staging tables. */
  STAGE,
  /** Builds keys and indexes on what is staged. */
  INDEX,
  /** Reads what is staged back and compares it with what was read. */
  VERIFY,
  /** Makes it live in one transaction. */
  PROMOTE
}
