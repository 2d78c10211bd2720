package dev.vectormigrate.internal;

import static org.assertj.core.api.Assertions.assertThatCode;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import dev.vectormigrate.MigrationPlan;
import dev.vectormigrate.RefusedException;
import dev.vectormigrate.model.Dataset;
import dev.vectormigrate.model.Row;
import dev.vectormigrate.model.Schema;
import dev.vectormigrate.spi.FrozenDataset;
import dev.vectormigrate.spi.Position;
import dev.vectormigrate.spi.RowReader;
import dev.vectormigrate.spi.RunRecord;
import dev.vectormigrate.spi.RunState;
import dev.vectormigrate.spi.SourceSession;
import dev.vectormigrate.spi.SourceStore;
import dev.vectormigrate.spi.Split;
import dev.vectormigrate.testkit.Docs;
import dev.vectormigrate.testkit.InMemorySource;
import dev.vectormigrate.testkit.InMemoryTarget;
import java.time.Instant;
import java.util.List;
import java.util.OptionalLong;
import org.junit.jupiter.api.Test;

class ResumeCheckTest {

  private static final String REMEDY = " Call discard() to start over with what is there now.";
  private static final SourceStore FIVE = source("docs", Docs.SCHEMA, Docs.rows(5));

  private static SourceStore source(String dataset, Schema schema, List<Row> rows) {
    return InMemorySource.empty().with(dataset, schema, rows);
  }

  private static MigrationPlan.Builder from(SourceStore... sources) {
    MigrationPlan.Builder plan = MigrationPlan.builder("m").into(InMemoryTarget.empty());
    List.of(sources).forEach(plan::from);
    return plan;
  }

  private static Planner.Planned planned(MigrationPlan plan) {
    return Planner.plan(plan, OpenSources.of(plan).sessions());
  }

  private static RunRecord begun(MigrationPlan plan) {
    Planner.Planned planned = planned(plan);
    List<FrozenDataset> frozen =
        planned.datasets().stream()
            .map(
                d ->
                    new FrozenDataset(
                        d.source(),
                        d.dataset().qualifiedName(),
                        d.table(),
                        d.dataset().fingerprint(),
                        Planner.mappingOf(d),
                        d.dataset().rows().orElse(-1),
                        List.of()))
            .toList();
    return new RunRecord(
        "m",
        RunState.INITIAL,
        plan.describe(),
        planned.tables(),
        frozen,
        List.of(),
        Instant.EPOCH,
        Instant.EPOCH);
  }

  private static void check(MigrationPlan.Builder then, MigrationPlan.Builder now) {
    new ResumeCheck("migration m", begun(then.build()), planned(now.build())).check();
  }

  private static void refuses(
      MigrationPlan.Builder then, MigrationPlan.Builder now, String message) {
    assertThatThrownBy(() -> check(then, now))
        .isInstanceOf(RefusedException.class)
        .hasMessage("[migration m] " + message + REMEDY);
  }

  @Test
  void the_same_plan_goes_on_also_with_other_settings() {
    assertThatCode(() -> check(from(FIVE), from(FIVE).batchRows(3).writers(7).maxRejects(9)))
        .doesNotThrowAnyException();
  }

  @Test
  void other_datasets_are_refused() {
    SourceStore notes = source("notes", Docs.SCHEMA, Docs.rows(5));

    refuses(
        from(FIVE),
        from(FIVE, notes),
        "datasets: [docs, notes], expected what the run began with: [docs].");
    refuses(
        from(FIVE), from(notes), "datasets: [notes], expected what the run began with: [docs].");
  }

  @Test
  void a_dataset_of_another_source_is_refused() {
    SourceStore notes = source("notes", Docs.SCHEMA, Docs.rows(5));

    refuses(
        from(FIVE, notes).dataset("docs"),
        from(notes, FIVE).dataset("docs"),
        "dataset 'docs': not there, expected it as when the run began.");
  }

  @Test
  void another_mapping_is_refused() {
    String others = " dropped=[] constants={} tenants={} mode=create index=automatic";
    refuses(
        from(FIVE),
        from(FIVE).eachDataset(d -> d.rename("text", "body")),
        "dataset 'docs', mapping: table=(name of the dataset) renamed={text=body}"
            + others
            + ", expected what the run began with: table=(name of the dataset)"
            + " renamed={text=content}"
            + others
            + ".");
  }

  @Test
  void another_layout_is_refused() {
    String columns = "docs (id text not null, content text, metadata json, embedding vector";
    refuses(
        from(FIVE),
        from(source("docs", Schema.vectorCollection(4, null), List.of())),
        "dataset 'docs', layout: "
            + columns
            + "(4)) key (id), create, index automatic, expected what the run began with: "
            + columns
            + "(3) cosine) key (id), create, index automatic.");
  }

  @Test
  void a_changed_source_is_refused() {
    refuses(
        from(new Growing("v1", OptionalLong.of(5), SourceSession.Change.NONE)),
        from(new Growing("v2", OptionalLong.of(5), SourceSession.Change.CHANGED)),
        "dataset 'docs' changed since the run began: v2, expected v1.");
  }

  @Test
  void a_source_that_grew_is_refused_in_words_of_its_own() {
    OptionalLong unknown = OptionalLong.empty();
    refuses(
        from(new Growing("v1", OptionalLong.of(5), SourceSession.Change.NONE)),
        from(new Growing("v2", OptionalLong.of(6), SourceSession.Change.GREW)),
        "dataset 'docs' only grew since the run began: 6 rows, expected 5.");
    refuses(
        from(new Growing("v1", unknown, SourceSession.Change.NONE)),
        from(new Growing("v2", unknown, SourceSession.Change.GREW)),
        "dataset 'docs' only grew since the run began: more rows, expected those of then.");
  }

  @Test
  void a_source_whose_fingerprint_changed_without_its_content_goes_on() {
    assertThatCode(
            () ->
                check(
                    from(new Growing("v1", OptionalLong.of(5), SourceSession.Change.NONE)),
                    from(new Growing("v2", OptionalLong.of(5), SourceSession.Change.NONE))))
        .doesNotThrowAnyException();
  }

  /** A source that judges changes itself. */
  private record Growing(String fingerprint, OptionalLong rows, SourceSession.Change change)
      implements SourceStore {

    @Override
    public String name() {
      return "growing";
    }

    @Override
    public SourceSession open() {
      return new SourceSession() {
        @Override
        public List<Dataset> datasets() {
          return List.of(new Dataset(List.of(), "docs", Docs.SCHEMA, rows, fingerprint, List.of()));
        }

        @Override
        public List<Split> split(Dataset dataset, int parts) {
          throw new UnsupportedOperationException();
        }

        @Override
        public RowReader read(Dataset dataset, Split split, Position after) {
          throw new UnsupportedOperationException();
        }

        @Override
        public Change changeSince(Dataset now, String recorded) {
          return change;
        }

        @Override
        public void close() {}
      };
    }
  }
}
