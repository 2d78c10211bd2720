package dev.vectormigrate.spi;

/** How far a migration has come, as it is stored in the target. */
public enum RunState {
  /** Begun: splits are frozen, rows are being staged. */
  INITIAL,
  /** A backup of the source was made. */
  PREPARED,
  /** Every row is staged. */
  STAGED,
  /** What is staged was read back and is what was read. */
  VERIFIED,
  /** What is staged differs from what was read; nothing became live. */
  VERIFICATION_FAILED,
  /** The staged data is live. */
  PROMOTED,
  /** The data from before is live again. */
  ROLLED_BACK
}
