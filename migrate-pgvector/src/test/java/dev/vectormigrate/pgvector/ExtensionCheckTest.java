package dev.vectormigrate.pgvector;

import static org.assertj.core.api.Assertions.assertThat;

import dev.vectormigrate.model.Finding;
import org.junit.jupiter.api.Test;

/** What a version of the extension means. */
class ExtensionCheckTest {

  private static final String OVERFLOW =
      "parallel HNSW builds can overflow a buffer (CVE-2026-3172), fixed in 0.8.2";
  private static final String VACUUM =
      "VACUUM can damage an HNSW index or fail on it, fixed in 0.8.3 and 0.8.4";
  private static final String INSTALL =
      "Install a newer pgvector on the server, then run ALTER EXTENSION vector UPDATE.";

  private static Finding fault(String version, String fault, String remedy) {
    return Finding.warning(
        "extension.fault", "Extension vector %s: %s. %s".formatted(version, fault, remedy));
  }

  private static Finding version(String text) {
    return Finding.info("extension.version", "Extension vector " + text + ".");
  }

  @Test
  void a_version_without_hnsw_is_refused() {
    assertThat(ExtensionCheck.of("0.4.4", "0.8.10"))
        .containsExactly(
            Finding.error(
                "extension.version",
                "Extension vector 0.4.4, expected 0.5.0 or newer, which has HNSW indexes. Run ALTER EXTENSION vector UPDATE: the server has 0.8.10 ready."));
  }

  @Test
  void features_and_faults_go_by_the_version() {
    assertThat(ExtensionCheck.of("0.5.1", "0.5.1"))
        .containsExactly(version("0.5.1, with HNSW"), fault("0.5.1", VACUUM, INSTALL));
    assertThat(ExtensionCheck.of("0.6.0", "0.6.0"))
        .containsExactly(
            version("0.6.0, with HNSW, parallel HNSW builds"),
            fault("0.6.0", OVERFLOW, INSTALL),
            fault("0.6.0", VACUUM, INSTALL));
    assertThat(ExtensionCheck.of("0.7.4", "0.8.6"))
        .containsExactly(
            version("0.7.4, with HNSW, parallel HNSW builds, halfvec, sparsevec"),
            fault(
                "0.7.4",
                OVERFLOW,
                "Run ALTER EXTENSION vector UPDATE: the server has 0.8.6 ready."),
            fault(
                "0.7.4", VACUUM, "Run ALTER EXTENSION vector UPDATE: the server has 0.8.6 ready."));
    assertThat(ExtensionCheck.of("0.8.2", "0.8.2"))
        .containsExactly(
            version("0.8.2, with HNSW, parallel HNSW builds, halfvec, sparsevec, iterative scans"),
            fault("0.8.2", VACUUM, INSTALL));
    assertThat(ExtensionCheck.of("0.8.4", "0.8.10"))
        .containsExactly(
            version("0.8.4, with HNSW, parallel HNSW builds, halfvec, sparsevec, iterative scans"),
            Finding.info(
                "extension.update", "The server has 0.8.10 ready: ALTER EXTENSION vector UPDATE."));
    assertThat(ExtensionCheck.of("1.0", "1.0"))
        .containsExactly(
            version("1.0, with HNSW, parallel HNSW builds, halfvec, sparsevec, iterative scans"));
  }
}
