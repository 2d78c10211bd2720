package dev.vectormigrate.pgvector;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.catchThrowableOfType;
import static org.junit.jupiter.api.DynamicTest.dynamicTest;

import dev.vectormigrate.MigrationListener;
import dev.vectormigrate.MigrationPlan;
import dev.vectormigrate.Phase;
import dev.vectormigrate.Tenant;
import dev.vectormigrate.VerificationFailedException;
import dev.vectormigrate.model.ColumnDefault;
import dev.vectormigrate.model.Distance;
import dev.vectormigrate.model.Field;
import dev.vectormigrate.model.FieldType;
import dev.vectormigrate.model.Finding;
import dev.vectormigrate.model.Json;
import dev.vectormigrate.model.Row;
import dev.vectormigrate.model.Schema;
import dev.vectormigrate.model.Vector;
import dev.vectormigrate.model.VectorIndex;
import dev.vectormigrate.pgvector.testing.LocalPostgres;
import dev.vectormigrate.spi.Verifier;
import dev.vectormigrate.testkit.InMemorySource;
import dev.vectormigrate.verify.Verifiers;
import java.io.IOException;
import java.nio.file.Path;
import java.sql.SQLException;
import java.time.Instant;
import java.util.ArrayList;
import java.util.List;
import java.util.Map;
import java.util.TreeSet;
import java.util.stream.Collectors;
import java.util.stream.Stream;
import org.junit.jupiter.api.DynamicTest;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.TestFactory;

/** The table of docs/verification.md: which level of checks sees which change of what is staged. */
class VerificationPageIT {

  private static final Path PAGE = Path.of("..", "docs", "verification.md");
  private static final String STAGING = "vector_migrate_stage_1.docs";
  private static final Instant NOON = Instant.parse("2026-03-01T12:00:00Z");

  private static final Schema DOCS =
      new Schema(
          List.of(
              Field.required(Schema.ID, FieldType.TEXT),
              Field.required("user", FieldType.TEXT),
              Field.optional("content", FieldType.TEXT),
              Field.optional(Schema.METADATA, FieldType.JSON),
              Field.optional("created", FieldType.INSTANT),
              Field.optional(Schema.EMBEDDING, FieldType.vector(3, Distance.L2))),
          List.of(Schema.ID));

  /** A line of the page and what is done to bring it about. */
  private record Corruption(String name, String levels, String... sql) {}

  private static List<Corruption> corruptions() {
    return List.of(
        new Corruption(
            "a bit of a vector flipped",
            "digest samples",
            set("embedding = '[" + Math.nextUp(0.7f) + ",0,1]'")),
        new Corruption(
            "the vectors of two rows swapped",
            "digest samples",
            swap("embedding", "'id-7'", "'id-8'")),
        new Corruption(
            "the tenants of two rows swapped", "digest samples", swap("owner", "'id-7'", "'id-8'")),
        new Corruption(
            "a row given to a foreign tenant", "digest samples tenants", set("owner = 'eve'")),
        new Corruption(
            "a row dropped",
            "counts digest samples",
            "DELETE FROM " + STAGING + " WHERE id = 'id-7'"),
        new Corruption(
            "a row twice, under another id",
            "counts digest",
            "INSERT INTO %1$s SELECT owner, 'id-new', \"user\", content, metadata, created, embedding FROM %1$s WHERE id = 'id-7'"
                .formatted(STAGING)),
        new Corruption(
            "a key of the metadata dropped", "digest samples", set("metadata = metadata - 'n'")),
        new Corruption(
            "an integer turned into a float",
            "digest samples",
            set("metadata = metadata || '{\"n\": 7.0}'")),
        new Corruption("one character changed", "digest samples", set("content = 'text of 7.'")),
        new Corruption(
            "a time moved by its zone",
            "digest samples",
            set("created = created + interval '5:45'")),
        new Corruption(
            "times that lost their zone",
            "schema",
            "ALTER TABLE "
                + STAGING
                + " ALTER COLUMN created TYPE timestamp USING created AT TIME ZONE 'UTC'"),
        new Corruption(
            "vectors of any dimension",
            "schema",
            "ALTER TABLE " + STAGING + " ALTER COLUMN embedding TYPE vector"),
        new Corruption(
            "a column that may be null",
            "schema",
            "ALTER TABLE " + STAGING + " ALTER COLUMN \"user\" DROP NOT NULL"),
        new Corruption(
            "a key that is no longer unique",
            "schema",
            "ALTER TABLE " + STAGING + " DROP CONSTRAINT docs_pkey"),
        new Corruption(
            "an index for another metric",
            "schema",
            "DROP INDEX vector_migrate_stage_1.docs_embedding_idx",
            "CREATE INDEX docs_embedding_idx ON "
                + STAGING
                + " USING hnsw (embedding vector_cosine_ops)"),
        new Corruption(
            "an index that is invalid",
            "schema",
            "UPDATE pg_index SET indisvalid = false"
                + " WHERE indexrelid = 'vector_migrate_stage_1.docs_embedding_idx'::regclass"),
        new Corruption(
            "an index dropped", "schema", "DROP INDEX vector_migrate_stage_1.docs_embedding_idx"));
  }

