package dev.vectormigrate.examples.quickstart;

import java.io.PrintStream;
import java.sql.Connection;
import java.sql.PreparedStatement;
import java.sql.ResultSet;
import java.sql.SQLException;
import java.util.Locale;
import javax.sql.DataSource;

/** Asks PostgreSQL what Chroma was asked before; plain SQL. */
enum Search {
  COSINE(
      """
      SELECT id, content,
             embedding <=> (SELECT embedding FROM cosine_small WHERE id = ?) AS distance
        FROM cosine_small
       ORDER BY distance
       LIMIT 5
      """),
  EUCLIDEAN(
      """
      SELECT id, content,
             embedding <-> (SELECT embedding
                              FROM default_tenant_default_database_l2_default
                             WHERE id = ?) AS distance
        FROM default_tenant_default_database_l2_default
       ORDER BY distance
       LIMIT 5
      """);

  private final String sql;

  Search(String sql) {
    this.sql = sql;
  }

  /** Prints the rows that are most similar to one of them. */
  void print(DataSource dataSource, String id, PrintStream out) throws SQLException {
    try (Connection connection = dataSource.getConnection();
        PreparedStatement select = connection.prepareStatement(sql)) {
      select.setString(1, id);
      try (ResultSet rows = select.executeQuery()) {
        while (rows.next()) {
          print(rows, out);
        }
      }
    }
  }

  private static void print(ResultSet row, PrintStream out) throws SQLException {
    out.printf(
        Locale.ROOT,
        "  %-8s  distance %.6f  content: %s%n",
        row.getString("id"),
        row.getDouble("distance"),
        row.getString("content"));
  }
}
