package dev.vectormigrate.sources.chroma;

import static org.assertj.core.api.Assertions.assertThat;

import dev.vectormigrate.model.Dataset;
import dev.vectormigrate.model.Distance;
import dev.vectormigrate.model.Finding;
import dev.vectormigrate.model.Json;
import dev.vectormigrate.model.Row;
import dev.vectormigrate.model.Schema;
import dev.vectormigrate.model.Vector;
import dev.vectormigrate.sources.chroma.ChromaDirectory.MissingVectors;
import dev.vectormigrate.spi.SourceSession;
import java.nio.file.Path;
import java.util.HashMap;
import java.util.List;
import java.util.Map;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;

/** Shapes of the database that no fixture has. */
class ErasTest {

  private static final String[] OLD_COLLECTIONS = {
    "l2_default", "cosine_small", "ip_wal_only", "no_docs"
  };

  @TempDir Path temp;

  private static Map<String, List<Row>> all(Path directory) throws Exception {
    Map<String, List<Row>> all = new HashMap<>();
    for (String collection : OLD_COLLECTIONS) {
      Rows rows = Rows.of(directory, collection);
      assertThat(rows.rejections).isEmpty();
      all.put(collection, rows.rows);
    }
    return all;
  }

  @Test
  void readsDirectoriesWithoutTenantsAndBooleans() throws Exception {
    Path directory = Fixture.V0_4_24.unpack(temp);
    Edits edits =
        new Edits(directory).sql("DELETE FROM embedding_metadata WHERE bool_value IS NOT NULL");
    Map<String, List<Row>> before = all(directory);
    edits
        .sql("CREATE TABLE c2 (id TEXT PRIMARY KEY, name TEXT, topic TEXT, dimension INTEGER)")
        .sql("INSERT INTO c2 SELECT id, name, topic, dimension FROM collections")
        .sql("DROP TABLE collections")
        .sql("ALTER TABLE c2 RENAME TO collections")
        .sql("DROP TABLE databases")
        .sql("DROP TABLE tenants")
        .sql("ALTER TABLE embedding_metadata DROP COLUMN bool_value")
        .sql("DROP TABLE embedding_fulltext_search");
    assertThat(all(directory)).isEqualTo(before);
    try (SourceSession session = ChromaDirectory.at(directory).open()) {
      assertThat(session.datasets())
          .extracting(Dataset::qualifiedName)
          .containsExactly(
              "default_tenant/default_database/cosine_small",
              "default_tenant/default_database/ip_wal_only",
              "default_tenant/default_database/l2_default",
              "default_tenant/default_database/no_docs");
    }
  }

  @Test
  void readsDirectoriesThatPurgeTheirQueue() throws Exception {
    Path directory = Fixture.V0_5_5.unpack(temp);
    Map<String, List<Row>> before = all(directory);
    Edits edits = new Edits(directory);
    for (String collection : new String[] {"l2_default", "cosine_small", "no_docs"}) {
      long flushed =
          IndexPickle.read(edits.indexFile(collection, "index_metadata.pickle"), (i, l) -> {});
      edits
          .sql(
              "INSERT INTO max_seq_id VALUES (?, ?)",
              edits.segment(collection, "VECTOR"),
              java.nio.ByteBuffer.allocate(8).putLong(flushed).array())
          .sql(
              "DELETE FROM embeddings_queue WHERE topic = ? AND seq_id < ?",
              edits.topic(collection),
              flushed);
    }
    assertThat(all(directory)).isEqualTo(before);
  }

