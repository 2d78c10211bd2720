package dev.vectormigrate.pgvector;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.catchThrowableOfType;
import static org.junit.jupiter.api.DynamicTest.dynamicTest;

import dev.vectormigrate.MigrationListener;
import dev.vectormigrate.MigrationPlan;
import dev.vectormigrate.MigrationReport;
import dev.vectormigrate.Outcome;
import dev.vectormigrate.Phase;
import dev.vectormigrate.VerificationFailedException;
import dev.vectormigrate.model.Distance;
import dev.vectormigrate.model.Finding;
import dev.vectormigrate.model.Json;
import dev.vectormigrate.model.Row;
import dev.vectormigrate.model.Schema;
import dev.vectormigrate.model.Vector;
import dev.vectormigrate.pgvector.testing.LocalPostgres;
import dev.vectormigrate.spi.Verifier;
import dev.vectormigrate.testkit.InMemorySource;
import dev.vectormigrate.verify.Verifiers;
import java.sql.SQLException;
import java.util.ArrayList;
import java.util.List;
import java.util.Map;
import java.util.function.Consumer;
import java.util.stream.Stream;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.DynamicTest;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.TestFactory;

/** One small thing is changed in what is staged, and the verification must see it. */
class MutationIT {

  private static final Schema DOCS = Schema.vectorCollection(3, Distance.L2);
  private static final String STAGING = "vector_migrate_stage_1.docs";

  /** The row that is changed; with fewer than 200 rows, every row is a sample. */
  private static final String ID = "id-7";

  private static final String TWO = "counts.target digest.mismatch";
  private static final String VALUE = "digest.mismatch samples.mismatch";

  private LocalPostgres.Database database;
  private Observer observer;

  /**
   * A change, and who sees it.
   *
   * @param codes of the findings, in order
   * @param difference how the first sample that differs is described
   */
  private record Corruption(String name, String codes, String difference, String... sql) {}

  private static List<Corruption> corruptions() {
    return List.of(
        new Corruption(
            "the last bit of a float",
            VALUE,
            "field 'embedding' has another value",
            embedding(Math.nextUp(0.7f), "-0", "1")),
        new Corruption(
            "the sign of a zero",
            VALUE,
            "field 'embedding' has another value",
            embedding(0.7f, "0", "1")),
        new Corruption(
            "a vector that is null",
            VALUE,
            "field 'embedding' is of type null, expected Vector",
            set("embedding = NULL")),
        new Corruption(
            "the vectors of two ids swapped",
            VALUE + " samples.mismatch",
            "field 'embedding' has another value",
            "UPDATE %s a SET embedding = b.embedding FROM %s b".formatted(STAGING, STAGING)
                + " WHERE (a.id, b.id) IN (('id-7', 'id-8'), ('id-8', 'id-7'))"),
        new Corruption(
            "a row deleted",
            TWO + " samples.mismatch",
            "missing",
            "DELETE FROM " + STAGING + " WHERE id = 'id-7'"),
        new Corruption(
            "a row twice, under a new id",
            TWO,
            "",
            "INSERT INTO %s SELECT 'id-new', content, metadata, embedding FROM %s WHERE id = 'id-7'"
                .formatted(STAGING, STAGING)),
        new Corruption(
            "one row in place of another",
            VALUE,
            "missing",
            "DELETE FROM " + STAGING + " WHERE id = 'id-7'",
            "INSERT INTO %s SELECT 'id-new', content, metadata, embedding FROM %s WHERE id = 'id-8'"
                .formatted(STAGING, STAGING)),
        new Corruption("an id", VALUE, "missing", set("id = 'ID-7'")),
        new Corruption(
            "a key's name",
            VALUE,
            "field 'metadata.whole' is missing; field 'metadata.Whole' was added",
            set("metadata = metadata - 'whole' || '{\"Whole\": 7}'")),
        new Corruption(
            "a key dropped",
            VALUE,
            "field 'metadata.flag' is missing",
            set("metadata = metadata - 'flag'")),
        new Corruption(
            "a key added",
            VALUE,
            "field 'metadata.more' was added",
            set("metadata = metadata || '{\"more\": null}'")),
        new Corruption(
            "an integer that is a float",
            VALUE,
            "field 'metadata.whole' is of type decimal, expected integer",
            set("metadata = metadata || '{\"whole\": 7.0}'")),
        new Corruption(
            "a float that is an integer",
            VALUE,
            "field 'metadata.float' is of type integer, expected decimal",
            set("metadata = metadata || '{\"float\": 7}'")),
        new Corruption(
            "a number that is a text",
            VALUE,
            "field 'metadata.whole' is of type string, expected integer",
            set("metadata = metadata || '{\"whole\": \"7\"}'")),
        new Corruption(
            "a truth value",
            VALUE,
            "field 'metadata.flag' has another value",
            set("metadata = metadata || '{\"flag\": false}'")),
        new Corruption(
            "a truth value that is a text",
            VALUE,
            "field 'metadata.flag' is of type string, expected boolean",
            set("metadata = metadata || '{\"flag\": \"true\"}'")),
        new Corruption(
            "the order of an array",
            VALUE,
            "field 'metadata.tags' has another value",
            set("metadata = metadata || '{\"tags\": [\"b\", \"a\"]}'")),
        new Corruption(
            "a character",
            VALUE,
            "field 'content' has another value",
            set("content = 'text of 7.'")),
        new Corruption(
            "a character that looks the same",
            VALUE,
            "field 'content' has another value",
            set("content = replace(content, 'e', 'е')")),
        new Corruption(
            "a space at the end",
            VALUE,
            "field 'content' has another value",
            set("content = content || ' '")),
        new Corruption(
            "null in place of empty text",
            VALUE,
            "field 'content' is of type null, expected String",
            "UPDATE " + STAGING + " SET content = NULL WHERE id = 'id-3'"),
        new Corruption(
            "empty text in place of null",
            VALUE,
            "field 'content' is of type String, expected null",
            "UPDATE " + STAGING + " SET content = '' WHERE id = 'id-4'"));
  }

