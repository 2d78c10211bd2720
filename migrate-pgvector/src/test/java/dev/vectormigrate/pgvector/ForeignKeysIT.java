package dev.vectormigrate.pgvector;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import dev.vectormigrate.DatasetMapping;
import dev.vectormigrate.MigrationPlan;
import dev.vectormigrate.Outcome;
import dev.vectormigrate.RefusedException;
import dev.vectormigrate.Tenant;
import dev.vectormigrate.model.ColumnDefault;
import dev.vectormigrate.model.Constraints;
import dev.vectormigrate.model.Field;
import dev.vectormigrate.model.FieldType;
import dev.vectormigrate.model.ForeignKey;
import dev.vectormigrate.model.ForeignKey.Action;
import dev.vectormigrate.model.PlainIndex;
import dev.vectormigrate.model.Row;
import dev.vectormigrate.model.Schema;
import dev.vectormigrate.pgvector.testing.LocalPostgres;
import dev.vectormigrate.spi.WriteMode.OnConflict;
import dev.vectormigrate.testkit.InMemorySource;
import java.sql.Connection;
import java.sql.SQLException;
import java.util.ArrayList;
import java.util.List;
import java.util.function.Consumer;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Test;

/** What a relational source says of its tables becomes that of PostgreSQL's. */
class ForeignKeysIT {

  private static final Schema PARENTS =
      new Schema(
          List.of(Field.required("id", FieldType.INTEGER), Field.required("name", FieldType.TEXT)),
          List.of("id"));

  private static final Schema CHILDREN =
      new Schema(
          List.of(
              Field.required("id", FieldType.INTEGER), Field.optional("parent", FieldType.INTEGER)),
          List.of("id"));

  private static final Constraints OF_PARENTS =
      new Constraints(
          List.of(),
          List.of(new PlainIndex(PlainIndex.Method.BTREE, List.of("name"), true)),
          List.of(new ColumnDefault(PARENTS.field(0), ColumnDefault.Kind.NEXT, "")));

  private static final Constraints OF_CHILDREN =
      new Constraints(
          List.of(
              new ForeignKey(
                  List.of("parent"), "parents", List.of("id"), Action.CASCADE, Action.NO_ACTION)),
          List.of(),
          List.of());

  private LocalPostgres.Database database;
  private Connection connection;

  @BeforeEach
  void open() throws SQLException {
    database = LocalPostgres.shared().createDatabase("keys");
    connection = database.connect();
  }

  @AfterEach
  void close() throws SQLException {
    connection.close();
    database.close();
  }

  private static List<Row> children(long... parents) {
    List<Row> rows = new ArrayList<>();
    for (long parent : parents) {
      rows.add(Row.of(CHILDREN, rows.size() + 1L, parent == 0 ? null : (Long) parent));
    }
    return rows;
  }

  /** The referring table comes first, also by its name. */
  private MigrationPlan plan(Consumer<DatasetMapping.Builder> mapping, long... parents) {
    List<Row> rows = List.of(Row.of(PARENTS, 1L, "a"), Row.of(PARENTS, 7L, "b"));
    return MigrationPlan.builder("family")
        .from(
            InMemorySource.empty()
                .with("children", CHILDREN, children(parents), OF_CHILDREN)
                .with("parents", PARENTS, rows, OF_PARENTS))
        .into(PgVectorTarget.of(database.dataSource()))
        .eachDataset(mapping)
        .build();
  }

  private List<String> texts(String sql) throws SQLException {
    return Sql.list(connection, sql, row -> row.getString(1));
  }

  private List<String> keys() throws SQLException {
    return texts(
        """
        SELECT conrelid::regclass || ' ' || pg_get_constraintdef(oid) FROM pg_constraint
        WHERE contype = 'f' AND conrelid::regclass::text NOT LIKE 'vector_migrate%' ORDER BY 1""");
  }

