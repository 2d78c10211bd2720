package dev.vectormigrate.internal;

import dev.vectormigrate.Comparison.TableComparison;
import dev.vectormigrate.Outcome;
import dev.vectormigrate.RowDifference;
import dev.vectormigrate.RowDifference.ColumnDifference;
import dev.vectormigrate.RowDifference.Kind;
import dev.vectormigrate.model.Finding;
import dev.vectormigrate.model.Finding.Severity;
import java.util.ArrayList;
import java.util.List;
import java.util.Locale;
import java.util.stream.Collectors;

/** What a comparison says of a table: the numbers, and the first rows of each kind by id. */
record DifferenceFindings(TableComparer rows) {

  private static final int MOST_COLUMNS = 5;
  private static final int LONGEST_ID = 100;

  /** Only what makes a difference. */
  List<Finding> errors() {
    return differences(Severity.ERROR);
  }

  /** All there is to say; what was merely added does not weigh like what differs. */
  List<Finding> of(Outcome outcome) {
    List<Finding> findings = new ArrayList<>();
    findings.add(Finding.info("compare.counted", counted()));
    TableComparison now = rows.counted();
    if (outcome == Outcome.GROWN) {
      findings.add(
          Finding.warning(
              "compare.grown",
              "table %s: since the migration, rows were added, %,d to the source and %,d to the table; the %,d that were migrated are unchanged in both."
                  .formatted(now.table(), now.missing(), now.extra(), now.same())));
    }
    findings.addAll(differences(outcome == Outcome.GROWN ? Severity.WARNING : Severity.ERROR));
    if (rows.changedMeanwhile()) {
      findings.add(
          Finding.warning(
              "compare.changed_meanwhile",
              "table %s: rows changed while they were compared. Compare again when nobody writes."
                  .formatted(now.table())));
    }
    return findings;
  }

  private String counted() {
    return "table %s: %s.".formatted(rows.counted().table(), figures());
  }

  /** The numbers, those of differences where there are any. */
  String figures() {
    TableComparison now = rows.counted();
    StringBuilder text = new StringBuilder();
    text.append(
        "%,d rows in the source, %,d in the table, %,d of them the same"
            .formatted(now.source(), now.target(), now.same()));
    add(text, now.different(), "different");
    add(text, now.missing(), "only in the source");
    add(text, now.extra(), "only in the table");
    add(text, now.duplicate(), "in the table more often");
    add(text, now.others(), "of others");
    add(text, now.withoutKey(), "without a key");
    return text.toString();
  }

  private static void add(StringBuilder text, long count, String what) {
    if (count > 0) {
      text.append(", %,d %s".formatted(count, what));
    }
  }

  private List<Finding> differences(Severity severity) {
    TableComparison now = rows.counted();
    List<Finding> findings = new ArrayList<>();
    add(findings, severity, Kind.MISSING, now.missing(), "only in the source");
    add(findings, severity, Kind.EXTRA, now.extra(), "only in the table");
    add(
        findings,
        severity,
        Kind.DIFFERENT,
        now.different(),
        "with other values than in the source");
    add(findings, severity, Kind.DUPLICATE, now.duplicate(), "more often than in the source");
    return findings;
  }

  private void add(List<Finding> findings, Severity severity, Kind kind, long count, String what) {
    if (count == 0) {
      return;
    }
    String named =
        rows.named(kind).stream().map(DifferenceFindings::named).collect(Collectors.joining(", "));
    long more = count - rows.named(kind).size();
    findings.add(
        new Finding(
            "compare." + kind.name().toLowerCase(Locale.ROOT),
            severity,
            "table %s: rows %s, %,d: %s%s."
                .formatted(
                    rows.counted().table(),
                    what,
                    count,
                    named,
                    more > 0 ? " and %,d more".formatted(more) : "")));
  }

  private static String named(RowDifference row) {
    String id = row.id();
    String shown =
        id.codePointCount(0, id.length()) > LONGEST_ID
            ? id.substring(0, id.offsetByCodePoints(0, LONGEST_ID)) + "…"
            : id;
    String columns =
        row.columns().stream()
            .limit(MOST_COLUMNS)
            .map(DifferenceFindings::phrase)
            .collect(Collectors.joining("; "));
    int more = row.columns().size() - MOST_COLUMNS;
    return "'%s'%s%s%s"
        .formatted(
            shown,
            columns.isEmpty() ? "" : " (" + columns,
            more > 0 ? "; %,d more".formatted(more) : "",
            columns.isEmpty() ? "" : ")");
  }

  private static String phrase(ColumnDifference column) {
    return switch (column.change()) {
      case VALUE -> column.path() + ": another value";
      case TYPE ->
          "%s: type %s, expected %s".formatted(column.path(), column.actual(), column.expected());
      case MISSING -> column.path() + ": missing";
      case ADDED -> column.path() + ": added";
      case UNREADABLE -> column.path() + ": can't be read";
    };
  }
}
