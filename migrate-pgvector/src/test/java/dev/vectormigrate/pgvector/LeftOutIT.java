package dev.vectormigrate.pgvector;

import static org.assertj.core.api.Assertions.assertThat;
import static org.junit.jupiter.api.DynamicTest.dynamicTest;

import dev.vectormigrate.BackupPolicy;
import dev.vectormigrate.DatasetMapping;
import dev.vectormigrate.MigrationPlan;
import dev.vectormigrate.MigrationReport;
import dev.vectormigrate.OnError;
import dev.vectormigrate.Outcome;
import dev.vectormigrate.model.Finding;
import dev.vectormigrate.model.Row;
import dev.vectormigrate.pgvector.testing.LocalPostgres;
import dev.vectormigrate.spi.RunRecord;
import dev.vectormigrate.spi.WriteMode.OnConflict;
import dev.vectormigrate.testkit.Docs;
import dev.vectormigrate.testkit.InMemorySource;
import dev.vectormigrate.testkit.ScriptedSource;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.List;
import java.util.function.Consumer;
import java.util.stream.IntStream;
import java.util.stream.Stream;
import org.junit.jupiter.api.DynamicTest;
import org.junit.jupiter.api.TestFactory;
import org.junit.jupiter.api.io.TempDir;

/** A dataset that fails while it is read leaves nothing in a table that it shares with another. */
class LeftOutIT {

  private static final List<Row> NOTES = IntStream.range(100, 130).mapToObj(Docs::row).toList();
  private static final Finding LEFT_OUT =
      Finding.error(
          "dataset.left_out",
          "script docs was left out: torn page. Mend it at its source, then migrate it with a plan"
              + " of a new name.");

  @TempDir Path temp;

  @TestFactory
  Stream<DynamicTest> the_others_are_staged_anew() {
    return Stream.of(
        dynamicTest("create", () -> check("create", d -> d.table("all_of_it"))),
        dynamicTest(
            "append", () -> check("append", d -> d.table("all_of_it").append(OnConflict.SKIP))),
        dynamicTest(
            "direct", () -> check("direct", d -> d.table("all_of_it").direct(OnConflict.FAIL))));
  }

  private void check(String name, Consumer<DatasetMapping.Builder> mapping) throws Exception {
    Path store = Files.writeString(temp.resolve(name), "{}");
    ScriptedSource damaged =
        ScriptedSource.of(Docs.rows(60))
            .files(store)
            .before(
                57,
                () -> {
                  throw new Exception("torn page");
                });
    try (LocalPostgres.Database database = LocalPostgres.shared().createDatabase("left out");
        Observer observer = Observer.of(database)) {
      MigrationPlan plan =
          MigrationPlan.builder("m")
              .from(damaged)
              .from(InMemorySource.empty().with("notes", Docs.SCHEMA, NOTES))
              .into(PgVectorTarget.of(database.dataSource()))
              .eachDataset(mapping)
              .batchRows(5)
              .writers(2)
              .onError(OnError.CONTINUE)
              .backup(BackupPolicy.in(temp.resolve(name + "-backups")))
              .build();

      MigrationReport report = plan.run();

      assertThat(report.leftOut()).containsExactly(LEFT_OUT);
      assertThat(report.passed()).isFalse();
      assertThat(report.backups()).hasSize(1);
      assertThat(observer.query("SELECT id FROM all_of_it"))
          .containsExactlyInAnyOrderElementsOf(NOTES.stream().map(Row::id).toList());
      RunRecord stored = plan.status().run().orElseThrow();
      assertThat(stored.leftOut()).containsExactly(LEFT_OUT);
      assertThat(stored.backups()).isEqualTo(report.backups());
      assertThat(plan.run().outcome()).isEqualTo(Outcome.ALREADY_MIGRATED);
      assertThat(observer.number("SELECT count(*) FROM vector_migrate.run")).isEqualTo(1);
      plan.rollback();
      assertThat(plan.status().leftOut()).containsExactly(LEFT_OUT);
    }
  }
}
