package dev.vectormigrate.verify;

import dev.vectormigrate.model.Finding;
import dev.vectormigrate.spi.Tenancy;
import dev.vectormigrate.spi.Verifier;
import java.util.ArrayList;
import java.util.List;
import java.util.Map;
import java.util.TreeMap;
import java.util.stream.Collectors;

/** Looks at whose rows there are; see {@link Verifiers#tenants()}. */
final class TenantsVerifier implements Verifier {

  private static final int MOST_NAMED = 10;

  @Override
  public String name() {
    return "tenants";
  }

  @Override
  public List<Finding> verify(Evidence evidence) throws Exception {
    Tenancy tenancy = evidence.table().tenancy();
    if (!tenancy.isThere()) {
      evidence.nothingToCheck("no tenants");
      return List.of();
    }
    List<Finding> findings = new ArrayList<>();
    Map<String, Long> counts = new TreeMap<>(evidence.scan().tenants());
    Long nobodys = counts.remove("");
    if (nobodys != null) {
      findings.add(
          Finding.error(
              "tenants.none",
              "table %s: %,d rows belong to no tenant, expected a value in '%s' of each."
                  .formatted(evidence.table().name(), nobodys, tenancy.column())));
    }
    evidence.looked(
        "column '%s': %,d tenants, %,d rows of nobody"
            .formatted(tenancy.column(), counts.size(), nobodys == null ? 0 : nobodys));
    foreign(evidence, counts, findings);
    return findings;
  }

  private static void foreign(Evidence evidence, Map<String, Long> counts, List<Finding> findings) {
    List<String> tenants = evidence.table().tenancy().tenants();
    if (tenants.isEmpty()) {
      return;
    }
    List<String> foreign =
        counts.keySet().stream().filter(tenant -> !tenants.contains(tenant)).toList();
    if (!foreign.isEmpty()) {
      findings.add(
          Finding.error(
              "tenants.foreign",
              "table %s: rows of the tenants %s, expected only those of %s."
                  .formatted(evidence.table().name(), named(foreign), named(tenants))));
    }
  }

  private static String named(List<String> tenants) {
    String names =
        tenants.stream()
            .limit(MOST_NAMED)
            .map(t -> "'" + t + "'")
            .collect(Collectors.joining(", "));
    return tenants.size() > MOST_NAMED
        ? names + " and %d more".formatted(tenants.size() - MOST_NAMED)
        : names;
  }
}
