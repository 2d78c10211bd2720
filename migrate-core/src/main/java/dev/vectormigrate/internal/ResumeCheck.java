package dev.vectormigrate.internal;

import dev.vectormigrate.RefusedException;
import dev.vectormigrate.spi.FrozenDataset;
import dev.vectormigrate.spi.RunRecord;
import dev.vectormigrate.spi.SourceSession.Change;
import java.util.List;
import org.jspecify.annotations.Nullable;

/** Refuses to go on with a run whose source, mapping or layout is not what it was. */
final class ResumeCheck {

  private static final String REMEDY = " Call discard() to start over with what is there now.";

  private final String where;
  private final RunRecord run;
  private final Planner.Planned planned;

  ResumeCheck(String where, RunRecord run, Planner.Planned planned) {
    this.where = where;
    this.run = run;
    this.planned = planned;
  }

  void check() {
    same("datasets", names(), run.datasets().stream().map(FrozenDataset::name).sorted().toList());
    for (FrozenDataset dataset : run.datasets()) {
      checkDataset(dataset, now(dataset));
    }
  }

  /** Checks those datasets only that are there now. */
  void checkRemaining() {
    for (FrozenDataset dataset : run.datasets()) {
      PlannedDataset now = now(dataset);
      if (now != null) {
        checkDataset(dataset, now);
      }
    }
  }

  private @Nullable PlannedDataset now(FrozenDataset then) {
    return Planner.find(planned.datasets(), then.source(), then.name());
  }

  private List<String> names() {
    return planned.datasets().stream().map(d -> d.dataset().qualifiedName()).sorted().toList();
  }

  private void checkDataset(FrozenDataset then, @Nullable PlannedDataset now) {
    if (now == null) {
      throw refused("dataset '" + then.name() + "': not there, expected it as when the run began.");
    }
    String what = "dataset '" + then.name() + "', ";
    same(what + "mapping", Planner.mappingOf(now), then.mapping());
    same(
        what + "layout",
        planned.tables().get(now.table()).layout(),
        run.tables().get(then.table()).layout());
    Change change =
        Failures.atSource(
            now.where(), () -> now.session().changeSince(now.dataset(), then.fingerprint()));
    refuseChange(change, then, now);
  }

  private void refuseChange(Change change, FrozenDataset then, PlannedDataset now) {
    switch (change) {
      case NONE -> {}
      case GREW ->
          throw refused(
              "dataset '%s' only grew since the run began: %s rows, expected %s."
                  .formatted(
                      then.name(),
                      rows(now.dataset().rows().orElse(-1), "more"),
                      rows(then.expectedRows(), "those of then")));
      case CHANGED ->
          throw refused(
              "dataset '%s' changed since the run began: %s, expected %s."
                  .formatted(then.name(), now.dataset().fingerprint(), then.fingerprint()));
    }
  }

  private static String rows(long rows, String ifUncounted) {
    return rows < 0 ? ifUncounted : String.valueOf(rows);
  }

  private void same(String what, Object now, Object then) {
    if (!now.equals(then)) {
      throw refused("%s: %s, expected what the run began with: %s.".formatted(what, now, then));
    }
  }

  private RefusedException refused(String what) {
    return new RefusedException(where, what + REMEDY, null);
  }
}
