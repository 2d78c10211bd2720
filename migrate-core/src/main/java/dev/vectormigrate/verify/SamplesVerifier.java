package dev.vectormigrate.verify;

import dev.vectormigrate.internal.RowFingerprint;
import dev.vectormigrate.model.Finding;
import dev.vectormigrate.spi.Sample;
import dev.vectormigrate.spi.Verifier;
import java.util.ArrayList;
import java.util.List;
import java.util.Map;
import org.jspecify.annotations.Nullable;

/** Compares sampled rows value by value; see {@link Verifiers#samples()}. */
final class SamplesVerifier implements Verifier {

  private static final int MOST_NAMED = 10;

  @Override
  public String name() {
    return "samples";
  }

  @Override
  public List<Finding> verify(Evidence evidence) throws Exception {
    if (evidence.table().schema().key().isEmpty()) {
      evidence.nothingToCheck("no key");
      return List.of(
          Finding.info(
              "samples.none",
              "table %s: its rows have no key, so none was compared value by value."
                  .formatted(evidence.table().name())));
    }
    Map<String, Sample> found = evidence.scan().sampled();
    List<Finding> findings = new ArrayList<>();
    evidence.looked("%,d rows, value by value".formatted(evidence.samples().size()));
    for (Sample expected : evidence.samples()) {
      List<String> differences = differences(expected, found.get(expected.id()));
      if (!differences.isEmpty() && findings.size() < MOST_NAMED) {
        findings.add(
            Finding.error(
                "samples.mismatch",
                "table %s, row '%s': %s."
                    .formatted(
                        evidence.table().name(), expected.id(), String.join("; ", differences))));
      }
    }
    return findings;
  }

  private static List<String> differences(Sample expected, @Nullable Sample found) {
    return found == null
        ? List.of("missing")
        : RowFingerprint.differences(expected.values(), found.values());
  }
}
