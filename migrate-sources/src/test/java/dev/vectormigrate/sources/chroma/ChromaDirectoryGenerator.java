package dev.vectormigrate.sources.chroma;

import java.io.BufferedOutputStream;
import java.io.DataOutputStream;
import java.io.IOException;
import java.io.OutputStream;
import java.nio.ByteBuffer;
import java.nio.ByteOrder;
import java.nio.charset.StandardCharsets;
import java.nio.file.Files;
import java.nio.file.Path;
import java.sql.Connection;
import java.sql.DriverManager;
import java.sql.PreparedStatement;
import java.sql.SQLException;
import java.sql.Statement;
import java.util.SplittableRandom;

/**
 * Writes large directories as Chroma 1.x does, for measurements: one collection {@code documents}
 * in the cosine space, texts of 500 characters, five metadata keys, all but the last few hundred
 * records flushed to the vector index. The same arguments give the same directory.
 */
public final class ChromaDirectoryGenerator {

  /** Name of the collection. */
  public static final String COLLECTION = "documents";

  private static final String COLLECTION_ID = "6f1c7a52-0d0b-4c63-9f5e-1d1a6f0c2b01";
  private static final String VECTOR_SEGMENT = "6f1c7a52-0d0b-4c63-9f5e-1d1a6f0c2b02";
  private static final String METADATA_SEGMENT = "6f1c7a52-0d0b-4c63-9f5e-1d1a6f0c2b03";
  private static final String TOPIC = "persistent://default/default/" + COLLECTION_ID;
  private static final int LINKS = 32;
  private static final int VECTOR_OFFSET = 4 + 4 * LINKS;
  private static final int BATCH = 10_000;
  private static final int MOST_QUEUED = 500;
  private static final int TEXT_CHARACTERS = 500;
  private static final String[] LANGUAGES = {"de", "en", "es", "fr", "ja"};

  private static final String[] SCHEMA = {
    "CREATE TABLE tenants (id TEXT PRIMARY KEY, UNIQUE (id))",
    "CREATE TABLE databases (id TEXT PRIMARY KEY, name TEXT NOT NULL, tenant_id TEXT NOT NULL"
        + " REFERENCES tenants(id) ON DELETE CASCADE, UNIQUE (tenant_id, name))",
    "CREATE TABLE collections (id TEXT PRIMARY KEY, name TEXT NOT NULL, dimension INTEGER,"
        + " database_id TEXT NOT NULL REFERENCES databases(id) ON DELETE CASCADE,"
        + " config_json_str TEXT, schema_str TEXT, UNIQUE (name, database_id))",
    "CREATE TABLE collection_metadata (collection_id TEXT REFERENCES collections(id) ON DELETE"
        + " CASCADE, key TEXT NOT NULL, str_value TEXT, int_value INTEGER, float_value REAL,"
        + " bool_value INTEGER, PRIMARY KEY (collection_id, key))",
    "CREATE TABLE segments (id TEXT PRIMARY KEY, type TEXT NOT NULL, scope TEXT NOT NULL,"
        + " collection TEXT REFERENCES collection(id) NOT NULL)",
    "CREATE TABLE segment_metadata (segment_id TEXT REFERENCES segments(id) ON DELETE CASCADE,"
        + " key TEXT NOT NULL, str_value TEXT, int_value INTEGER, float_value REAL,"
        + " bool_value INTEGER, PRIMARY KEY (segment_id, key))",
    "CREATE TABLE embeddings (id INTEGER PRIMARY KEY, segment_id TEXT NOT NULL, embedding_id TEXT"
        + " NOT NULL, seq_id BLOB NOT NULL, created_at TIMESTAMP NOT NULL DEFAULT"
        + " CURRENT_TIMESTAMP, UNIQUE (segment_id, embedding_id))",
    "CREATE TABLE embedding_metadata (id INTEGER REFERENCES embeddings(id), key TEXT NOT NULL,"
        + " string_value TEXT, int_value INTEGER, float_value REAL, bool_value INTEGER,"
        + " PRIMARY KEY (id, key))",
    "CREATE TABLE embedding_metadata_array (id INTEGER NOT NULL REFERENCES embeddings(id), key"
        + " TEXT NOT NULL, string_value TEXT, int_value INTEGER, float_value REAL,"
        + " bool_value INTEGER)",
    "CREATE INDEX embedding_metadata_array_id_key ON embedding_metadata_array (id, key)",
    "CREATE TABLE max_seq_id (segment_id TEXT PRIMARY KEY, seq_id INTEGER)",
    "CREATE TABLE embeddings_queue (seq_id INTEGER PRIMARY KEY, created_at TIMESTAMP NOT NULL"
        + " DEFAULT CURRENT_TIMESTAMP, operation INTEGER NOT NULL, topic TEXT NOT NULL, id TEXT"
        + " NOT NULL, vector BLOB, encoding TEXT, metadata TEXT)",
    "CREATE TABLE embeddings_queue_config (id INTEGER PRIMARY KEY, config_json_str TEXT)",
    "CREATE TABLE maintenance_log (id INT PRIMARY KEY, timestamp INT NOT NULL, operation TEXT NOT"
        + " NULL)",
    "CREATE VIRTUAL TABLE embedding_fulltext_search USING fts5(string_value, tokenize='trigram')",
    "INSERT INTO tenants VALUES ('default_tenant')",
    "INSERT INTO databases VALUES ('00000000-0000-0000-0000-000000000000', 'default_database',"
        + " 'default_tenant')",
    "INSERT INTO embeddings_queue_config VALUES (1, '{\"automatically_purge\":true,"
        + "\"_type\":\"EmbeddingsQueueConfigurationInternal\"}')",
    "INSERT INTO segments VALUES ('"
        + VECTOR_SEGMENT
        + "', 'urn:chroma:segment/vector/hnsw-local-persisted', 'VECTOR', '"
        + COLLECTION_ID
        + "')",
    "INSERT INTO segments VALUES ('"
        + METADATA_SEGMENT
        + "', 'urn:chroma:segment/metadata/sqlite', 'METADATA', '"
        + COLLECTION_ID
        + "')",
  };

