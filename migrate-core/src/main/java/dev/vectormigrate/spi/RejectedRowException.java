package dev.vectormigrate.spi;

/** Refuses one row: it cannot be moved as it is, and the reader or writer goes on after it. */
public final class RejectedRowException extends Exception {

  private static final long serialVersionUID = 1L;

  private final String id;

  /**
   * @param id how the store names the row
   * @param reason why it cannot be moved, without any vector or text of it
   */
  public RejectedRowException(String id, String reason) {
    super(reason);
    this.id = id;
  }

  /** How the store names the row. */
  public String id() {
    return id;
  }

  /** Why the row cannot be moved. */
  public String reason() {
    return String.valueOf(getMessage());
  }
}
