package dev.vectormigrate.verify;

import dev.vectormigrate.model.Finding;
import dev.vectormigrate.model.Schema;
import dev.vectormigrate.spi.Verifier;
import java.util.List;
import java.util.stream.Collectors;

/** Looks at how a table is built; see {@link Verifiers#schema()}. */
final class SchemaVerifier implements Verifier {

  @Override
  public String name() {
    return "schema";
  }

  @Override
  public List<Finding> verify(Evidence evidence) throws Exception {
    evidence.looked(figures(evidence.table().schema()));
    return evidence.shape();
  }

  /** Vectors are named: their dimension is what people ask for. */
  private static String figures(Schema schema) {
    String vectors =
        schema.fields().stream()
            .filter(field -> field.type().dimension() > 0)
            .map(field -> ", %s %s".formatted(field.name(), field.type()))
            .collect(Collectors.joining());
    return "%,d columns, key %s%s".formatted(schema.size(), schema.key(), vectors);
  }
}
