package dev.vectormigrate.spi;

import dev.vectormigrate.model.Digest;

/**
 * How far a split has come. It is stored in the same transaction as the rows that it covers.
 *
 * @param position of the last row covered
 * @param read rows read so far: written, rejected and filtered
 * @param written rows stored so far
 * @param rejected rows refused so far
 * @param bytes size of the stored rows as they were sent, roughly
 * @param digest of the stored rows
 * @param done whether the split has no further rows
 */
public record Checkpoint(
    Position position,
    long read,
    long written,
    long rejected,
    long bytes,
    Digest digest,
    boolean done) {

  /** Before the first row. */
  public static final Checkpoint START =
      new Checkpoint(Position.START, 0, 0, 0, 0, Digest.NONE, false);

  public Checkpoint {
    if (read < written + rejected) {
      throw new IllegalArgumentException(
          "rows read: %d, expected at least %d written + %d rejected"
              .formatted(read, written, rejected));
    }
  }

  /** Rows that the plan leaves out. */
  public long filtered() {
    return read - written - rejected;
  }
}
