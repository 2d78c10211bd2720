package dev.vectormigrate.verify;

import dev.vectormigrate.model.Digest;
import dev.vectormigrate.model.Finding;
import dev.vectormigrate.spi.FrozenDataset;
import dev.vectormigrate.spi.Verifier;
import java.util.List;

/** Compares digests; see {@link Verifiers#digest()}. */
final class DigestVerifier implements Verifier {

  @Override
  public String name() {
    return "digest";
  }

  @Override
  public List<Finding> verify(Evidence evidence) throws Exception {
    Digest expected =
        evidence.datasets().stream()
            .map(FrozenDataset::total)
            .map(total -> total.digest())
            .reduce(Digest.NONE, Digest::plus);
    Digest found = evidence.scan().digest();
    evidence.looked(
        "every value of %,d rows in %,d columns"
            .formatted(evidence.scan().rows(), evidence.table().schema().size()));
    if (found.equals(expected)) {
      return List.of();
    }
    return List.of(
        Finding.error(
            "digest.mismatch",
            "table %s: digest %s, expected %s as read from the source. A row or value differs."
                .formatted(evidence.table().name(), found, expected)));
  }
}
