package dev.vectormigrate.spi;

import dev.vectormigrate.model.Finding;
import java.time.Instant;
import java.util.List;
import java.util.Optional;

/**
 * What the target knows of a migration.
 *
 * @param migration its name, unique in a target
 * @param state how far it has come
 * @param plan what the plan said, as text, without anything that needs I/O
 * @param tables the tables of the run, in order
 * @param datasets the datasets of the run, in order
 * @param findings what the checks of the last run found, after the backups that the run made and
 *     the datasets that it left out
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

  /** The code of a finding that names a dataset that the run goes on without, and why. */
  public static final String LEFT_OUT = "dataset.left_out";

  public RunRecord {
    tables = List.copyOf(tables);
    datasets = List.copyOf(datasets);
    findings = List.copyOf(findings);
  }

  /** The backups of its sources that the run made before it read anything. */
  public List<MadeBackup> backups() {
    return findings.stream().map(MadeBackup::of).flatMap(Optional::stream).toList();
  }

  /** One finding for each dataset that the run goes on without. */
  public List<Finding> leftOut() {
    return findings.stream().filter(finding -> finding.code().equals(LEFT_OUT)).toList();
  }

  /** The datasets whose rows go into a table. */
  public List<FrozenDataset> datasetsOf(int table) {
    return datasets.stream().filter(dataset -> dataset.table() == table).toList();
  }
}
