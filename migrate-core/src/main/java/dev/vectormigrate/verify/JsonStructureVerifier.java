package dev.vectormigrate.verify;

import dev.vectormigrate.internal.RowFingerprint;
import dev.vectormigrate.model.Finding;
import dev.vectormigrate.spi.JsonProfile;
import dev.vectormigrate.spi.Sample;
import dev.vectormigrate.spi.Verifier;
import java.util.ArrayList;
import java.util.List;
import java.util.Map;
import java.util.stream.Collectors;

/** Looks at how JSON documents are built; see {@link Verifiers#jsonStructure()}. */
final class JsonStructureVerifier implements Verifier {

  private static final int MOST_NAMED = 10;

  @Override
  public String name() {
    return "json";
  }

  @Override
  public boolean wantsJson() {
    return true;
  }

  @Override
  public List<Finding> verify(Evidence evidence) throws Exception {
    List<JsonProfile> columns = evidence.scan().json();
    if (columns.isEmpty()) {
      evidence.nothingToCheck("no JSON columns");
      return List.of();
    }
    evidence.looked(
        columns.stream().map(JsonStructureVerifier::figures).collect(Collectors.joining("; ")));
    List<Finding> findings = new ArrayList<>();
    for (JsonProfile column : columns) {
      String where = "table %s, column '%s'".formatted(evidence.table().name(), column.column());
      addEncoded(where, column, findings);
      addMixed(where, column, findings);
    }
    addChanged(evidence, columns, findings);
    return findings;
  }

  private static String figures(JsonProfile column) {
    StringBuilder figures = new StringBuilder(column.column() + ": ");
    figures.append(kinds(column));
    if (column.encoded() > 0) {
      figures.append(", %,d texts that hold JSON".formatted(column.encoded()));
    }
    if (column.nulls() > 0) {
      figures.append(", %,d null".formatted(column.nulls()));
    }
    return figures
        .append(", %s%,d typed paths".formatted(more(column), column.paths().size()))
        .append(", depth ")
        .append(column.depth())
        .toString();
  }

  private static String more(JsonProfile column) {
    return column.otherPaths() > 0 ? "more than " : "";
  }

  private static String kinds(JsonProfile column) {
    List<String> kinds = new ArrayList<>();
    add(kinds, column.objects(), "objects");
    add(kinds, column.arrays(), "arrays");
    add(kinds, column.scalars(), "scalars");
    return kinds.isEmpty() ? "0 documents" : String.join(", ", kinds);
  }

  private static void add(List<String> kinds, long count, String kind) {
    if (count > 0) {
      kinds.add("%,d %s".formatted(count, kind));
    }
  }

  private static void addEncoded(String where, JsonProfile column, List<Finding> findings) {
    if (column.encoded() > 0) {
      String rows =
          column.encodedRows().isEmpty()
              ? ""
              : column.encodedRows().stream()
                  .map(id -> "'" + id + "'")
                  .collect(Collectors.joining(", ", " (rows ", ")"));
      findings.add(
          Finding.error(
              "json.double_encoded",
              "%s: %,d documents are texts that hold JSON%s, expected the JSON itself. Convert it once."
                  .formatted(where, column.encoded(), rows)));
    }
  }

  private static void addMixed(String where, JsonProfile column, List<Finding> findings) {
    boolean several =
        Math.max(Math.max(column.objects(), column.arrays()), column.scalars())
            < column.objects() + column.arrays() + column.scalars();
    if (several) {
      findings.add(
          Finding.warning(
              "json.mixed",
              "%s: %s, expected documents of one kind. Look whether readers of the column expect each."
                  .formatted(where, kinds(column))));
    }
  }

  /** The digest proves that nothing differs at all; this says where, if keys or types do. */
  private static void addChanged(
      Evidence evidence, List<JsonProfile> columns, List<Finding> findings) throws Exception {
    List<String> names = columns.stream().map(JsonProfile::column).toList();
    Map<String, Sample> found = evidence.scan().sampled();
    int named = 0;
    for (Sample expected : evidence.samples()) {
      Sample actual = found.get(expected.id());
      List<String> changes =
          actual == null
              ? List.of()
              : RowFingerprint.structuralChanges(expected.values(), actual.values(), names);
      if (!changes.isEmpty() && named < MOST_NAMED) {
        named++;
        findings.add(
            Finding.error(
                "json.changed",
                "table %s, row '%s': %s."
                    .formatted(
                        evidence.table().name(), expected.id(), String.join("; ", changes))));
      }
    }
  }
}
