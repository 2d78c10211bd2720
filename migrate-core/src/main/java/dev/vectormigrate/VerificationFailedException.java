package dev.vectormigrate;

/** What is staged differs from what was read. Nothing became live. */
public final class VerificationFailedException extends MigrationException {

  private static final long serialVersionUID = 1L;

  private final transient MigrationReport report;

  /** Carries the report, which holds every finding. */
  public VerificationFailedException(String where, String what, MigrationReport report) {
    super(where, what, null);
    this.report = report;
  }

  /** Everything about the run. */
  public MigrationReport report() {
    return report;
  }
}
