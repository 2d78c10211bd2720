package dev.vectormigrate.internal;

import dev.vectormigrate.Companion;
import dev.vectormigrate.DatasetMapping;
import dev.vectormigrate.PlanDescription;
import dev.vectormigrate.PlanException;
import dev.vectormigrate.SourceException;
import dev.vectormigrate.model.Dataset;
import dev.vectormigrate.spi.SourceSession;
import dev.vectormigrate.spi.SourceStore;
import dev.vectormigrate.spi.TableName;
import dev.vectormigrate.spi.TableSpec;
import java.util.ArrayList;
import java.util.HashMap;
import java.util.List;
import java.util.Map;
import java.util.Set;
import org.jspecify.annotations.Nullable;

/** Decides which datasets of the open sources go into which tables. */
final class Planner {

  /** A dataset of an open source. */
  private record Found(int source, String sourceName, SourceSession session, Dataset dataset) {}

  private final PlanDescription plan;
  private final LeftOut leftOut;
  private final List<Found> found = new ArrayList<>();
  private final List<TableSpec> tables = new ArrayList<>();
  private final List<PlannedDataset> datasets = new ArrayList<>();

  private Planner(PlanDescription plan, LeftOut leftOut) {
    this.plan = plan;
    this.leftOut = leftOut;
  }

  /** What a plan comes to with the sources as they are now. */
  record Planned(List<TableSpec> tables, List<PlannedDataset> datasets) {}

  /**
   * Inspects the sources.
   *
   * @param sessions one a source of the plan, in order
   */
  static Planned plan(PlanDescription plan, List<SourceSession> sessions) {
    return plan(plan, sessions, LeftOut.nothing());
  }

  /** As {@link #plan(PlanDescription, List)}, without what is left out. */
  static Planned plan(PlanDescription plan, List<SourceSession> sessions, LeftOut leftOut) {
    Planner planner = new Planner(plan, leftOut);
    planner.inspect(sessions);
    planner.select();
    new References(planner.tables, planner.datasets).add();
    return new Planned(List.copyOf(planner.tables), List.copyOf(planner.datasets));
  }

  private void inspect(List<SourceSession> sessions) {
    for (int i = 0; i < sessions.size(); i++) {
      SourceStore store = plan.sources().get(i);
      SourceSession session = sessions.get(i);
      for (Dataset dataset :
          Failures.atSource(store.name(), () -> retrier().call(store.name(), session::datasets))) {
        found.add(new Found(i, store.name(), session, dataset));
      }
    }
  }

  private Retrier retrier() {
    return new Retrier(plan.settings().retry());
  }

  private void select() {
    if (plan.datasets().isEmpty()) {
      found.forEach(dataset -> add(dataset, null));
    } else {
      plan.datasets().forEach(name -> add(named(name), name));
    }
    refuseUnknownAdjustments();
    leftOut.refuseAll(sourceNames(), datasets.size());
    if (datasets.isEmpty()) {
      throw new SourceException(
          sourceNames(), "datasets: none there, expected at least one. Check the path.", null);
    }
  }

  /** A misspelt name would leave data as it is without a word. */
  private void refuseUnknownAdjustments() {
    for (String name : plan.adjusted()) {
      Dataset dataset = named(name).dataset();
      if (!plan.datasets().isEmpty()
          && plan.datasets().stream().noneMatch(n -> isNamed(dataset, n))) {
        throw new PlanException(
            "dataset " + name,
            "mapping: changed, but the plan does not migrate it. Name the dataset, too.",
            null);
      }
    }
  }

  private Found named(String name) {
    List<Found> matches = found.stream().filter(f -> isNamed(f.dataset(), name)).toList();
    if (matches.size() == 1) {
      return matches.get(0);
    }
    List<String> known = found.stream().map(f -> f.dataset().qualifiedName()).limit(20).toList();
    throw new SourceException(
        sourceNames(),
        matches.isEmpty()
            ? "dataset '%s': not there, expected one of %s. Check the spelling."
                .formatted(name, known)
            : "dataset '%s': %d of that name, expected one. Use a qualified name out of %s."
                .formatted(name, matches.size(), known),
        null);
  }

  private static boolean isNamed(Dataset dataset, String name) {
    return dataset.name().equals(name) || dataset.qualifiedName().equals(name);
  }

  private String sourceNames() {
    return String.join(", ", plan.sources().stream().map(SourceStore::name).toList());
  }

