package dev.vectormigrate.verify;

import dev.vectormigrate.model.Finding;
import dev.vectormigrate.spi.Verifier;
import java.util.List;

/** Looks at how a table is built; see {@link Verifiers#schema()}. */
final class SchemaVerifier implements Verifier {

  @Override
  public String name() {
    return "schema";
  }

  @Override
  public List<Finding> verify(Evidence evidence) throws Exception {
    return evidence.shape();
  }
}
