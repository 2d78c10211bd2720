package dev.vectormigrate.internal;

import dev.vectormigrate.OnError;
import dev.vectormigrate.SourceException;
import dev.vectormigrate.model.Dataset;
import dev.vectormigrate.model.Finding;
import dev.vectormigrate.spi.RunRecord;
import java.util.ArrayList;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import java.util.stream.Collectors;

/** The datasets that a run goes on without. Not thread-safe. */
final class LeftOut {

  private static final String WAS = " was left out: ";
  private static final String REMEDY =
      ". Mend it at its source, then migrate it with a plan of a new name.";

  private final boolean allowed;
  private final List<Finding> stored = new ArrayList<>();
  private final Map<String, Finding> byDataset = new LinkedHashMap<>();

  LeftOut(OnError policy) {
    allowed = policy == OnError.CONTINUE;
  }

  /** For whoever wants to see damaged datasets, too. */
  static LeftOut nothing() {
    return new LeftOut(OnError.STOP);
  }

  /** Goes on without what a run has gone on without before, whatever the policy is by now. */
  void restore(RunRecord run) {
    stored.addAll(run.leftOut());
  }

  /** Whether the run goes on without a dataset: one that was left out, or is found damaged now. */
  boolean skips(String where, Dataset dataset) {
    stored.stream()
        .filter(finding -> finding.message().startsWith(where + WAS))
        .findFirst()
        .ifPresent(finding -> byDataset.putIfAbsent(where, finding));
    String errors =
        dataset.findings().stream()
            .filter(Finding::blocks)
            .map(Finding::message)
            .collect(Collectors.joining(" "));
    if (allowed && !errors.isEmpty()) {
      byDataset.putIfAbsent(where, finding(where, errors));
    }
    return byDataset.containsKey(where);
  }

  /**
   * Goes on without a dataset that can't be read.
   *
   * @throws SourceException the reason, if the policy is to stop
   */
  void add(DamagedDataset damaged) {
    if (!allowed) {
      throw damaged.failure();
    }
    byDataset.put(damaged.where(), finding(damaged.where(), damaged.reason()));
  }

  private static Finding finding(String where, String reason) {
    return Finding.error(
        RunRecord.LEFT_OUT, where + WAS + reason.strip().replaceFirst("\\.$", "") + REMEDY);
  }

  /** Refuses to go on with nothing. */
  void refuseAll(String where, int remaining) {
    if (remaining == 0 && !byDataset.isEmpty()) {
      throw new SourceException(
          where,
          "datasets: all are damaged, expected one at least that can be read. "
              + findings().stream().map(Finding::message).collect(Collectors.joining(" ")),
          null);
    }
  }

  /** One for each dataset. */
  List<Finding> findings() {
    return List.copyOf(byDataset.values());
  }
}
