package dev.vectormigrate.sources.chroma;

import dev.vectormigrate.sources.chroma.ChromaCollection.Log;
import dev.vectormigrate.sources.chroma.ChromaCollection.Records;
import java.io.IOException;
import java.math.BigInteger;
import java.sql.ResultSet;
import java.sql.SQLException;
import java.util.ArrayList;
import java.util.HashMap;
import java.util.HashSet;
import java.util.List;
import java.util.Map;
import java.util.Set;
import org.jspecify.annotations.Nullable;

/** Reads all collections of a database in a fixed number of statements. Of one thread. */
final class Catalog {

  private static final String DEFAULT_TENANT = "default_tenant";
  private static final String DEFAULT_DATABASE = "default_database";
  private static final int UUID_CHARACTERS = 36;

  private final ChromaDatabase database;
  private final HnswRoot indexes;
  private final Map<String, String> vectorSegments = new HashMap<>();
  private final Map<String, String> metadataSegments = new HashMap<>();
  private final Map<String, String> spaces = new HashMap<>();
  private final Map<String, Long> maxSeqIds = new HashMap<>();
  private final Map<String, Records> records = new HashMap<>();
  private final Map<String, Log> logs = new HashMap<>();
  private final Set<String> segmentsWithUris = new HashSet<>();

  private Catalog(ChromaDatabase database, HnswRoot indexes) {
    this.database = database;
    this.indexes = indexes;
  }

  /** The collections, ordered by tenant, database and name. */
  static List<ChromaCollection> read(ChromaDatabase database, HnswRoot indexes) throws IOException {
    Catalog catalog = new Catalog(database, indexes);
    catalog.readSegments();
    catalog.readSpaces("collection_metadata", "collection_id");
    catalog.readSpaces("segment_metadata", "segment_id");
    catalog.readMaxSeqIds();
    catalog.readRecords();
    catalog.readLogs();
    catalog.readUris();
    return catalog.readCollections();
  }

  private void readSegments() throws IOException {
    database.forEach(
        "SELECT collection, scope, id FROM segments WHERE collection IS NOT NULL",
        row -> {
          boolean vectors = "VECTOR".equals(row.getString(2));
          if (vectors || "METADATA".equals(row.getString(2))) {
            (vectors ? vectorSegments : metadataSegments).put(row.getString(1), row.getString(3));
          }
        });
  }

  private void readSpaces(String table, String owner) throws IOException {
    database.forEach(
        "SELECT %s, str_value FROM %s WHERE key = 'hnsw:space' AND str_value IS NOT NULL"
            .formatted(owner, table),
        row -> spaces.put(row.getString(1), row.getString(2)));
  }

  private void readMaxSeqIds() throws IOException {
    database.forEach(
        "SELECT segment_id, seq_id FROM max_seq_id WHERE seq_id IS NOT NULL",
        row -> maxSeqIds.put(row.getString(1), seqId(row.getObject(2))));
  }

  /** Python wrote 8 or 24 bytes, big-endian; Rust writes integers; upgraded files have both. */
  private static long seqId(Object value) throws IOException {
    if (value instanceof Number number) {
      return number.longValue();
    }
    try {
      return new BigInteger((byte[]) value).longValueExact();
    } catch (ArithmeticException | ClassCastException | NumberFormatException e) {
      throw new IOException(
          "max_seq_id: neither an integer nor 8 bytes, expected one of them. The database is"
              + " damaged; restore it from a backup",
          e);
    }
  }

  private void readRecords() throws IOException {
    database.forEach(
        "SELECT segment_id, count(*), min(id), max(id) FROM embeddings GROUP BY segment_id",
        row ->
            records.put(
                row.getString(1), new Records(row.getLong(2), row.getLong(3), row.getLong(4))));
  }

  private void readLogs() throws IOException {
    database.forEach(
        "SELECT topic, count(*), min(seq_id), max(seq_id) FROM embeddings_queue GROUP BY topic",
        row -> {
          String topic = row.getString(1);
          logs.merge(
              topic.substring(Math.max(0, topic.length() - UUID_CHARACTERS)),
              new Log(row.getLong(2), row.getLong(3), row.getLong(4)),
              Catalog::both);
        });
  }

  private static Log both(Log a, Log b) {
    return new Log(
        a.count() + b.count(),
        Math.min(a.firstSeq(), b.firstSeq()),
        Math.max(a.lastSeq(), b.lastSeq()));
  }

  private void readUris() throws IOException {
    database.forEach(
        """
        SELECT DISTINCT e.segment_id FROM embedding_metadata m JOIN embeddings e ON e.id = m.id
        WHERE m.key = 'chroma:uri' AND m.string_value IS NOT NULL""",
        row -> segmentsWithUris.add(row.getString(1)));
  }

  private List<ChromaCollection> readCollections() throws IOException {
    Set<String> columns = database.columns("collections");
    boolean hasDatabases = columns.contains("database_id");
    List<ChromaCollection> collections = new ArrayList<>();
    database.forEach(
        "SELECT c.id, c.name, c.dimension, %s, %s, %s, %s FROM collections c %s ORDER BY 6, 7, 2"
            .formatted(
                columns.contains("schema_str") ? "c.schema_str" : "NULL",
                columns.contains("config_json_str") ? "c.config_json_str" : "NULL",
                hasDatabases ? "d.tenant_id" : "'" + DEFAULT_TENANT + "'",
                hasDatabases ? "d.name" : "'" + DEFAULT_DATABASE + "'",
                hasDatabases ? "LEFT JOIN databases d ON d.id = c.database_id" : ""),
        row -> collections.add(collection(row)));
    return List.copyOf(collections);
  }

  private ChromaCollection collection(ResultSet row) throws SQLException, IOException {
    String id = row.getString(1);
    String name = row.getString(2);
    String vectors = vectorSegments.get(id);
    String metadata = metadataSegments.get(id);
    if (metadata == null) {
      throw new IOException(
          ("collection '%s': no METADATA segment, expected one. The database is damaged; restore it"
                  + " from a backup")
              .formatted(name));
    }
    return new ChromaCollection(
        id,
        orElse(row.getString(6), DEFAULT_TENANT),
        orElse(row.getString(7), DEFAULT_DATABASE),
        name,
        dimension(row.getInt(3), vectors),
        space(name, row.getString(4), row.getString(5), id, vectors),
        vectors,
        metadata,
        records.getOrDefault(metadata, Records.NONE),
        logs.getOrDefault(id, Log.NONE),
        vectors == null ? -1 : maxSeqIds.getOrDefault(vectors, -1L),
        maxSeqIds.getOrDefault(metadata, -1L),
        segmentsWithUris.contains(metadata));
  }

  private static String orElse(@Nullable String value, String otherwise) {
    return value == null ? otherwise : value;
  }

  private int dimension(int declared, @Nullable String vectors) throws IOException {
    if (declared > 0 || vectors == null) {
      return declared;
    }
    HnswFiles files = indexes.segment(vectors);
    return files.hasHeader() ? HnswHeader.read(files.header()).dimension() : 0;
  }

  private DistanceSpace space(
      String name,
      @Nullable String schema,
      @Nullable String configuration,
      String id,
      @Nullable String vectors)
      throws IOException {
    String ofSegment = vectors == null ? null : spaces.get(vectors);
    try {
      return DistanceSpace.of(
          schema, configuration, ofSegment == null ? spaces.get(id) : ofSegment);
    } catch (IOException e) {
      throw new IOException("collection '" + name + "': " + e.getMessage(), e);
    }
  }
}
