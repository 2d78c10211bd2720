package dev.vectormigrate.pgvector;

import static org.assertj.core.api.Assertions.assertThat;

import com.fasterxml.jackson.databind.JsonNode;
import com.fasterxml.jackson.databind.ObjectMapper;
import dev.vectormigrate.MigrationPlan;
import dev.vectormigrate.MigrationReport;
import dev.vectormigrate.Outcome;
import dev.vectormigrate.layout.Layouts;
import dev.vectormigrate.model.Json;
import dev.vectormigrate.pgvector.testing.LocalPostgres;
import dev.vectormigrate.sources.files.Resources;
import dev.vectormigrate.sources.simplevectorstore.SimpleVectorStoreDirectory;
import dev.vectormigrate.spi.WriteMode.OnConflict;
import java.io.InputStream;
import java.nio.charset.StandardCharsets;
import java.nio.file.Path;
import java.sql.Connection;
import java.sql.SQLException;
import java.util.List;
import java.util.Map;
import java.util.TreeMap;
import java.util.UUID;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;

/**
 * Stores of several users, in clear and encrypted, in the one table that their application reads.
 */
class VectorDocumentsIT {

  @TempDir Path temp;
  private LocalPostgres.Database database;
  private Connection connection;

  @BeforeEach
  void open() throws SQLException {
    database = LocalPostgres.shared().createDatabase("documents");
    connection = database.connect();
  }

  @AfterEach
  void close() throws SQLException {
    connection.close();
    database.close();
  }

  private SimpleVectorStoreDirectory source() throws Exception {
    return SimpleVectorStoreDirectory.at(
            Resources.copy("/simplevectorstore/user_data", temp.resolve("user_data")))
        .masterKey("correct horse"::toCharArray);
  }

  private MigrationPlan.Builder plan() throws Exception {
    return MigrationPlan.builder("documents")
        .from(source())
        .into(PgVectorTarget.of(database.dataSource()))
        .layout(Layouts.vectorDocuments())
        .maxRejects(100);
  }

  private List<String> texts(String sql) throws SQLException {
    return Sql.list(connection, sql, row -> row.getString(1));
  }

  private static JsonNode expected() throws Exception {
    try (InputStream in = Resources.open("/simplevectorstore/expected.json")) {
      return new ObjectMapper().readTree(in);
    }
  }

  private static String bits(JsonNode vector) {
    StringBuilder bits = new StringBuilder();
    vector.forEach(component -> bits.append(component.intValue()).append(' '));
    return bits.toString();
  }

  private static String bits(Float[] vector) {
    StringBuilder bits = new StringBuilder();
    for (float component : vector) {
      bits.append(Float.floatToRawIntBits(component)).append(' ');
    }
    return bits.toString();
  }

  private static String canonical(String json) {
    return new String(Json.parse(json).utf8(), StandardCharsets.UTF_8);
  }

  @Test
  void every_row_is_there_with_its_own_vector_or_refused_with_its_reason() throws Exception {
    MigrationReport report = plan().build().run();

    assertThat(report.outcome()).isEqualTo(Outcome.MIGRATED);
    Map<String, String> wanted = new TreeMap<>();
    Map<String, String> refused = new TreeMap<>();
    for (Map.Entry<String, JsonNode> store : expected().properties()) {
      for (JsonNode row : store.getValue()) {
        String id = store.getKey() + "/" + row.get("id").asText();
        if (row.get("text").isNull()) {
          refused.put(id, "column 'text': no value, expected one");
        } else if (row.get("vector").isNull()) {
          refused.put(id, "column 'embedding': no value, expected one");
        } else {
          wanted.put(
              id,
              "%s | %s | %s"
                  .formatted(
                      row.get("text").asText(),
                      canonical(row.get("metadata").toString()),
                      bits(row.get("vector"))));
        }
      }
    }
    Map<String, String> migrated = new TreeMap<>();
    Sql.list(
        connection,
        "SELECT user_id, collection_name, source_id, text, metadata, embedding::real[]"
            + " FROM vector_documents",
        row ->
            migrated.put(
                row.getString(1) + "/" + row.getString(2) + "/" + row.getString(3),
                "%s | %s | %s"
                    .formatted(
                        row.getString(4),
                        canonical(row.getString(5)),
                        bits((Float[]) row.getArray(6).getArray()))));
    assertThat(migrated).isEqualTo(wanted);
    Map<String, String> rejects = new TreeMap<>();
    report
        .rejects()
        .forEach(reject -> rejects.put(reject.dataset() + "/" + reject.id(), reject.reason()));
    assertThat(rejects).containsAllEntriesOf(refused);
    long read = report.datasets().stream().mapToLong(MigrationReport.DatasetReport::read).sum();
    assertThat(read).isEqualTo(migrated.size() + rejects.size());
  }

