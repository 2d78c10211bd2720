package dev.vectormigrate.pgvector;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import dev.vectormigrate.DatasetMapping;
import dev.vectormigrate.MigrationListener;
import dev.vectormigrate.MigrationPlan;
import dev.vectormigrate.MigrationReport;
import dev.vectormigrate.Phase;
import dev.vectormigrate.PlanException;
import dev.vectormigrate.RefusedException;
import dev.vectormigrate.model.Finding;
import dev.vectormigrate.model.Row;
import dev.vectormigrate.model.Schema;
import dev.vectormigrate.model.Vector;
import dev.vectormigrate.pgvector.testing.LocalPostgres;
import dev.vectormigrate.spi.WriteMode.OnConflict;
import dev.vectormigrate.testkit.InMemorySource;
import java.sql.Connection;
import java.sql.SQLException;
import java.util.ArrayList;
import java.util.List;
import java.util.Map;
import java.util.function.Consumer;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Test;

/** Vectors of different models never meet in one column, and the column says whose it has. */
class OriginsIT {

  private static final Schema DOCS = Schema.vectorCollection(2, null);

  private LocalPostgres.Database database;
  private Connection connection;

  @BeforeEach
  void open() throws SQLException {
    database = LocalPostgres.shared().createDatabase("origins");
    connection = database.connect();
  }

  @AfterEach
  void close() throws SQLException {
    connection.close();
    database.close();
  }

  private static List<Row> rows(int from, int to) {
    List<Row> rows = new ArrayList<>();
    for (int i = from; i < to; i++) {
      rows.add(Row.of(DOCS, "id-" + i, null, null, Vector.of(i, 1)));
    }
    return rows;
  }

  private MigrationPlan plan(
      String name, int from, int to, Consumer<DatasetMapping.Builder> mapping) {
    return MigrationPlan.builder(name)
        .from(InMemorySource.empty().with("docs", DOCS, rows(from, to)))
        .into(PgVectorTarget.of(database.dataSource()))
        .eachDataset(mapping::accept)
        .build();
  }

  private String comment() throws SQLException {
    return new Catalog(connection).columnComments("public", "docs").get("embedding");
  }

  private static Consumer<DatasetMapping.Builder> of(String model) {
    return d -> d.embeddingModel(model);
  }

  @Test
  void a_new_column_says_which_model_made_its_vectors() throws Exception {
    MigrationPlan plan = plan("first", 0, 3, of("it's a\\model"));

    assertThat(plan.dryRun().statements())
        .contains(
            "COMMENT ON COLUMN \"vector_migrate_stage_0\".\"docs\".\"embedding\" IS "
                + " E'vector-migrate: model=it''s%20a\\\\model'");
    plan.run();

    assertThat(comment()).isEqualTo("vector-migrate: model=it's%20a\\model");
  }

  @Test
  void a_table_that_replaces_another_keeps_what_others_said() throws Exception {
    plan("first", 0, 3, of("a")).run();
    Sql.execute(
        connection,
        "COMMENT ON COLUMN docs.embedding IS E'of the wiki\nvector-migrate: model=a'",
        "COMMENT ON COLUMN docs.content IS 'plain text'");
    MigrationPlan second = plan("second", 0, 5, of("b").andThen(d -> d.replace()));

    second.run();

    assertThat(new Catalog(connection).columnComments("public", "docs"))
        .containsOnly(
            Map.entry("embedding", "of the wiki\nvector-migrate: model=b"),
            Map.entry("content", "plain text"));
    second.rollback();
    assertThat(comment()).isEqualTo("of the wiki\nvector-migrate: model=a");
  }

  @Test
  void vectors_of_another_model_are_refused() throws Exception {
    plan("first", 0, 3, of("a")).run();
    String expected =
        "[postgresql] Table docs has vectors of model 'a' in its column 'embedding', expected those"
            + " of model 'b', which the plan brings: they can't be compared with each other. Name"
            + " another table.";

    assertThatThrownBy(
            () -> plan("append", 3, 5, of("b").andThen(d -> d.append(OnConflict.FAIL))).run())
        .isInstanceOf(RefusedException.class)
        .hasMessage(expected);
    assertThatThrownBy(
            () -> plan("direct", 3, 5, of("b").andThen(d -> d.direct(OnConflict.FAIL))).run())
        .isInstanceOf(RefusedException.class)
        .hasMessage(expected);
    assertThat(plan("same", 3, 5, of("a").andThen(d -> d.append(OnConflict.FAIL))).run().findings())
        .isEmpty();
    assertThat(comment()).isEqualTo("vector-migrate: model=a");
  }

