package dev.vectormigrate.verify;

import dev.vectormigrate.model.Finding;
import dev.vectormigrate.spi.Checkpoint;
import dev.vectormigrate.spi.FrozenDataset;
import dev.vectormigrate.spi.Verifier;
import java.util.ArrayList;
import java.util.List;

/** Compares counts of rows; see {@link Verifiers#counts()}. */
final class CountsVerifier implements Verifier {

  @Override
  public String name() {
    return "counts";
  }

  @Override
  public List<Finding> verify(Evidence evidence) throws Exception {
    List<Finding> findings = new ArrayList<>();
    long read = 0;
    long rejected = 0;
    long written = 0;
    for (FrozenDataset dataset : evidence.datasets()) {
      Checkpoint total = dataset.total();
      read += total.read();
      rejected += total.rejected();
      written += total.written();
      if (dataset.expectedRows() >= 0 && dataset.expectedRows() != total.read()) {
        findings.add(
            Finding.error(
                "counts.source",
                "dataset '%s': %d rows read, expected the %d that the source counted."
                    .formatted(dataset.name(), total.read(), dataset.expectedRows())));
      }
    }
    long found = evidence.scan().rows();
    if (found != written) {
      findings.add(
          Finding.error(
              "counts.target",
              "table %s: %d rows, expected the %d that were written."
                  .formatted(evidence.table().name(), found, written)));
    }
    evidence.looked(
        "%,d read: %,d written, %,d rejected, %,d filtered; %,d in the table"
            .formatted(read, written, rejected, read - written - rejected, found));
    return findings;
  }
}
