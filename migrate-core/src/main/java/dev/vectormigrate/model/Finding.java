package dev.vectormigrate.model;

import java.util.Objects;

/**
 * One result of a check.
 *
 * @param code stable, for programs: lower case words joined with dots, such as {@code
 *     digest.mismatch}
 * @param severity whether it stops the run
 * @param message one sentence for people; contains no vector, text or credential
 */
public record Finding(String code, Severity severity, String message) {

  /** How much a finding weighs. */
  public enum Severity {
    /** Worth knowing. */
    INFO,
    /** Worth a decision; does not stop the run. */
    WARNING,
    /** Stops the run. */
    ERROR
  }

  public Finding {
    Objects.requireNonNull(code, "code");
    Objects.requireNonNull(severity, "severity");
    Objects.requireNonNull(message, "message");
  }

  /** Something worth knowing. */
  public static Finding info(String code, String message) {
    return new Finding(code, Severity.INFO, message);
  }

  /** Something worth a decision. */
  public static Finding warning(String code, String message) {
    return new Finding(code, Severity.WARNING, message);
  }

  /** Something that stops the run. */
  public static Finding error(String code, String message) {
    return new Finding(code, Severity.ERROR, message);
  }

  /** Whether it stops the run. */
  public boolean blocks() {
    return severity == Severity.ERROR;
  }
}
