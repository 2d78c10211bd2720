package dev.vectormigrate.pgvector;

import static org.assertj.core.api.Assertions.assertThat;

import com.fasterxml.jackson.databind.JsonNode;
import com.fasterxml.jackson.databind.ObjectMapper;
import com.fasterxml.jackson.databind.SerializationFeature;
import com.pgvector.PGvector;
import dev.vectormigrate.MigrationPlan;
import dev.vectormigrate.MigrationReport;
import dev.vectormigrate.Outcome;
import dev.vectormigrate.pgvector.testing.LocalPostgres;
import dev.vectormigrate.sources.chroma.ChromaDirectory;
import dev.vectormigrate.sources.chroma.Fixture;
import java.nio.file.Path;
import java.sql.Connection;
import java.sql.ResultSet;
import java.sql.Statement;
import java.util.List;
import java.util.Map;
import java.util.TreeMap;
import java.util.stream.Stream;
import org.jspecify.annotations.Nullable;
import org.junit.jupiter.api.io.TempDir;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.MethodSource;

/**
 * Directories that a real Chroma wrote, migrated, and read back with the driver and pgvector's own
 * Java library, beside what a real Chroma server answered from them.
 */
class ChromaMigrationIT {

  private static final ObjectMapper JSON =
      new ObjectMapper().configure(SerializationFeature.ORDER_MAP_ENTRIES_BY_KEYS, true);

  @TempDir Path folder;

  /** What a record is, beside its id; integers and floats differ by their spelling. */
  private record Record(
      @Nullable String document, @Nullable String uri, Object metadata, float[] embedding) {

    /** All but the vector. */
    String text() {
      return document + " | " + uri + " | " + metadata;
    }
  }

  static Stream<Fixture> fixtures() {
    return Stream.of(Fixture.V0_4_24, Fixture.V0_5_5, Fixture.V1);
  }

  @ParameterizedTest
  @MethodSource("fixtures")
  void every_collection_id_document_metadata_value_and_vector_arrives(Fixture fixture)
      throws Exception {
    Path directory = fixture.unpack(folder);
    try (LocalPostgres.Database database = LocalPostgres.shared().createDatabase("chroma")) {
      MigrationPlan plan =
          MigrationPlan.builder("chroma")
              .from(ChromaDirectory.at(directory))
              .into(PgVectorTarget.of(database.dataSource()))
              .build();
      List<String> intended =
          plan.inspect().stream().map(dataset -> dataset.table().name().toString()).toList();

      MigrationReport report = plan.run();

      assertThat(report.outcome()).isEqualTo(Outcome.MIGRATED);
      assertThat(report.datasets())
          .extracting(MigrationReport.DatasetReport::table)
          .isEqualTo(intended);
      JsonNode collections = fixture.expected().get("collections");
      assertThat(report.datasets()).hasSize(collections.size());
      try (Connection connection = database.connect()) {
        PGvector.registerTypes(connection);
        for (JsonNode collection : collections) {
          compare(expected(collection), migrated(connection, table(report, collection)));
        }
      }
    }
  }

  private static String table(MigrationReport report, JsonNode collection) {
    String name =
        "%s/%s/%s"
            .formatted(
                collection.get("tenant").asText(),
                collection.get("database").asText(),
                collection.get("name").asText());
    return report.datasets().stream()
        .filter(dataset -> dataset.dataset().equals(name))
        .map(MigrationReport.DatasetReport::table)
        .findFirst()
        .orElseThrow();
  }

  private static void compare(Map<String, Record> expected, Map<String, Record> migrated) {
    assertThat(migrated.keySet()).isEqualTo(expected.keySet());
    expected.forEach(
        (id, record) -> {
          Record ours = migrated.get(id);
          assertThat(ours.text()).as(id).isEqualTo(record.text());
          assertThat(ours.embedding()).as(id).hasSameSizeAs(record.embedding());
          for (int i = 0; i < record.embedding().length; i++) {
            assertSameFloat(id, ours.embedding()[i], record.embedding()[i]);
          }
        });
  }

  /**
   * Bit for bit, but for records of cosine collections that only Chroma's log has: the library
   * keeps what was sent, and the server answers a value that it normalised and multiplied back.
   */
  private static void assertSameFloat(String id, float ours, float servers) {
    boolean mayBeQueuedCosine = id.startsWith("c");
    float allowed = mayBeQueuedCosine ? Math.ulp(servers) : 0;
    assertThat(Math.abs(ours - servers)).as(id).isLessThanOrEqualTo(allowed);
    if (!mayBeQueuedCosine) {
      assertThat(Float.floatToRawIntBits(ours)).isEqualTo(Float.floatToRawIntBits(servers));
    }
  }

  private static Map<String, Record> expected(JsonNode collection) throws Exception {
    Map<String, Record> records = new TreeMap<>();
    for (JsonNode record : collection.get("records")) {
      records.put(
          record.get("id").asText(),
          new Record(
              record.get("document").textValue(),
              record.path("uri").textValue(),
              canonical(record.get("metadata").toString()),
              JSON.convertValue(record.get("embedding"), float[].class)));
    }
    return records;
  }

  private static Map<String, Record> migrated(Connection connection, String table)
      throws Exception {
    Map<String, Record> records = new TreeMap<>();
    try (Statement statement = connection.createStatement();
        ResultSet row =
            statement.executeQuery(
                "SELECT t.*, to_jsonb(t) ->> 'uri' AS its_uri FROM %s t"
                    .formatted(Identifiers.quote(table)))) {
      while (row.next()) {
        records.put(
            row.getString("id"),
            new Record(
                row.getString("content"),
                row.getString("its_uri"),
                canonical(row.getString("metadata")),
                ((PGvector) row.getObject("embedding")).toArray()));
      }
    }
    return records;
  }

  private static Object canonical(@Nullable String json) throws Exception {
    return json == null ? "null" : JSON.writeValueAsString(JSON.readValue(json, Object.class));
  }
}