  private static final String[] INDEXES = {
    "CREATE INDEX embedding_metadata_int_value ON embedding_metadata (key, int_value)"
        + " WHERE int_value IS NOT NULL",
    "CREATE INDEX embedding_metadata_float_value ON embedding_metadata (key, float_value)"
        + " WHERE float_value IS NOT NULL",
  };

  private final Path directory;
  private final int records;
  private final int dimension;
  private final int flushed;
  private final String prose;

  private ChromaDirectoryGenerator(Path directory, int records, int dimension) {
    this.directory = directory;
    this.records = records;
    this.dimension = dimension;
    this.flushed = records - Math.min(MOST_QUEUED, records / 2);
    this.prose = prose();
  }

  /** Writes a directory: its path, the number of records, their dimension. */
  public static void main(String[] arguments) throws Exception {
    write(Path.of(arguments[0]), Integer.parseInt(arguments[1]), Integer.parseInt(arguments[2]));
  }

  /** Writes a directory, which must not exist yet or be empty. */
  public static void write(Path directory, int records, int dimension)
      throws IOException, SQLException {
    ChromaDirectoryGenerator generator =
        new ChromaDirectoryGenerator(directory, records, dimension);
    Files.createDirectories(directory.resolve(VECTOR_SEGMENT));
    generator.writeDatabase();
    generator.writeElements();
    generator.writeHeader();
    generator.writePickle();
  }

  /** The id of a record by its number from 0. */
  public static String id(int record) {
    return "doc-%08d".formatted(record);
  }

  /** The vector that was sent for a record; the index has a rounded one. */
  public static float[] vector(int record, int dimension) {
    float[] vector = new float[dimension];
    long state = (record + 1L) * 0x9E3779B97F4A7C15L;
    for (int i = 0; i < dimension; i++) {
      state ^= state << 13;
      state ^= state >>> 7;
      state ^= state << 17;
      vector[i] = (state >> 40) * 0x1p-23f;
    }
    return vector;
  }

  private static String prose() {
    SplittableRandom random = new SplittableRandom(42);
    StringBuilder prose = new StringBuilder();
    while (prose.length() < 100_000) {
      for (int letters = random.nextInt(2, 10); letters > 0; letters--) {
        prose.append((char) ('a' + random.nextInt(26)));
      }
      prose.append(random.nextInt(12) == 0 ? ". " : " ");
    }
    return prose.toString();
  }

  private String text(int record) {
    int start = (int) (record * 7_919L % (prose.length() - TEXT_CHARACTERS));
    return prose.substring(start, start + TEXT_CHARACTERS);
  }

