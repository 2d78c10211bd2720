package dev.vectormigrate.internal;

import dev.vectormigrate.DatasetMapping;
import dev.vectormigrate.internal.ColumnCompiler.Compiled;
import dev.vectormigrate.model.Dataset;
import dev.vectormigrate.model.FieldType;
import dev.vectormigrate.model.Finding;
import dev.vectormigrate.model.Json;
import dev.vectormigrate.model.Row;
import dev.vectormigrate.model.Schema;
import dev.vectormigrate.spi.RejectedRowException;
import dev.vectormigrate.spi.Tenancy;
import java.util.LinkedHashSet;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.Set;
import java.util.SortedSet;
import org.jspecify.annotations.Nullable;

/** Turns rows of a dataset into rows of its table. Thread-safe. */
final class RowMapper {

  private final Schema target;
  private final List<Compiled> columns;
  private final Map<Integer, SortedSet<String>> wanted;
  private final Tenancy tenancy;
  private final Unmapped unmapped;
  private final Tally losses;
  private final List<Set<String>> fields;

  RowMapper(
      Schema target,
      List<Compiled> columns,
      List<Set<String>> fields,
      Map<Integer, SortedSet<String>> wanted,
      Tenancy tenancy,
      Unmapped unmapped,
      Tally losses) {
    this.target = target;
    this.columns = columns;
    this.fields = fields;
    this.wanted = wanted;
    this.tenancy = tenancy;
    this.unmapped = unmapped;
    this.losses = losses;
  }

  /**
   * Compiles a mapping for a dataset.
   *
   * @throws IllegalArgumentException if the mapping names a field that is not there, or two columns
   *     get the same name
   */
  static RowMapper of(Dataset dataset, DatasetMapping mapping) {
    return of(dataset, mapping, new Tally());
  }

  /** As {@link #of(Dataset, DatasetMapping)}; counts what is lost on the way. */
  static RowMapper of(Dataset dataset, DatasetMapping mapping, Tally losses) {
    return new MappingCompilation(dataset, mapping, losses).compile();
  }

  /** The columns of the table. */
  Schema schema() {
    return target;
  }

  /** The columns whose values are computed of a field, as a whole, or of others with it. */
  Set<String> columnsOf(String field) {
    Set<String> names = new LinkedHashSet<>();
    for (int i = 0; i < fields.size(); i++) {
      if (fields.get(i).contains(field)) {
        names.add(target.field(i).name());
      }
    }
    return names;
  }

  /** How the rows belong to tenants. */
  Tenancy tenancy() {
    return tenancy;
  }

  /**
   * Whether a row of the table can be one that this mapping makes: it has the mapping's constants,
   * and the values that the plan wants. Columns that the row lacks do not speak against it.
   */
  boolean mayHaveMade(Row row) {
    for (int i = 0; i < columns.size(); i++) {
      int index = row.schema().indexOf(target.field(i).name());
      if (index >= 0 && !mayHaveMade(i, row.value(index))) {
        return false;
      }
    }
    return true;
  }

  private boolean mayHaveMade(int column, @Nullable Object value) {
    List<String> constant = columns.get(column).constant();
    SortedSet<String> only = wanted.get(column);
    String text = value == null ? null : value.toString();
    boolean isConstant =
        constant.isEmpty()
            || target.field(column).type().kind() == FieldType.Kind.JSON
            || constant.get(0).equals(text);
    return isConstant && (only == null || (text != null && only.contains(text)));
  }

  /** What had no column, as far as rows were mapped. */
  Optional<Finding> unmapped(String dataset) {
    return unmapped.finding(dataset);
  }

  /**
   * Maps a row.
   *
   * @return null if the mapping leaves the row out
   * @throws RejectedRowException if a column's value can't be computed from this row
   */
  @Nullable Row map(Row row) throws RejectedRowException {
    RowValues values = new RowValues(row);
    Row mapped = map(values);
    if (mapped != null) {
      count(values);
    }
    return mapped;
  }

  /** As {@link #map(Row)}, for a row that is mapped once more: nothing of it is counted. */
  @Nullable Row attempt(Row row) throws RejectedRowException {
    return map(new RowValues(row));
  }

  private @Nullable Row map(RowValues values) throws RejectedRowException {
    if (!isWanted(values)) {
      return null;
    }
    @Nullable Object[] mapped = new Object[columns.size()];
    for (int i = 0; i < mapped.length; i++) {
      mapped[i] = value(i, values);
    }
    return Row.of(target, mapped);
  }

  /** Looks at no other column: what is left out need not be fit to be moved. */
  private boolean isWanted(RowValues row) throws RejectedRowException {
    for (Map.Entry<Integer, SortedSet<String>> condition : wanted.entrySet()) {
      Object value = value(condition.getKey(), row);
      if (value == null || !condition.getValue().contains(value.toString())) {
        return false;
      }
    }
    return true;
  }

  private @Nullable Object value(int column, RowValues row) throws RejectedRowException {
    try {
      Object value = columns.get(column).computation().of(row);
      if (value instanceof Json json && json.hadNegativeZero()) {
        losses.add("JSON with -0.0, which jsonb keeps as 0.0", row.row().id());
      }
      return value;
    } catch (IllegalArgumentException e) {
      throw new RejectedRowException(
          row.row().id(), "column '" + target.field(column).name() + "': " + e.getMessage());
    }
  }

  private void count(RowValues row) throws RejectedRowException {
    try {
      unmapped.count(row);
    } catch (IllegalArgumentException e) {
      throw new RejectedRowException(row.row().id(), String.valueOf(e.getMessage()));
    }
  }
}
