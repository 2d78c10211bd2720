package dev.vectormigrate.pgvector;

import dev.vectormigrate.model.Finding;
import java.sql.Connection;
import java.sql.SQLException;
import java.util.ArrayList;
import java.util.Arrays;
import java.util.List;
import java.util.Optional;

/** Which pgvector a database has, what it can do, and what is known to be wrong with it. */
final class ExtensionCheck {

  private static final String OLDEST = "0.5.0";

  private final Connection connection;

  ExtensionCheck(Connection connection) {
    this.connection = connection;
  }

  List<Finding> version() throws SQLException {
    Optional<String> available =
        version(
            "SELECT default_version FROM pg_catalog.pg_available_extensions WHERE name = 'vector'");
    Optional<String> installed =
        version("SELECT extversion FROM pg_catalog.pg_extension WHERE extname = 'vector'");
    return installed.isEmpty()
        ? List.of(notInstalled(available))
        : of(installed.get(), available.orElse(installed.get()));
  }

  private Optional<String> version(String question) throws SQLException {
    return Sql.first(connection, question, row -> row.getString(1));
  }

  private static Finding notInstalled(Optional<String> available) {
    return available
        .map(
            version ->
                Finding.error(
                    "extension.missing",
                    "Extension vector is not installed in this database; the server has %s. Run CREATE EXTENSION vector as a role that may."
                        .formatted(version)))
        .orElseGet(
            () ->
                Finding.error(
                    "extension.unavailable",
                    "Extension vector is not available on this server. Install pgvector there, or"
                        + " switch it on at the provider."));
  }

  /** What an installed version means, beside the one that the server has ready. */
  static List<Finding> of(String installed, String available) {
    List<Finding> findings = new ArrayList<>();
    if (isOlder(installed, OLDEST)) {
      findings.add(
          Finding.error(
              "extension.version",
              "Extension vector %s, expected %s or newer, which has HNSW indexes. %s"
                  .formatted(installed, OLDEST, remedy(installed, available))));
      return findings;
    }
    findings.add(Finding.info("extension.version", features(installed)));
    faults(installed)
        .forEach(
            fault ->
                findings.add(
                    Finding.warning(
                        "extension.fault",
                        "Extension vector %s: %s. %s"
                            .formatted(installed, fault, remedy(installed, available)))));
    if (isOlder(installed, available) && findings.size() == 1) {
      findings.add(
          Finding.info(
              "extension.update",
              "The server has %s ready: ALTER EXTENSION vector UPDATE.".formatted(available)));
    }
    return findings;
  }

  private static String remedy(String installed, String available) {
    return isOlder(installed, available)
        ? "Run ALTER EXTENSION vector UPDATE: the server has " + available + " ready."
        : "Install a newer pgvector on the server, then run ALTER EXTENSION vector UPDATE.";
  }

  /** As the project's change log names them. */
  private static String features(String installed) {
    List<String> features = new ArrayList<>(List.of("HNSW"));
    if (!isOlder(installed, "0.6.0")) {
      features.add("parallel HNSW builds");
    }
    if (!isOlder(installed, "0.7.0")) {
      features.add("halfvec");
      features.add("sparsevec");
    }
    if (!isOlder(installed, "0.8.0")) {
      features.add("iterative scans");
    }
    return "Extension vector %s, with %s.".formatted(installed, String.join(", ", features));
  }

  /** Faults of a released version that concern what a migration does, by the change log. */
  private static List<String> faults(String installed) {
    List<String> faults = new ArrayList<>();
    parallelFault(installed).ifPresent(faults::add);
    if (isOlder(installed, "0.8.4")) {
      faults.add("VACUUM can damage an HNSW index or fail on it, fixed in 0.8.3 and 0.8.4");
    }
    return faults;
  }

  /** What is wrong with building an HNSW index by several processes, if anything is. */
  static Optional<String> parallelFault(String installed) {
    return !isOlder(installed, "0.6.0") && isOlder(installed, "0.8.2")
        ? Optional.of("parallel HNSW builds can overflow a buffer (CVE-2026-3172), fixed in 0.8.2")
        : Optional.empty();
  }

  /** What is wrong with building an IVFFlat index, if anything is. */
  static Optional<String> listsFault(String installed) {
    return isOlder(installed, "0.8.7")
        ? Optional.of("IVFFlat builds can overflow a buffer, fixed in 0.8.7")
        : Optional.empty();
  }

  static boolean isOlder(String version, String than) {
    return Arrays.compare(numbers(version), numbers(than)) < 0;
  }

  /** Of a version such as 0.8.0; what is no number counts as 0. */
  private static int[] numbers(String version) {
    return Arrays.stream(version.split("\\.", 4))
        .limit(3)
        .mapToInt(part -> part.matches("\\d{1,6}") ? Integer.parseInt(part) : 0)
        .toArray();
  }
}
