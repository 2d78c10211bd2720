package dev.vectormigrate.spi;

import dev.vectormigrate.model.Finding;
import java.time.Instant;
import java.util.List;

/**
 * What the target knows of a migration.
 *
 * @param migration its name, unique in a target
 * @param state how far it has come
 * @param plan what the plan said, as text, without anything that needs I/O
 * @param tables the tables of the run, in order
 * @param datasets the datasets of the run, in order
 * @param findings what the checks of the last run found
 * @param started when the run began
 * @param changed when the state last changed
 */
public record RunRecord(
    String migration,
    RunState state,
    String plan,
    List<TableSpec> tables,
    List<FrozenDataset> datasets,
    List<Finding> findings,
    Instant started,
    Instant changed) {

  public RunRecord {
    tables = List.copyOf(tables);
    datasets = List.copyOf(datasets);
    findings = List.copyOf(findings);
  }

  /** The datasets whose rows go into a table. */
  public List<FrozenDataset> datasetsOf(int table) {
    return datasets.stream().filter(dataset -> dataset.table() == table).toList();
  }
}