  /**
   * Adds a dataset.
   *
   * @param name by which the plan names it, null where the plan takes all
   */
  private void add(Found found, @Nullable String name) {
    Dataset dataset = found.dataset();
    String where = found.sourceName() + " " + dataset.qualifiedName();
    if (leftOut.skips(where, dataset)) {
      return;
    }
    if (find(datasets, found.source(), dataset.qualifiedName()) != null) {
      throw new PlanException(
          where, "dataset: taken twice, expected once. Name each dataset in one way only.", null);
    }
    Tally losses = new Tally();
    DatasetMapping mapping;
    EmbeddedField embedded;
    RowMapper mapper;
    VectorTreatment vectors;
    TableSpec spec;
    try {
      mapping =
          plan.mapping(name, embedded(dataset, EmbeddedField.of(dataset, plan.mapping(name))));
      embedded = EmbeddedField.of(dataset, mapping);
      mapper = RowMapper.of(embedded(dataset, embedded), mapping, losses);
      Set<String> made = embedded == null ? Set.of() : mapper.columnsOf(embedded.name());
      vectors = VectorTreatment.of(mapper.schema(), mapping, made, losses);
      spec = table(dataset, mapping, mapper, vectors, "Migrated from " + where);
    } catch (IllegalArgumentException e) {
      throw new PlanException(where, String.valueOf(e.getMessage()), e);
    }
    datasets.add(
        new PlannedDataset(
            found.source(),
            found.sourceName(),
            found.session(),
            dataset,
            mapping,
            mapper,
            embedded,
            vectors,
            losses,
            tableIndex(spec, where, mapping)));
    plan.companions(dataset).forEach(companion -> add(companion, found));
  }

  /** Adds rows of the layout's own as if they were a further dataset of the same source. */
  private void add(Companion companion, Found owner) {
    CompanionSession session = new CompanionSession(companion, owner.dataset());
    Dataset dataset = session.dataset();
    String where = owner.sourceName() + " " + dataset.qualifiedName();
    DatasetMapping mapping = companion.table();
    RowMapper mapper = RowMapper.of(dataset, mapping);
    Tally losses = new Tally();
    VectorTreatment vectors = VectorTreatment.of(mapper.schema(), mapping, Set.of(), losses);
    TableSpec spec =
        table(dataset, mapping, mapper, vectors, "Migrated with the tables that need it");
    int table = tableIndex(spec, where, mapping);
    datasets.add(
        new PlannedDataset(
            owner.source(),
            owner.sourceName(),
            session,
            dataset,
            mapping,
            mapper,
            null,
            vectors,
            losses,
            table));
  }

  /** A dataset as layouts and mappings see it: with the vectors that it is going to have. */
  private static Dataset embedded(Dataset dataset, @Nullable EmbeddedField field) {
    return field == null ? dataset : field.dataset();
  }

  private TableSpec table(
      Dataset dataset,
      DatasetMapping mapping,
      RowMapper mapper,
      VectorTreatment vectors,
      String comment) {
    return new TableSpec(
        mapping.table().orElseGet(() -> TableName.of(defaultTable(dataset))),
        vectors.schema(),
        mapping.mode(),
        mapping.index(),
        RelationalTraits.defaults(dataset, mapping, mapper.schema()),
        RelationalTraits.indexes(dataset, mapping, mapper.schema()),
        List.of(),
        mapper.tenancy(),
        vectors.origins(),
        comment);
  }

  /** The name alone where it is the only one of its kind, else with its namespace. */
  private String defaultTable(Dataset dataset) {
    Map<String, Integer> uses = new HashMap<>();
    found.forEach(f -> uses.merge(f.dataset().name(), 1, Integer::sum));
    if (uses.getOrDefault(dataset.name(), 0) < 2) {
      return dataset.name();
    }
    List<String> parts = new ArrayList<>(dataset.namespace());
    parts.add(dataset.name());
    return String.join("_", parts);
  }

  private int tableIndex(TableSpec spec, String where, DatasetMapping mapping) {
    int existing = tableNamed(spec.name());
    if (existing < 0) {
      tables.add(spec);
      return tables.size() - 1;
    }
    refuseSharedDefault(spec, where, mapping, existing);
    TableSpec other = tables.get(existing).withDimensionsOf(spec).withTenantsOf(spec);
    tables.set(existing, other);
    if (!other.layout().equals(spec.withDimensionsOf(other).layout())) {
      throw new PlanException(
          where,
          "table %s: %s, expected the layout of another dataset that goes there: %s. "
                  .formatted(spec.name(), spec.layout(), other.layout())
              + "Name another table for one of the two.",
          null);
    }
    return existing;
  }

  /** Two datasets share a table only if the plan says so. */
  private void refuseSharedDefault(
      TableSpec spec, String where, DatasetMapping mapping, int table) {
    for (PlannedDataset other : datasets) {
      boolean isDefault = mapping.table().isEmpty() || other.mapping().table().isEmpty();
      if (other.table() == table && isDefault) {
        throw new PlanException(
            where,
            "table %s: also that of %s, and the plan doesn't say so for both. Name a table for each."
                .formatted(spec.name(), other.where()),
            null);
      }
    }
  }

  private int tableNamed(TableName name) {
    for (int i = 0; i < tables.size(); i++) {
      if (tables.get(i).name().equals(name)) {
        return i;
      }
    }
    return -1;
  }

  /** What stays with the run: how a dataset was mapped, as text. */
  static String mappingOf(PlannedDataset dataset) {
    return dataset.mapping().toString();
  }

  /** The position of a dataset of this identity, or null. */
  static @Nullable PlannedDataset find(List<PlannedDataset> datasets, int source, String name) {
    return datasets.stream()
        .filter(d -> d.source() == source && d.dataset().qualifiedName().equals(name))
        .findFirst()
        .orElse(null);
  }
}