  private static String set(String assignment) {
    return "UPDATE " + STAGING + " SET " + assignment + " WHERE id = '" + ID + "'";
  }

  private static String embedding(float first, String second, String third) {
    return set("embedding = '[%s,%s,%s]'".formatted(first, second, third));
  }

  private static List<Row> rows(int count) {
    List<Row> rows = new ArrayList<>();
    for (int i = 0; i < count; i++) {
      String text = i == 3 ? "" : i == 4 ? null : "text of " + i;
      Json metadata =
          Json.of(
              Map.of(
                  "whole", (long) i, "float", (double) i, "flag", true, "tags", List.of("a", "b")));
      Vector vector = Vector.of(i / 10f, -0.0f, 1);
      rows.add(Row.of(DOCS, "id-" + i, text, metadata, vector));
    }
    return rows;
  }

  @BeforeEach
  void open() throws SQLException {
    database = LocalPostgres.shared().createDatabase("mutation");
    observer = Observer.of(database);
  }

  /** Each of several tests in one gets a database of its own. */
  private void reopen() throws SQLException {
    close();
    open();
  }

  @AfterEach
  void close() throws SQLException {
    observer.close();
    database.close();
  }

  private MigrationPlan.Builder plan(int count) {
    return MigrationPlan.builder("mutation")
        .from(InMemorySource.empty().with("docs", DOCS, rows(count)))
        .into(PgVectorTarget.of(database.dataSource()));
  }

  /** Keeps a copy of what is staged and then changes it. */
  private MigrationListener corrupting(String... sql) {
    return beforeVerification(
        observer -> {
          run(observer, "CREATE TABLE copy_of_staged AS SELECT * FROM " + STAGING);
          run(observer, sql);
        });
  }

  private MigrationListener beforeVerification(Consumer<Observer> action) {
    return new MigrationListener() {
      @Override
      public void phaseStarted(Phase phase) {
        if (phase == Phase.VERIFY) {
          action.accept(observer);
        }
      }
    };
  }

  private static void run(Observer observer, String... sql) {
    try {
      observer.execute(sql);
    } catch (SQLException e) {
      throw new AssertionError(e);
    }
  }

  private static VerificationFailedException failure(MigrationPlan plan) {
    return catchThrowableOfType(VerificationFailedException.class, plan::run);
  }

  private static List<String> codes(MigrationReport report) {
    return report.findings().stream().map(Finding::code).toList();
  }

  @TestFactory
  Stream<DynamicTest> every_change_is_seen_and_nothing_becomes_live() {
    return corruptions().stream().map(c -> dynamicTest(c.name(), () -> checkSeen(c)));
  }

  private void checkSeen(Corruption corruption) throws Exception {
    reopen();
    MigrationPlan plan = plan(50).listener(corrupting(corruption.sql())).build();

    VerificationFailedException failure = failure(plan);

    assertThat(codes(failure.report())).containsExactly(corruption.codes().split(" "));
    assertThat(failure.report().outcome()).isEqualTo(Outcome.DIFFERENT);
    String sampled =
        failure.report().findings().stream()
            .filter(finding -> finding.code().equals("samples.mismatch"))
            .map(Finding::message)
            .findFirst()
            .orElse("");
    String id = corruption.sql()[0].contains("'id-3'") ? "id-3" : ID;
    id = corruption.sql()[0].contains("'id-4'") ? "id-4" : id;
    assertThat(sampled)
        .isEqualTo(
            corruption.difference().isEmpty()
                ? ""
                : "table docs, row '%s': %s.".formatted(id, corruption.difference()));
    assertThat(observer.content("public.docs")).isEqualTo("absent");
    assertThat(plan.status().state()).isEqualTo("verification_failed");
    assertThat(plan.status().run().orElseThrow().findings()).isEqualTo(failure.report().findings());

    checkRepaired(corruption);
  }

