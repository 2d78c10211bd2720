package dev.vectormigrate.pgvector;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;
import static org.assertj.core.groups.Tuple.tuple;

import dev.vectormigrate.DatasetMapping;
import dev.vectormigrate.MigrationPlan;
import dev.vectormigrate.MigrationReport;
import dev.vectormigrate.Outcome;
import dev.vectormigrate.SourceException;
import dev.vectormigrate.Tenant;
import dev.vectormigrate.layout.Layouts;
import dev.vectormigrate.pgvector.testing.LocalPostgres;
import dev.vectormigrate.sources.chroma.ChromaDirectory;
import dev.vectormigrate.sources.chroma.Fixture;
import java.nio.file.Path;
import java.sql.Connection;
import java.sql.SQLException;
import java.util.List;
import java.util.function.Consumer;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;

/** Contents of several users and of nobody, with their entities, as a real Chroma keeps them. */
class ContentMemoryIT {

  @TempDir Path folder;
  private LocalPostgres.Database database;
  private Connection connection;

  @BeforeEach
  void open() throws SQLException {
    database = LocalPostgres.shared().createDatabase("contents");
    connection = database.connect();
  }

  @AfterEach
  void close() throws SQLException {
    connection.close();
    database.close();
  }

  private MigrationPlan plan(Consumer<DatasetMapping.Builder> mapping, long rejects)
      throws Exception {
    return MigrationPlan.builder("contents")
        .from(ChromaDirectory.at(new Fixture("content-memory").unpack(folder)))
        .into(PgVectorTarget.of(database.dataSource()))
        .layout(Layouts.contentVectors())
        .eachDataset(mapping)
        .maxRejects(rejects)
        .build();
  }

  private List<String> texts(String sql) throws SQLException {
    return Sql.list(connection, sql, row -> row.getString(1));
  }

  @Test
  void contents_and_entities_arrive_with_their_users_and_those_of_nobody_are_named()
      throws Exception {
    MigrationReport report = plan(d -> {}, 1).run();

    assertThat(report.outcome()).isEqualTo(Outcome.MIGRATED);
    assertThat(report.rejects())
        .extracting(MigrationReport.RejectReport::id, MigrationReport.RejectReport::reason)
        .containsExactly(tuple("c-4", "column 'user_id': no value, expected one"));
    assertThat(
            texts(
                "SELECT concat_ws('|', id, user_id, title, summary, content_type, topics, tags,"
                    + " source_url, full_content, searchable_text, created_at, embedding,"
                    + " embedding_vector) FROM content_vectors ORDER BY id"))
        .containsExactly(
            "c-1|1|Soup|About Soup|recipe|[\"food\"]|[]|https://example.org/c-1|{\"id\": \"c-1\","
                + " \"title\": \"Soup\", \"topics\": [\"food\"], \"key_points\": [1, 2.5, null]}|Text"
                + " of Soup|2024-05-01 10:00:00.5|[1.0, 0.0, -0.5]|[1,0,-0.5]",
            "c-2|1|Bread, äöü \uD83D\uDE00|About Bread, äöü \uD83D\uDE00|recipe|[\"food\"]|[]|"
                + "https://example.org/c-2|{\"id\": \"c-2\", \"title\": \"Bread, äöü \uD83D\uDE00\","
                + " \"topics\": [\"food\"], \"key_points\": [1, 2.5, null]}|Text of Bread, äöü"
                + " \uD83D\uDE00|2024-05-01 10:00:00.5|[1.0, 0.25, -0.5]|[1,0.25,-0.5]",
            "c-3|2|Cake|About Cake|recipe|[\"food\"]|[]|https://example.org/c-3|{\"id\": \"c-3\","
                + " \"title\": \"Cake\", \"topics\": [\"food\"], \"key_points\": [1, 2.5, null]}|Text"
                + " of Cake|2024-05-01 10:00:00.5|[1.0, 0.5, -0.5]|[1,0.5,-0.5]");
    assertThat(
            texts(
                "SELECT concat_ws('|', source_id, user_id, content_id, entity_name, entity_type,"
                    + " embedding, embedding_vector) FROM entity_vectors ORDER BY source_id"))
        .containsExactly(
            "e-1|1|c-1|salt|ingredient|[0.5, 0.25, 1.0]|[0.5,0.25,1]",
            "e-2|2|c-3|flour|ingredient|[0.25, 0.5, 2.0]|[0.25,0.5,2]");
  }

  @Test
  void content_of_nobody_gets_the_user_that_the_plan_names() throws Exception {
    plan(d -> d.tenant(Tenant.fromMetadata("user_id").or("99")), 0).run();

    assertThat(texts("SELECT concat(id, ' ', user_id) FROM content_vectors ORDER BY id"))
        .containsExactly("c-1 1", "c-2 1", "c-3 2", "c-4 99");
  }

  @Test
  void content_of_nobody_stops_the_run_where_the_plan_says_so() throws Exception {
    assertThatThrownBy(
            () -> plan(d -> d.tenant(Tenant.fromMetadata("user_id").orFail()), 100).run())
        .isInstanceOf(SourceException.class)
        .hasMessageContaining("row 'c-4': metadata 'user_id' or fail: no text or number there");
    assertThat(texts("SELECT tablename::text FROM pg_tables WHERE schemaname = 'public'"))
        .isEmpty();
  }

  @Test
  void one_user_is_migrated_alone() throws Exception {
    MigrationReport report =
        plan(d -> d.tenant(Tenant.fromMetadata("user_id").or("0")).onlyTenants("2"), 0).run();

    assertThat(report.written()).isEqualTo(2);
    assertThat(texts("SELECT id FROM content_vectors UNION SELECT source_id FROM entity_vectors"))
        .containsExactlyInAnyOrder("c-3", "e-2");
  }
}
