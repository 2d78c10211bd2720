package dev.vectormigrate.pgvector;

import dev.vectormigrate.model.Bytes;
import dev.vectormigrate.model.Vector;
import dev.vectormigrate.spi.EmbeddingCache;
import dev.vectormigrate.spi.TransientException;
import dev.vectormigrate.spi.UnknownOutcomeException;
import java.nio.ByteBuffer;
import java.sql.Connection;
import java.sql.PreparedStatement;
import java.sql.SQLException;
import java.util.HashMap;
import java.util.List;
import java.util.Map;

/**
 * Vectors by the hashes of their texts, in the control schema: single precision floats, big-endian.
 * Uses the session's connection, one call at a time: a pool need not have one for it. Thread-safe.
 */
final class PgEmbeddingCache implements EmbeddingCache {

  private static final String NO_SUCH_TABLE = "42P01";

  private final PgVectorSession session;
  private final String model;
  private final int dimension;

  PgEmbeddingCache(PgVectorSession session, String model, int dimension) {
    this.session = session;
    this.model = model;
    this.dimension = dimension;
  }

  @Override
  public Map<Bytes, Vector> find(List<Bytes> hashes) throws Exception {
    try {
      return inTransaction(connection -> find(connection, hashes));
    } catch (SQLException e) {
      if (SqlErrors.hasState(e, NO_SUCH_TABLE)) {
        return Map.of(); // nothing was migrated yet: a dry run makes no schema
      }
      throw e;
    }
  }

  private Map<Bytes, Vector> find(Connection connection, List<Bytes> hashes) throws SQLException {
    Map<Bytes, Vector> found = new HashMap<>();
    Sql.list(
        connection,
        """
        SELECT text_hash, vector FROM vector_migrate.embedding
        WHERE model = ? AND dimension = ? AND text_hash = ANY (?)""",
        row -> found.put(Bytes.wrap(row.getBytes(1)), vector(row.getBytes(2))),
        model,
        dimension,
        hashes.stream().map(Bytes::toArray).toArray(byte[][]::new));
    return found;
  }

  private Vector vector(byte[] stored) {
    if (stored.length != dimension * Float.BYTES) {
      throw new IllegalStateException(
          "kept vector of model %s: %,d bytes, expected %,d. Delete the model's rows of vector_migrate.embedding."
              .formatted(model, stored.length, dimension * Float.BYTES));
    }
    float[] components = new float[dimension];
    ByteBuffer.wrap(stored).asFloatBuffer().get(components);
    return Vector.wrap(components);
  }

  @Override
  public void store(Map<Bytes, Vector> vectors) throws Exception {
    inTransaction(
        connection -> {
          ControlSchema.create(connection); // a run may ask a model before it begins
          return store(connection, vectors);
        });
  }

  private boolean store(Connection connection, Map<Bytes, Vector> vectors) throws SQLException {
    try (PreparedStatement insert =
        connection.prepareStatement(
            "INSERT INTO vector_migrate.embedding VALUES (?, ?, ?, ?) ON CONFLICT DO NOTHING")) {
      for (Map.Entry<Bytes, Vector> entry : vectors.entrySet()) {
        insert.setString(1, model);
        insert.setInt(2, dimension);
        insert.setBytes(3, entry.getKey().toArray());
        insert.setBytes(4, bytes(entry.getValue()));
        insert.addBatch();
      }
      insert.executeBatch();
    }
    return true;
  }

  private static byte[] bytes(Vector vector) {
    ByteBuffer buffer = ByteBuffer.allocate(vector.dimension() * Float.BYTES);
    vector.putInto(buffer);
    return buffer.array();
  }

  /** What is stored may as well be stored again, so a lost answer is a reason for another try. */
  private <T> T inTransaction(Transactions.Work<T> work) throws Exception {
    try {
      return session.aside(work);
    } catch (UnknownOutcomeException e) {
      throw new TransientException("The connection was lost during COMMIT.", e);
    }
  }

  @Override
  public void close() {
    // Holds nothing open between two calls.
  }
}