  @Test
  void readsUpgradedDirectoriesWithMixedNumbersAndAMisleadingSchema() throws Exception {
    Path directory = Fixture.V0_5_5.unpack(temp);
    Map<String, List<Row>> before = all(directory);
    String schema =
        """
        {"keys":{"#embedding":{"float_list":{"vector_index":{"enabled":true,"config":{"space":"l2",
        "hnsw":{"ef_construction":100,"max_neighbors":16,"ef_search":100,"num_threads":4,
        "batch_size":100,"sync_threshold":1000,"resize_factor":1.2}}}}}}}""";
    Edits edits =
        new Edits(directory)
            .sql("ALTER TABLE collections ADD COLUMN schema_str TEXT")
            .sql("UPDATE collections SET schema_str = ?, config_json_str = '{}'", schema)
            .sql("UPDATE embeddings SET seq_id = id WHERE id % 2 = 0");
    long applied = edits.number("SELECT max(seq_id) FROM embeddings_queue");
    edits.sql("UPDATE max_seq_id SET seq_id = ? WHERE rowid % 2 = 0", applied);
    assertThat(all(directory)).isEqualTo(before);
    try (SourceSession session = ChromaDirectory.at(directory).open()) {
      assertThat(Rows.dataset(session, "cosine_small").schema())
          .isEqualTo(Schema.vectorCollection(6, Distance.COSINE));
    }
  }

  @Test
  void readsCollectionsWhoseServerStumblesOverAnAddWithoutVector() throws Exception {
    Path directory = Fixture.V1.unpack(temp);
    new Edits(directory).add("cosine_small", "bare", null, "no vector");
    Rows rows = Rows.of(directory, "cosine_small");
    assertThat(rows.rejections).isEmpty();
    assertThat(rows.row("bare").value("embedding")).isNull();
    assertThat(rows.row("bare").value("text")).isEqualTo("no vector");
    try (SourceSession session = ChromaDirectory.at(directory).open()) {
      assertThat(Rows.dataset(session, "cosine_small").findings())
          .containsExactly(
              Finding.warning(
                  "chroma.vectors.missing",
                  "records without a vector in Chroma: 1, they will be moved without one: bare"));
    }
  }

  @Test
  void refusesRecordsWithoutVectorWhereAskedTo() throws Exception {
    Path directory = Fixture.V1.unpack(temp);
    new Edits(directory).add("cosine_small", "bare", null, "no vector");
    Rows rows =
        Rows.of(
            ChromaDirectory.at(directory).missingVectors(MissingVectors.REJECT), "cosine_small");
    assertThat(rows.rejections).containsExactly("bare: vector: none in Chroma, expected one");
    assertThat(rows.ids()).hasSize(49).doesNotContain("bare");
  }

  @Test
  void readsAnIndexThatIsNewerThanTheLogPosition() throws Exception {
    Path directory = Fixture.V1.unpack(temp);
    Edits edits = new Edits(directory);
    List<Row> before = Rows.of(directory, "cosine_small").rows;
    // As if the pickle had been written and the position not: everything left is replayed.
    edits.sql(
        "UPDATE max_seq_id SET seq_id = 0 WHERE segment_id = ?",
        edits.segment("cosine_small", "VECTOR"));
    assertThat(Rows.of(directory, "cosine_small").rows).hasSameSizeAs(before);
  }

  @Test
  void fallsBackToTheDimensionOfTheIndex() throws Exception {
    Path directory = Fixture.V1.unpack(temp);
    List<Row> before = Rows.of(directory, "cosine_small").rows;
    new Edits(directory).sql("UPDATE collections SET dimension = NULL WHERE name = 'cosine_small'");
    assertThat(Rows.of(directory, "cosine_small").rows).isEqualTo(before);
  }

  @Test
  void keepsTheOrderAndTypesOfArrays() throws Exception {
    Path directory = Fixture.V1.unpack(temp);
    Row row = Rows.of(directory, "meta_types").row("arr-bool");
    assertThat(((Json) row.value("metadata")).toJava().toString()).contains("true");
  }

  @Test
  void namesTheFieldsOfARecordWithUri() throws Exception {
    Path directory = Fixture.V1.unpack(temp);
    Row row = Rows.of(directory, "meta_types").row("uri1");
    assertThat(row.schema().fields())
        .extracting("name")
        .containsExactly("id", "text", "uri", "metadata", "embedding");
    assertThat(row.value("embedding")).isInstanceOf(Vector.class);
  }
}
