package dev.vectormigrate.pgvector;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import dev.vectormigrate.pgvector.testing.LocalPostgres;
import java.sql.Connection;
import java.sql.SQLException;
import java.time.Duration;
import java.util.List;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.Timeout;
import org.postgresql.PGConnection;

class TransactionsIT {

  private static final String SETTINGS =
      """
      SELECT name || '=' || setting FROM pg_settings
      WHERE name NOT LIKE 'transaction%' ORDER BY name""";

  private LocalPostgres.Database database;
  private Connection connection;

  @BeforeEach
  void open() throws SQLException {
    database = LocalPostgres.shared().createDatabase("transactions");
    connection = database.connect();
    Sql.execute(connection, "CREATE TABLE t (i integer)");
  }

  @AfterEach
  void close() throws SQLException {
    connection.close();
    database.close();
  }

  private static boolean insert(Connection connection) throws SQLException {
    Sql.execute(connection, "INSERT INTO t VALUES (1)");
    return true;
  }

  private long rows() throws SQLException {
    try (Connection other = database.connect()) {
      return Sql.first(other, "SELECT count(*) FROM t", row -> row.getLong(1)).orElseThrow();
    }
  }

  private List<String> settings() throws SQLException {
    return Sql.list(connection, SETTINGS, row -> row.getString(1));
  }

  @Test
  void commits_and_leaves_the_connection_as_it_was() throws Exception {
    List<String> before = settings();

    boolean result = Transactions.run(connection, Duration.ofSeconds(7), TransactionsIT::insert);

    assertThat(result).isTrue();
    assertThat(rows()).isEqualTo(1);
    assertThat(connection.getAutoCommit()).isTrue();
    assertThat(settings()).isEqualTo(before);
  }

  @Test
  void an_exception_rolls_back() throws Exception {
    assertThatThrownBy(
            () ->
                Transactions.run(
                    connection,
                    Duration.ZERO,
                    c -> {
                      insert(c);
                      throw new IllegalStateException("no");
                    }))
        .isInstanceOf(IllegalStateException.class)
        .hasMessage("no");

    assertThat(rows()).isZero();
    assertThat(connection.getAutoCommit()).isTrue();
  }

  @Test
  void an_error_ends_the_connection_and_nothing_of_it_stays() throws Exception {
    AssertionError error = new AssertionError("broken");

    assertThatThrownBy(
            () ->
                Transactions.run(
                    connection,
                    Duration.ZERO,
                    c -> {
                      insert(c);
                      throw error;
                    }))
        .isSameAs(error);

    assertThat(connection.isClosed()).isTrue();
    assertThat(rows()).isZero();
  }

  @Test
  @Timeout(60)
  void an_error_inside_a_copy_does_not_wait_for_its_end() throws Exception {
    OutOfMemoryError error = new OutOfMemoryError("none left");

    assertThatThrownBy(
            () ->
                Transactions.run(
                    connection,
                    Duration.ZERO,
                    c -> {
                      c.unwrap(PGConnection.class).getCopyAPI().copyIn("COPY t FROM STDIN");
                      throw error;
                    }))
        .isSameAs(error);

    assertThat(connection.isClosed()).isTrue();
    assertThat(rows()).isZero();
  }

  @Test
  void the_wait_for_a_lock_is_bounded_as_wished() throws Exception {
    for (String[] wait :
        new String[][] {
          {"PT0S", "0"}, {"PT0.000001S", "1ms"}, {"PT1.5S", "1500ms"}, {"PT10000H", "2147483647ms"}
        }) {
      String shown =
          Transactions.run(
              connection,
              Duration.parse(wait[0]),
              c -> Sql.first(c, "SHOW lock_timeout", row -> row.getString(1)).orElseThrow());

      assertThat(shown).isEqualTo(wait[1]);
    }
  }
}