  @Test
  void vectors_that_another_plan_brought_meanwhile_are_refused_at_the_switch() throws Exception {
    Sql.execute(
        connection,
        "CREATE TABLE docs (id text PRIMARY KEY, content text, metadata jsonb, embedding vector(2))");
    MigrationPlan late =
        MigrationPlan.builder("late")
            .from(InMemorySource.empty().with("docs", DOCS, rows(5, 8)))
            .into(PgVectorTarget.of(database.dataSource()))
            .eachDataset(d -> d.embeddingModel("b").append(OnConflict.FAIL))
            .listener(
                new MigrationListener() {
                  @Override
                  public void phaseStarted(Phase phase) {
                    if (phase == Phase.PROMOTE) {
                      plan("early", 0, 3, of("a").andThen(d -> d.append(OnConflict.FAIL))).run();
                    }
                  }
                })
            .build();

    assertThatThrownBy(late::run)
        .isInstanceOf(RefusedException.class)
        .hasMessageStartingWith("[postgresql] Table docs has vectors of model 'a' in its column");
    assertThat(comment()).isEqualTo("vector-migrate: model=a");
  }

  @Test
  void what_is_not_known_is_told() throws Exception {
    plan("first", 0, 3, d -> {}).run();

    MigrationReport named =
        plan("named", 3, 5, of("a").andThen(d -> d.append(OnConflict.FAIL))).run();

    assertThat(named.findings())
        .containsExactly(
            Finding.warning(
                "vectors.unknown",
                "Table docs does not say which model made the vectors in its column 'embedding';"
                    + " the plan brings those of model 'a'. Make sure that they are of the same."));
    assertThat(comment()).isNull();
    Sql.execute(connection, "COMMENT ON COLUMN docs.embedding IS 'vector-migrate: model=a'");
    MigrationReport unnamed = plan("unnamed", 5, 7, d -> d.append(OnConflict.FAIL)).run();
    assertThat(unnamed.findings())
        .containsExactly(
            Finding.warning(
                "vectors.unknown",
                "Table docs has vectors of model 'a' in its column 'embedding'; the plan does not say"
                    + " which model made those that it brings. Make sure that it is the same, and say"
                    + " so with embeddingModel(...)."));
  }

  @Test
  void an_empty_table_is_stamped_until_its_rows_are_taken_back() throws Exception {
    for (boolean direct : new boolean[] {false, true}) {
      Sql.execute(
          connection,
          "CREATE TABLE docs (id text PRIMARY KEY, content text, metadata jsonb, embedding"
              + " vector(2))",
          "COMMENT ON COLUMN docs.embedding IS E'mine\nvector-migrate: model=gone'");
      MigrationPlan plan =
          plan(
              "fill " + direct,
              0,
              3,
              of("a")
                  .andThen(
                      d -> {
                        if (direct) {
                          d.direct(OnConflict.FAIL);
                        } else {
                          d.append(OnConflict.FAIL);
                        }
                      }));
      plan.run();
      assertThat(comment()).isEqualTo("mine\nvector-migrate: model=a");
      plan.rollback();
      assertThat(comment()).isEqualTo("mine");
      plan.discard();
      Sql.execute(connection, "DROP TABLE docs");
    }
  }

  @Test
  void two_datasets_of_different_models_do_not_go_into_one_table() {
    for (String model : List.of("b", "")) {
      MigrationPlan plan =
          MigrationPlan.builder("two")
              .from(
                  InMemorySource.empty()
                      .with("one", DOCS, rows(0, 2))
                      .with("other", DOCS, rows(2, 4)))
              .into(PgVectorTarget.of(database.dataSource()))
              .dataset("one", d -> d.table("docs").embeddingModel("a"))
              .dataset("other", d -> d.table("docs").embeddingModel(model))
              .build();

      assertThatThrownBy(plan::run)
          .isInstanceOf(PlanException.class)
          .hasMessageContaining("expected the layout of another dataset that goes there")
          .hasMessageContaining("vectors of [embedding: a]");
    }
  }
}
