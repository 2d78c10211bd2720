package dev.vectormigrate.pgvector.testing;

import java.sql.Connection;
import java.sql.ResultSet;
import java.sql.SQLException;
import java.sql.Statement;
import java.util.Map;

/**
 * The main class of a JVM that starts a cluster, tells of it in one line, and waits for its end.
 */
final class ClusterUntilKilled {

  private ClusterUntilKilled() {}

  public static void main(String[] arguments) throws Exception {
    LocalPostgres postgres = LocalPostgres.start(installedOnly());
    LocalPostgres.Database database = postgres.createDatabase("killed");
    System.out.println("cluster " + postmasterPid(database) + " " + dataFolder(database));
    System.in.read();
  }

  static ServerFinder installedOnly() {
    return new ServerFinder(
        Map.of(), () -> false, () -> InstalledPostgres.onThisMachine(System.getenv()));
  }

  private static String postmasterPid(LocalPostgres.Database database) throws SQLException {
    return ask(database, "SELECT split_part(pg_read_file('postmaster.pid'), E'\\n', 1)");
  }

  private static String dataFolder(LocalPostgres.Database database) throws SQLException {
    return ask(database, "SHOW data_directory");
  }

  private static String ask(LocalPostgres.Database database, String question) throws SQLException {
    try (Connection connection = database.connect();
        Statement statement = connection.createStatement();
        ResultSet answer = statement.executeQuery(question)) {
      answer.next();
      return answer.getString(1);
    }
  }
}