  @Test
  void keys_indexes_and_defaults_are_carried_over_and_rolled_back() throws Exception {
    MigrationPlan plan = plan(d -> {}, 1, 7, 0, 7);

    assertThat(plan.run().outcome()).isEqualTo(Outcome.MIGRATED);

    assertThat(keys())
        .containsExactly("children FOREIGN KEY (parent) REFERENCES parents(id) ON DELETE CASCADE");
    assertThat(texts("INSERT INTO parents (name) VALUES ('c') RETURNING id::text"))
        .containsExactly("8");
    assertThatThrownBy(() -> Sql.execute(connection, "INSERT INTO parents (name) VALUES ('a')"))
        .hasMessageContaining("parents_name_idx");
    Sql.execute(connection, "DELETE FROM parents WHERE id = 7");
    assertThat(texts("SELECT id::text FROM children c ORDER BY c.id")).containsExactly("1", "3");

    plan.rollback();
    plan.discard();

    assertThat(texts("SELECT relname FROM pg_class WHERE relname IN ('children', 'parents')"))
        .isEmpty();
  }

  @Test
  void orphans_are_listed_and_nothing_becomes_live() throws Exception {
    MigrationPlan plan = plan(d -> {}, 1, 3, 0, 9);

    assertThatThrownBy(plan::run)
        .isInstanceOf(RefusedException.class)
        .hasMessage(
            "[postgresql] table children: 2 rows refer by [parent] to rows of parents that are not"
                + " there, such as [2, 4], expected none. Mend the source, or leave its foreign keys"
                + " out.");
    assertThat(texts("SELECT relname FROM pg_class WHERE relnamespace = 'public'::regnamespace"))
        .noneMatch(name -> name.startsWith("children") || name.startsWith("parents"));
    plan.discard();

    assertThat(plan(d -> d.withoutForeignKeys(), 1, 3, 0, 9).run().outcome())
        .isEqualTo(Outcome.MIGRATED);
    assertThat(keys()).isEmpty();
  }

  @Test
  void tables_that_others_share_are_filled_in_the_order_of_their_own_keys() throws Exception {
    Sql.execute(
        connection,
        "CREATE TABLE parents (id bigint GENERATED BY DEFAULT AS IDENTITY PRIMARY KEY,"
            + " name text NOT NULL)",
        "CREATE TABLE children (id bigint PRIMARY KEY, parent bigint REFERENCES parents)",
        "INSERT INTO parents VALUES (100, 'other')");
    MigrationPlan plan = plan(d -> d.append(OnConflict.FAIL), 1, 7, 0, 7);

    plan.run();

    assertThat(texts("SELECT id::text FROM parents p ORDER BY p.id"))
        .containsExactly("1", "7", "100");
    plan.rollback();
    assertThat(texts("SELECT id::text FROM parents")).containsExactly("100");
    assertThat(texts("SELECT id::text FROM children")).isEmpty();
  }

  @Test
  void a_new_table_refers_to_a_shared_one_once_it_is_live() throws Exception {
    Sql.execute(
        connection,
        "CREATE TABLE parents (id bigint PRIMARY KEY, name text NOT NULL)",
        "INSERT INTO parents VALUES (100, 'other')");
    MigrationPlan plan =
        MigrationPlan.builder("into a shared one")
            .from(
                InMemorySource.empty()
                    .with("children", CHILDREN, children(1, 7), OF_CHILDREN)
                    .with(
                        "parents",
                        PARENTS,
                        List.of(Row.of(PARENTS, 1L, "a"), Row.of(PARENTS, 7L, "b")),
                        OF_PARENTS))
            .into(PgVectorTarget.of(database.dataSource()))
            .dataset("children")
            .dataset("parents", d -> d.append(OnConflict.FAIL))
            .build();

    plan.run();

    assertThat(keys())
        .containsExactly("children FOREIGN KEY (parent) REFERENCES parents(id) ON DELETE CASCADE");
    plan.rollback();
    assertThat(texts("SELECT id::text FROM parents")).containsExactly("100");
  }

  @Test
  void with_tenants_the_reference_is_within_the_tenant() throws Exception {
    plan(d -> d.tenant("user_id", Tenant.constant("u1")), 1, 7).run();

    assertThat(keys())
        .containsExactly(
            "children FOREIGN KEY (user_id, parent) REFERENCES parents(user_id, id)"
                + " ON DELETE CASCADE");
    assertThat(
            texts("SELECT indexdef FROM pg_indexes WHERE indexname = 'parents_user_id_name_idx'"))
        .containsExactly(
            "CREATE UNIQUE INDEX parents_user_id_name_idx ON public.parents USING btree"
                + " (user_id, name)");
  }
}
