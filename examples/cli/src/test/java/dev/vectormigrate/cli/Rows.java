package dev.vectormigrate.cli;

import dev.vectormigrate.pgvector.testing.LocalPostgres;
import java.sql.Connection;
import java.sql.ResultSet;
import java.sql.SQLException;
import java.sql.Statement;
import java.util.ArrayList;
import java.util.List;
import org.jspecify.annotations.Nullable;

/** What is in a database after a command. */
record Rows(LocalPostgres.Database database) {

  /** The first column of a query's result. */
  List<@Nullable String> of(String sql) throws SQLException {
    List<@Nullable String> values = new ArrayList<>();
    try (Connection connection = database.connect();
        Statement statement = connection.createStatement();
        ResultSet result = statement.executeQuery(sql)) {
      while (result.next()) {
        values.add(result.getString(1));
      }
    }
    return values;
  }

  /** The type of {@code TABLE.COLUMN}, with its size. */
  @Nullable String type(String column) throws SQLException {
    return ofColumn(column, "format_type(atttypid, atttypmod)");
  }

  /** The comment on {@code TABLE.COLUMN}. */
  @Nullable String comment(String column) throws SQLException {
    return ofColumn(column, "col_description(attrelid, attnum)");
  }

  private @Nullable String ofColumn(String column, String expression) throws SQLException {
    String[] names = column.split("\\.");
    return of("SELECT %s FROM pg_attribute WHERE attrelid = '%s'::regclass AND attname = '%s'"
            .formatted(expression, names[0], names[1]))
        .get(0);
  }

  /** Every index of the public schema that is for vectors, from its method on. */
  List<@Nullable String> vectorIndexes() throws SQLException {
    return of(
        """
        SELECT substring(indexdef FROM 'USING .*') FROM pg_indexes
        WHERE schemaname = 'public' AND indexdef ~ 'USING (hnsw|ivfflat)' ORDER BY 1""");
  }

  /** The tables of the public schema. */
  List<@Nullable String> tables() throws SQLException {
    return of("SELECT tablename FROM pg_tables WHERE schemaname = 'public' ORDER BY 1");
  }
}
