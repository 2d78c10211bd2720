package dev.vectormigrate.internal;

import dev.vectormigrate.model.ForeignKey;
import dev.vectormigrate.spi.Reference;
import dev.vectormigrate.spi.TableSpec;
import java.util.ArrayList;
import java.util.List;
import java.util.Optional;

/**
 * Carries foreign keys over to the tables of a plan, where both sides are in it and each side is
 * the only dataset of its table or shares it by a tenant. With a tenant on both sides, the tenant
 * is part of the reference.
 */
final class References {

  private final List<TableSpec> tables;
  private final List<PlannedDataset> datasets;

  References(List<TableSpec> tables, List<PlannedDataset> datasets) {
    this.tables = tables;
    this.datasets = datasets;
  }

  /** Puts them into the tables. */
  void add() {
    for (PlannedDataset dataset : datasets) {
      List<Reference> references = new ArrayList<>(tables.get(dataset.table()).references());
      dataset.mapping().references().stream()
          .filter(r -> !references.contains(r))
          .forEach(references::add);
      if (dataset.mapping().foreignKeys()) {
        for (ForeignKey key : dataset.dataset().constraints().foreignKeys()) {
          reference(dataset, key).filter(r -> !references.contains(r)).ifPresent(references::add);
        }
      }
      tables.set(dataset.table(), tables.get(dataset.table()).withReferences(references));
    }
  }

  private Optional<Reference> reference(PlannedDataset from, ForeignKey key) {
    PlannedDataset to = Planner.find(datasets, from.source(), key.dataset());
    if (to == null) {
      return Optional.empty();
    }
    Optional<List<String>> columns = columns(from, key.fields());
    Optional<List<String>> referenced = columns(to, key.referenced());
    if (columns.isEmpty() || referenced.isEmpty()) {
      return Optional.empty();
    }
    List<String> here = columns.get();
    List<String> there = referenced.get();
    if (!to.mapping().tenants().isEmpty()) {
      if (from.mapping().tenants().isEmpty()) {
        return Optional.empty();
      }
      here = prefixed(from, here);
      there = prefixed(to, there);
    }
    return Optional.of(
        new Reference(here, tables.get(to.table()).name(), there, key.onDelete(), key.onUpdate()));
  }

  private static List<String> prefixed(PlannedDataset dataset, List<String> columns) {
    List<String> all = new ArrayList<>(dataset.mapping().tenants().keySet());
    all.addAll(columns);
    return all;
  }

  private Optional<List<String>> columns(PlannedDataset dataset, List<String> fields) {
    return RelationalTraits.columns(
        fields, dataset.mapping(), tables.get(dataset.table()).schema());
  }
}
