package dev.vectormigrate.pgvector;

import dev.vectormigrate.model.Finding;
import dev.vectormigrate.spi.RefusalException;
import dev.vectormigrate.spi.TableSpec;
import dev.vectormigrate.spi.VectorOrigin;
import java.sql.Connection;
import java.sql.SQLException;
import java.util.ArrayList;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import org.jspecify.annotations.Nullable;

/** Keeps vectors of different models apart in a table that is there: its columns' comments tell. */
final class ColumnOrigins {

  private final Catalog catalog;
  private final TableSpec spec;
  private final String schema;

  ColumnOrigins(Catalog catalog, TableSpec spec, String schema) {
    this.catalog = catalog;
    this.spec = spec;
    this.schema = schema;
  }

  ColumnOrigins(Catalog catalog, RunTable table) {
    this(catalog, table.spec(), table.schema());
  }

  /** The statements that say where the vectors of a table that a run makes come from. */
  static List<String> statements(RunTable table) {
    return table.spec().origins().stream()
        .map(origin -> comment(table.staging(), origin.column(), OriginStamp.of(origin).toString()))
        .toList();
  }

  private static String comment(String table, String column, String text) {
    return "COMMENT ON COLUMN %s.%s IS %s"
        .formatted(
            table, Identifiers.quote(column), text.isEmpty() ? "NULL" : Identifiers.literal(text));
  }

  /** What stands against rows of the plan in this table; nothing if it has no rows. */
  List<Finding> findings() throws SQLException {
    Map<String, String> comments = catalog.columnComments(schema, spec.name().name());
    boolean concerned =
        !spec.origins().isEmpty()
            || comments.values().stream().anyMatch(text -> OriginStamp.in(text).isPresent());
    List<Finding> findings = new ArrayList<>();
    if (concerned && catalog.hasRows(schema, spec.name().name())) {
      spec.schema().fields().stream()
          .filter(field -> field.type().kind().isDense())
          .forEach(field -> compare(field.name(), comments.get(field.name()), findings));
    }
    return findings;
  }

  private void compare(String column, @Nullable String comment, List<Finding> findings) {
    Optional<OriginStamp> there = OriginStamp.in(comment);
    Optional<OriginStamp> brought =
        spec.origins().stream()
            .filter(origin -> origin.column().equals(column))
            .findFirst()
            .map(OriginStamp::of);
    if (there.isPresent() && brought.isPresent()) {
      if (!there.get().goesWith(brought.get())) {
        findings.add(Finding.error("vectors.origin", mixed(column, there.get(), brought.get())));
      }
    } else if (brought.isPresent()) {
      findings.add(
          Finding.warning(
              "vectors.unknown",
              "Table %s does not say which model made the vectors in its column '%s'; the plan brings those of %s. Make sure that they are of the same."
                  .formatted(spec.name(), column, brought.get().described())));
    } else if (there.isPresent()) {
      findings.add(
          Finding.warning(
              "vectors.unknown",
              "Table %s has vectors of %s in its column '%s'; the plan does not say which model made those that it brings. Make sure that it is the same, and say so with embeddingModel(...)."
                  .formatted(spec.name(), there.get().described(), column)));
    }
  }

  private String mixed(String column, OriginStamp there, OriginStamp brought) {
    return "Table %s has vectors of %s in its column '%s', expected those of %s, which the plan brings: they can't be compared with each other. Name another table."
        .formatted(spec.name(), there.described(), column, brought.described());
  }

  /**
   * Looks again, and says in the comments of a table without rows where those come from that it is
   * about to get. Comments of a table of another owner stay as they are.
   *
   * @throws RefusalException if it has vectors of another origin by now
   */
  void beforeMerge(Connection connection) throws SQLException, RefusalException {
    for (Finding finding : findings()) {
      if (finding.blocks()) {
        throw new RefusalException(finding.message());
      }
    }
    if (!spec.origins().isEmpty() && isEmptyAndOwn()) {
      Map<String, String> comments = catalog.columnComments(schema, spec.name().name());
      for (VectorOrigin origin : spec.origins()) {
        String text = OriginStamp.of(origin).putInto(comments.get(origin.column()));
        Sql.execute(connection, comment(live(), origin.column(), text));
      }
    }
  }

  /** Takes back what is said about vectors of a table that has none any more. */
  void afterUndo(Connection connection) throws SQLException {
    if (spec.origins().isEmpty() || !isEmptyAndOwn()) {
      return;
    }
    Map<String, String> comments = catalog.columnComments(schema, spec.name().name());
    for (VectorOrigin origin : spec.origins()) {
      String text = comments.get(origin.column());
      if (OriginStamp.in(text).isPresent()) {
        Sql.execute(connection, comment(live(), origin.column(), OriginStamp.removedFrom(text)));
      }
    }
  }

  /** Gives the table that replaces a live one what others said about the columns of that. */
  static void carryOver(Connection connection, RunTable table) throws SQLException {
    Catalog catalog = new Catalog(connection);
    Map<String, String> ours = catalog.columnComments(table.schemaBefore(), table.name());
    Map<String, String> theirs = catalog.columnComments(table.schema(), table.name());
    for (String column : catalog.columns(table.schemaBefore(), table.name()).keySet()) {
      String rest = OriginStamp.removedFrom(theirs.get(column));
      if (!rest.isEmpty()) {
        String text =
            OriginStamp.in(ours.get(column)).map(stamp -> stamp.putInto(rest)).orElse(rest);
        Sql.execute(connection, comment(table.staging(), column, text));
      }
    }
  }

  private boolean isEmptyAndOwn() throws SQLException {
    return !catalog.hasRows(schema, spec.name().name())
        && catalog.ownsTable(schema, spec.name().name());
  }

  private String live() {
    return Identifiers.quote(schema, spec.name().name());
  }
}