  @Test
  void ids_are_the_same_in_every_run_and_differ_between_users() throws Exception {
    MigrationPlan plan = plan().build();
    plan.run();
    List<String> first =
        texts("SELECT id || user_id || source_id FROM vector_documents ORDER BY 1");
    assertThat(first).doesNotHaveDuplicates();
    plan.rollback();
    plan.discard();
    try (LocalPostgres.Database other = LocalPostgres.shared().createDatabase("again")) {
      Path again = temp.resolve("again");
      MigrationPlan.builder("another name")
          .from(
              SimpleVectorStoreDirectory.at(Resources.copy("/simplevectorstore/user_data", again))
                  .masterKey("correct horse"::toCharArray))
          .into(PgVectorTarget.of(other.dataSource()))
          .layout(Layouts.vectorDocuments())
          .maxRejects(100)
          .build()
          .run();
      try (Connection second = other.connect()) {
        assertThat(
                Sql.list(
                    second,
                    "SELECT id || user_id || source_id FROM vector_documents ORDER BY 1",
                    row -> row.getString(1)))
            .isEqualTo(first);
      }
    }
    assertThat(UUID.fromString(first.get(0).substring(0, 36)).version()).isEqualTo(5);
  }

  @Test
  void the_application_goes_on_with_the_table() throws Exception {
    plan().build().run();

    Sql.execute(
        connection,
        "INSERT INTO vector_documents (user_id, text, embedding)"
            + " VALUES ('dave', 'new', '[1,2,3,4]')");
    assertThat(
            texts(
                """
                SELECT concat_ws('|', id IS NOT NULL, collection_name, metadata,
                  created_at = updated_at) FROM vector_documents WHERE user_id = 'dave'"""))
        .containsExactly("t|personal_assistant|{}|t");
    assertThat(
            texts(
                "SELECT indexdef FROM pg_indexes WHERE tablename = 'vector_documents' ORDER BY 1"))
        .containsExactly(
            "CREATE INDEX vector_documents_embedding_idx ON public.vector_documents USING hnsw"
                + " (embedding vector_cosine_ops)",
            "CREATE INDEX vector_documents_metadata_idx ON public.vector_documents USING gin"
                + " (metadata)",
            "CREATE INDEX vector_documents_user_id_collection_name_idx ON public.vector_documents"
                + " USING btree (user_id, collection_name)",
            "CREATE UNIQUE INDEX vector_documents_pkey ON public.vector_documents USING btree"
                + " (id)");
  }

  @Test
  void the_table_of_an_application_that_is_in_use_is_merged_into() throws Exception {
    Sql.execute(
        connection,
        """
        CREATE TABLE vector_documents (
          id uuid PRIMARY KEY DEFAULT gen_random_uuid(),
          user_id varchar(255) NOT NULL,
          collection_name varchar(255) NOT NULL DEFAULT 'personal_assistant',
          text text NOT NULL,
          embedding vector(4) NOT NULL,
          metadata jsonb DEFAULT '{}',
          source_id text,
          created_at timestamptz DEFAULT now(),
          updated_at timestamptz DEFAULT now())""",
        "INSERT INTO vector_documents (user_id, text, embedding) VALUES ('dave', 'x', '[1,2,3,4]')");
    MigrationPlan plan = plan().eachDataset(d -> d.append(OnConflict.FAIL)).build();

    MigrationReport report = plan.run();

    assertThat(texts("SELECT count(*)::text FROM vector_documents"))
        .containsExactly(String.valueOf(report.written() + 1));
    assertThat(plan.verify().outcome()).isEqualTo(Outcome.VERIFIED);
    plan.rollback();
    assertThat(texts("SELECT user_id FROM vector_documents")).containsExactly("dave");
  }
}
