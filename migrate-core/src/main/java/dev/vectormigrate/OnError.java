package dev.vectormigrate;

/**
 * What a run does about a dataset that is damaged: one that the inspection finds an error in, or
 * that fails while it is read.
 *
 * <p>A source that can't be opened at all stops the run in both cases, and so does a fault of the
 * target, too many refused rows, and damage to every dataset.
 */
public enum OnError {
  /** The run stops, and nothing becomes live. */
  STOP,
  /**
   * The run goes on without the dataset. The others become live; the report names what was left out
   * and does not {@link MigrationReport#passed() pass}, nor does that of any later call. To bring
   * the dataset in, mend it and migrate it with a plan of a new name.
   *
   * <p>If it fails while it is read, everything that the run has staged is discarded and staged
   * anew without it: at that point its rows may be in a table that others share.
   */
  CONTINUE
}