  private void writeDatabase() throws SQLException {
    String url = "jdbc:sqlite:" + directory.resolve("chroma.sqlite3");
    try (Connection connection = DriverManager.getConnection(url);
        Statement statement = connection.createStatement()) {
      statement.execute("PRAGMA journal_mode = OFF");
      statement.execute("PRAGMA synchronous = OFF");
      connection.setAutoCommit(false);
      for (String sql : SCHEMA) {
        statement.execute(sql);
      }
      insertCollection(connection);
      insertRecords(connection);
      insertQueue(connection);
      for (String sql : INDEXES) {
        statement.execute(sql);
      }
      connection.commit();
    }
  }

  private void insertCollection(Connection connection) throws SQLException {
    String config =
        "{\"hnsw\":{\"space\":\"cosine\",\"ef_construction\":100,\"ef_search\":100,"
            + "\"num_threads\":2,\"max_neighbors\":16,\"resize_factor\":1.2,"
            + "\"sync_threshold\":1000,\"batch_size\":100}}";
    try (PreparedStatement collection =
            connection.prepareStatement(
                "INSERT INTO collections VALUES (?, ?, ?,"
                    + " '00000000-0000-0000-0000-000000000000', ?, NULL)");
        PreparedStatement seq =
            connection.prepareStatement("INSERT INTO max_seq_id VALUES (?, ?)")) {
      collection.setString(1, COLLECTION_ID);
      collection.setString(2, COLLECTION);
      collection.setInt(3, dimension);
      collection.setString(4, "{\"vector_index\":" + config + "}");
      collection.execute();
      seq.setString(1, VECTOR_SEGMENT);
      seq.setLong(2, flushed);
      seq.execute();
      seq.setString(1, METADATA_SEGMENT);
      seq.setLong(2, records);
      seq.execute();
    }
  }

  private void insertRecords(Connection connection) throws SQLException {
    try (PreparedStatement record =
            connection.prepareStatement(
                "INSERT INTO embeddings (id, segment_id, embedding_id, seq_id)"
                    + " VALUES (?, '"
                    + METADATA_SEGMENT
                    + "', ?, ?)");
        PreparedStatement metadata =
            connection.prepareStatement("INSERT INTO embedding_metadata VALUES (?,?,?,?,?,?)")) {
      for (int i = 0; i < records; i++) {
        record.setLong(1, i + 1);
        record.setString(2, id(i));
        record.setLong(3, i + 1);
        record.addBatch();
        addMetadata(metadata, i);
        if (i % BATCH == BATCH - 1 || i == records - 1) {
          record.executeBatch();
          metadata.executeBatch();
        }
      }
    }
  }

  private void addMetadata(PreparedStatement metadata, int record) throws SQLException {
    add(metadata, record, "chroma:document", 3, text(record));
    add(metadata, record, "source", 3, "https://example.org/articles/" + record / 10);
    add(metadata, record, "language", 3, LANGUAGES[record % LANGUAGES.length]);
    add(metadata, record, "page", 4, (long) (record % 10));
    add(metadata, record, "score", 5, record % 1_000 / 8.0);
    add(metadata, record, "reviewed", 6, (long) (record % 2));
  }

  private static void add(
      PreparedStatement metadata, int record, String key, int column, Object value)
      throws SQLException {
    metadata.setLong(1, record + 1);
    metadata.setString(2, key);
    for (int i = 3; i <= 6; i++) {
      metadata.setObject(i, i == column ? value : null);
    }
    metadata.addBatch();
  }

  /** Chroma keeps the last flushed entry and everything after it. */
  private void insertQueue(Connection connection) throws SQLException {
    try (PreparedStatement entry =
        connection.prepareStatement(
            "INSERT INTO embeddings_queue (seq_id, operation, topic, id, vector, encoding,"
                + " metadata) VALUES (?, 0, ?, ?, ?, 'FLOAT32', ?)")) {
      for (int i = Math.max(0, flushed - 1); i < records; i++) {
        ByteBuffer bytes =
            ByteBuffer.allocate(Float.BYTES * dimension).order(ByteOrder.LITTLE_ENDIAN);
        bytes.asFloatBuffer().put(vector(i, dimension));
        entry.setLong(1, i + 1);
        entry.setString(2, TOPIC);
        entry.setString(3, id(i));
        entry.setBytes(4, bytes.array());
        entry.setString(5, json(i));
        entry.addBatch();
      }
      entry.executeBatch();
    }
  }

