package dev.vectormigrate.sources.chroma;

import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.security.MessageDigest;
import java.sql.Connection;
import java.sql.DriverManager;
import java.sql.PreparedStatement;
import java.sql.ResultSet;
import java.sql.SQLException;
import java.util.HexFormat;
import java.util.List;
import java.util.Map;
import java.util.TreeMap;
import java.util.stream.Stream;

/** Turns an unpacked fixture into another directory that is found in the field. */
record Edits(Path directory) {

  Edits sql(String sql, Object... parameters) throws SQLException {
    try (Connection connection = connect();
        PreparedStatement statement = connection.prepareStatement(sql)) {
      for (int i = 0; i < parameters.length; i++) {
        statement.setObject(i + 1, parameters[i]);
      }
      statement.execute();
    }
    return this;
  }

  Connection connect() throws SQLException {
    return DriverManager.getConnection("jdbc:sqlite:" + directory.resolve("chroma.sqlite3"));
  }

  String text(String sql, Object... parameters) throws SQLException {
    try (Connection connection = connect();
        PreparedStatement statement = connection.prepareStatement(sql)) {
      for (int i = 0; i < parameters.length; i++) {
        statement.setObject(i + 1, parameters[i]);
      }
      try (ResultSet rows = statement.executeQuery()) {
        return rows.next() ? rows.getString(1) : null;
      }
    }
  }

  long number(String sql, Object... parameters) throws SQLException {
    return Long.parseLong(text(sql, parameters));
  }

  String collection(String name) throws SQLException {
    return text("SELECT id FROM collections WHERE name = ? ORDER BY rowid", name);
  }

  String segment(String collection, String scope) throws SQLException {
    return text(
        "SELECT id FROM segments WHERE scope = ? AND collection = ?",
        scope,
        collection(collection));
  }

  Path indexFile(String collection, String name) throws SQLException {
    return directory.resolve(segment(collection, "VECTOR")).resolve(name);
  }

  String topic(String collection) throws SQLException {
    return "persistent://default/default/" + collection(collection);
  }

  /** Appends to the write-ahead log and returns the entry's number. */
  long log(String collection, int operation, String id, float[] vector, String metadata)
      throws SQLException {
    sql(
        "INSERT INTO embeddings_queue (operation, topic, id, vector, encoding, metadata)"
            + " VALUES (?, ?, ?, ?, ?, ?)",
        operation,
        topic(collection),
        id,
        vector == null ? null : bytes(vector),
        vector == null ? null : "FLOAT32",
        metadata);
    return number("SELECT max(seq_id) FROM embeddings_queue");
  }

  private static byte[] bytes(float[] vector) {
    java.nio.ByteBuffer bytes =
        java.nio.ByteBuffer.allocate(4 * vector.length).order(java.nio.ByteOrder.LITTLE_ENDIAN);
    bytes.asFloatBuffer().put(vector);
    return bytes.array();
  }

  /** Adds a record as Chroma 1.x does, to the log and to the metadata tables. */
  Edits add(String collection, String id, float[] vector, String document) throws SQLException {
    long seq = log(collection, 0, id, vector, "{\"chroma:document\":\"" + document + "\"}");
    String segment = segment(collection, "METADATA");
    sql(
        "INSERT INTO embeddings (segment_id, embedding_id, seq_id) VALUES (?, ?, ?)",
        segment,
        id,
        seq);
    sql(
        "INSERT INTO embedding_metadata (id, key, string_value)"
            + " SELECT max(id), 'chroma:document', ? FROM embeddings",
        document);
    return sql("UPDATE max_seq_id SET seq_id = ? WHERE segment_id = ?", seq, segment);
  }

  Edits truncate(Path file, long size) throws IOException {
    byte[] bytes = Files.readAllBytes(file);
    Files.write(file, java.util.Arrays.copyOf(bytes, (int) size));
    return this;
  }

  Path copyTo(Path target) throws IOException {
    try (Stream<Path> walk = Files.walk(directory)) {
      for (Path path : walk.toList()) {
        Files.copy(path, target.resolve(directory.relativize(path).toString()));
      }
    }
    return target;
  }

  /** Every file with a digest of its bytes. */
  Map<String, String> state() throws Exception {
    Map<String, String> state = new TreeMap<>();
    try (Stream<Path> walk = Files.walk(directory)) {
      for (Path path : walk.toList()) {
        state.put(directory.relativize(path).toString(), digest(path));
      }
    }
    return state;
  }

  private static String digest(Path path) throws Exception {
    return Files.isDirectory(path)
        ? "directory"
        : HexFormat.of()
            .formatHex(MessageDigest.getInstance("SHA-256").digest(Files.readAllBytes(path)));
  }

  static List<Path> children(Path directory) throws IOException {
    try (Stream<Path> list = Files.list(directory)) {
      return list.toList();
    }
  }
}