  /** The same plan without the one who corrupts verifies again, and then again what was mended. */
  private void checkRepaired(Corruption corruption) throws Exception {
    MigrationPlan again = plan(50).build();
    assertThat(codes(failure(again).report())).containsExactly(corruption.codes().split(" "));

    observer.execute(
        "DELETE FROM " + STAGING,
        "INSERT INTO " + STAGING + " SELECT * FROM copy_of_staged",
        "DROP TABLE copy_of_staged");

    assertThat(again.run().outcome()).isEqualTo(Outcome.MIGRATED);
    assertThat(observer.value("SELECT count(*) FROM docs")).isEqualTo("50");
    assertThat(again.verify().outcome()).isEqualTo(Outcome.VERIFIED);
  }

  @Test
  void after_a_discard_everything_is_staged_anew() throws Exception {
    MigrationPlan plan = plan(50).listener(corrupting(set("content = 'x'"))).build();
    failure(plan);

    plan.discard();
    observer.execute("DROP TABLE copy_of_staged");

    assertThat(plan.status().state()).isEqualTo("none");
    assertThat(plan(50).build().run().outcome()).isEqualTo(Outcome.MIGRATED);
  }

  @Test
  void a_failure_says_what_differs_and_what_to_do() {
    VerificationFailedException failure =
        failure(
            plan(50).listener(corrupting("DELETE FROM " + STAGING + " WHERE id = 'id-7'")).build());

    assertThat(failure)
        .hasMessage(
            "[migration mutation] table docs: 49 rows, expected the 50 that were written. Nothing"
                + " became live. Call discard() to stage everything anew.");
  }

  /** A level of checks, a change, and whether that level alone sees it. */
  private record Level(Verifier verifier, String change, String sql, List<String> codes) {}

  @TestFactory
  Stream<DynamicTest> each_level_sees_what_it_is_there_for() throws Exception {
    String delete = "DELETE FROM %s WHERE id = '%s'";
    String flip = "UPDATE %s SET embedding = '[9,9,9]' WHERE id = '%s'";
    String sampled = sampledId(true);
    String other = sampledId(false);
    return Stream.of(
            level(Verifiers.counts(), "row lost", delete, other, "counts.target"),
            level(Verifiers.counts(), "value changed", flip, sampled),
            level(Verifiers.digest(), "row lost", delete, other, "digest.mismatch"),
            level(Verifiers.digest(), "value changed", flip, other, "digest.mismatch"),
            level(Verifiers.samples(), "row lost, not sampled", delete, other),
            level(Verifiers.samples(), "row lost, sampled", delete, sampled, "samples.mismatch"),
            level(Verifiers.samples(), "value changed, not sampled", flip, other),
            level(Verifiers.samples(), "value changed, sampled", flip, sampled, "samples.mismatch"))
        .map(
            level ->
                dynamicTest(
                    level.verifier().name() + ": " + level.change(), () -> checkLevel(level)));
  }

  private static Level level(
      Verifier verifier, String change, String sql, String id, String... codes) {
    return new Level(verifier, change, sql.formatted(STAGING, id), List.of(codes));
  }

  /** The first id of 2,000 rows that is, or is not, among the samples: one in twenty is. */
  private String sampledId(boolean wanted) throws SQLException {
    reopen();
    List<String> ids = new ArrayList<>();
    plan(2_000)
        .listener(
            beforeVerification(
                observer -> {
                  try {
                    ids.addAll(
                        observer.query(
                            "SELECT id FROM %s WHERE %s id IN (SELECT id FROM vector_migrate.sample)"
                                    .formatted(STAGING, wanted ? "" : "NOT")
                                + " ORDER BY id LIMIT 1"));
                  } catch (SQLException e) {
                    throw new AssertionError(e);
                  }
                }))
        .build()
        .run();
    assertThat(ids).hasSize(1);
    return ids.get(0);
  }

  private void checkLevel(Level level) throws Exception {
    reopen();
    MigrationPlan plan =
        plan(2_000)
            .verify(level.verifier())
            .listener(beforeVerification(observer -> run(observer, level.sql())))
            .build();

    VerificationFailedException failure = failure(plan);

    List<String> codes = failure == null ? List.of() : codes(failure.report());
    assertThat(codes).isEqualTo(level.codes());
  }
}