  private String json(int record) {
    return """
        {"chroma:document":"%s","source":"https://example.org/articles/%d","language":"%s",\
        "page":%d,"score":%s,"reviewed":%b}"""
        .formatted(
            text(record),
            record / 10,
            LANGUAGES[record % LANGUAGES.length],
            record % 10,
            record % 1_000 / 8.0,
            record % 2 == 1);
  }

  /** Several threads insert, so that neighbouring records change places. */
  private int recordAt(int element) {
    int partner = element ^ 5;
    return partner < flushed && element < flushed ? partner : element;
  }

  private void writeElements() throws IOException {
    ByteBuffer element =
        ByteBuffer.allocate(VECTOR_OFFSET + Float.BYTES * dimension + Long.BYTES)
            .order(ByteOrder.LITTLE_ENDIAN);
    ByteBuffer length = ByteBuffer.allocate(Float.BYTES).order(ByteOrder.LITTLE_ENDIAN);
    try (OutputStream elements = open("data_level0.bin");
        OutputStream lengths = open("length.bin");
        OutputStream links = open("link_lists.bin")) {
      for (int i = 0; i < flushed; i++) {
        int record = recordAt(i);
        float[] vector = vector(record, dimension);
        float norm = normalize(vector);
        element.position(VECTOR_OFFSET);
        element.asFloatBuffer().put(vector);
        element.putLong(element.capacity() - Long.BYTES, record + 1);
        elements.write(element.array());
        lengths.write(length.putFloat(0, norm).array());
        links.write(new byte[Integer.BYTES]);
      }
    }
  }

  private static float normalize(float[] vector) {
    float sum = 0;
    for (float component : vector) {
      sum += component * component;
    }
    float norm = (float) Math.sqrt(sum);
    for (int i = 0; i < vector.length; i++) {
      vector[i] *= 1 / norm;
    }
    return norm;
  }

  private void writeHeader() throws IOException {
    long capacity = Math.max(128, Long.highestOneBit(Math.max(1, flushed)) * 2);
    long labelOffset = VECTOR_OFFSET + (long) Float.BYTES * dimension;
    ByteBuffer header = ByteBuffer.allocate(100).order(ByteOrder.LITTLE_ENDIAN);
    header.putInt(1).putLong(0).putLong(capacity).putLong(flushed);
    header.putLong(labelOffset + Long.BYTES).putLong(labelOffset).putLong(VECTOR_OFFSET);
    header.putInt(0).putInt(0).putLong(LINKS / 2).putLong(LINKS).putLong(LINKS / 2);
    header.putDouble(1 / Math.log(LINKS / 2.0)).putLong(100);
    Files.write(file("header.bin"), header.array());
  }

  /** Protocol 3, as Rust writes it: entries in the order of a hash map. */
  private void writePickle() throws IOException {
    try (DataOutputStream out = new DataOutputStream(open("index_metadata.pickle"))) {
      out.write(new byte[] {(byte) 0x80, 3, '}', '('});
      writeText(out, "dimensionality");
      out.write('N');
      writeText(out, "total_elements_added");
      writeNumber(out, flushed);
      writeText(out, "max_seq_id");
      out.write('N');
      writeText(out, "id_to_label");
      out.write(new byte[] {'}', '('});
      for (int i = 0; i < flushed; i++) {
        writeText(out, id(shuffled(i)));
        writeNumber(out, shuffled(i) + 1);
      }
      out.write('u');
      writeText(out, "label_to_id");
      out.write(new byte[] {'}', '('});
      for (int i = 0; i < flushed; i++) {
        writeNumber(out, shuffled(i) + 1);
        writeText(out, id(shuffled(i)));
      }
      out.write('u');
      writeText(out, "id_to_seq_id");
      out.write(new byte[] {'}', 'u', '.'});
    }
  }

  /** A permutation, because the stride is a prime larger than any count. */
  private int shuffled(int i) {
    return (int) (i * 2_147_483_647L % flushed);
  }

  private static void writeText(DataOutputStream out, String text) throws IOException {
    byte[] utf8 = text.getBytes(StandardCharsets.UTF_8);
    out.write('X');
    out.writeInt(Integer.reverseBytes(utf8.length));
    out.write(utf8);
  }

  private static void writeNumber(DataOutputStream out, int number) throws IOException {
    out.write('J');
    out.writeInt(Integer.reverseBytes(number));
  }

  private Path file(String name) {
    return directory.resolve(VECTOR_SEGMENT).resolve(name);
  }

  private OutputStream open(String name) throws IOException {
    return new BufferedOutputStream(Files.newOutputStream(file(name)), 1 << 20);
  }
}
