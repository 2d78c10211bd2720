package dev.vectormigrate.sources.numpy;

/** Says why one vector cannot be moved; the others can be read on. */
public final class UnusableVectorException extends Exception {

  private static final long serialVersionUID = 1L;

  /**
   * @param reason such as {@code dimension 3, expected 4}, without any component
   */
  public UnusableVectorException(String reason) {
    super(reason);
  }

  /** Why the vector cannot be moved. */
  public String reason() {
    return String.valueOf(getMessage());
  }
}