  private static String set(String assignment) {
    return "UPDATE " + STAGING + " SET " + assignment + " WHERE id = 'id-7'";
  }

  private static String swap(String column, String one, String other) {
    return "UPDATE %1$s a SET %2$s = b.%2$s FROM %1$s b WHERE (a.id, b.id) IN ((%3$s, %4$s), (%4$s, %3$s))"
        .formatted(STAGING, column, one, other);
  }

  private static List<Row> rows() {
    List<Row> rows = new ArrayList<>();
    for (int i = 0; i < 50; i++) {
      String user = i % 2 == 0 ? "ann" : "bob";
      Json metadata = Json.of(Map.of("n", (long) i));
      rows.add(
          Row.of(DOCS, "id-" + i, user, "text of " + i, metadata, NOON, Vector.of(i / 10f, 0, 1)));
    }
    return rows;
  }

  /** A plan whose staged rows are changed before they are verified. */
  private static MigrationPlan plan(
      LocalPostgres.Database database, Observer observer, String... sql) {
    return MigrationPlan.builder("page")
        .from(InMemorySource.empty().with("docs", DOCS, rows()))
        .into(PgVectorTarget.of(database.dataSource()))
        .dataset(
            "docs",
            d ->
                d.tenant("owner", Tenant.fromField("user"))
                    .onlyRows("owner", "ann", "bob")
                    .index(VectorIndex.hnsw()))
        .listener(
            new MigrationListener() {
              @Override
              public void phaseStarted(Phase phase) {
                if (phase == Phase.VERIFY) {
                  run(observer, sql);
                }
              }
            })
        .build();
  }

  private static void run(Observer observer, String... sql) {
    try {
      observer.execute(sql);
    } catch (SQLException e) {
      throw new AssertionError(e);
    }
  }

  @TestFactory
  Stream<DynamicTest> each_level_sees_what_the_page_says() {
    return corruptions().stream().map(c -> dynamicTest(c.name(), () -> check(c)));
  }

  private static void check(Corruption corruption) throws Exception {
    try (LocalPostgres.Database database = LocalPostgres.shared().createDatabase("page");
        Observer observer = Observer.of(database)) {
      MigrationPlan plan = plan(database, observer, corruption.sql());

      VerificationFailedException failure =
          catchThrowableOfType(VerificationFailedException.class, plan::run);

      assertThat(failure).as("the default set sees it").isNotNull();
      assertThat(levels(failure.report().findings())).isEqualTo(corruption.levels());
      assertThat(observer.content("public.docs")).isEqualTo("absent");
    }
  }

  private static String levels(List<Finding> findings) {
    return findings.stream()
        .filter(Finding::blocks)
        .map(finding -> finding.code().split("\\.")[0])
        .collect(Collectors.toCollection(TreeSet::new))
        .stream()
        .collect(Collectors.joining(" "));
  }

  @Test
  void nothing_is_seen_where_nothing_was_changed_staged_or_live() throws Exception {
    try (LocalPostgres.Database database = LocalPostgres.shared().createDatabase("page");
        Observer observer = Observer.of(database)) {
      MigrationPlan plan = plan(database, observer);

      assertThat(plan.run().findings()).isEmpty();
      assertThat(plan.verify().findings()).isEmpty();
    }
  }

  @Test
  void of_a_live_table_the_sequences_are_looked_at_too() throws Exception {
    Schema numbered =
        new Schema(List.of(Field.required(Schema.ID, FieldType.INTEGER)), List.of(Schema.ID));
    ColumnDefault next = new ColumnDefault(numbered.field(0), ColumnDefault.Kind.NEXT, "");
    try (LocalPostgres.Database database = LocalPostgres.shared().createDatabase("page");
        Observer observer = Observer.of(database)) {
      MigrationPlan plan =
          MigrationPlan.builder("page")
              .from(InMemorySource.empty().with("docs", numbered, List.of(Row.of(numbered, 7L))))
              .into(PgVectorTarget.of(database.dataSource()))
              .dataset("docs", d -> d.columnDefault(next))
              .build();
      plan.run();
      assertThat(plan.verify().findings()).isEmpty();

      observer.query("SELECT setval(pg_get_serial_sequence('docs', 'id'), 6)");

      assertThat(plan.verify().findings())
          .containsExactly(
              Finding.error(
                  "schema.sequence",
                  "table docs: the sequence of column 'id' is behind its largest number, expected"
                      + " beyond it."));
    }
  }

  @Test
  void the_page_holds_this_table() throws IOException {
    assertThat(PAGE).content().contains(table());
  }

  private static String table() {
    List<String> levels = Verifiers.standard().stream().map(Verifier::name).toList();
    StringBuilder table = new StringBuilder();
    table.append("| change | ").append(String.join(" | ", levels)).append(" |\n");
    table.append("| --- |").append(" :---: |".repeat(levels.size())).append('\n');
    for (Corruption corruption : corruptions()) {
      List<String> seenBy = List.of(corruption.levels().split(" "));
      table.append("| ").append(corruption.name());
      levels.forEach(level -> table.append(" | ").append(seenBy.contains(level) ? "yes" : ""));
      table.append(" |\n");
    }
    return table.toString();
  }
}
