package dev.vectormigrate.pgvector.testing;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;
import static org.assertj.core.api.Assumptions.assumeThat;

import java.io.BufferedReader;
import java.io.IOException;
import java.net.InetAddress;
import java.net.ServerSocket;
import java.nio.charset.StandardCharsets;
import java.nio.file.FileSystems;
import java.nio.file.Files;
import java.nio.file.Path;
import java.nio.file.StandardWatchEventKinds;
import java.nio.file.WatchService;
import java.sql.Connection;
import java.sql.ResultSet;
import java.sql.SQLException;
import java.sql.Statement;
import java.time.Duration;
import java.util.Iterator;
import java.util.List;
import java.util.Map;
import java.util.concurrent.TimeUnit;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.Timeout;
import org.junit.jupiter.api.io.TempDir;

class LocalPostgresTest {

  private static final Duration END_OF_CLUSTER = Duration.ofSeconds(60);

  @Test
  void database_has_the_vector_extension_and_its_half_precision_type() throws SQLException {
    try (LocalPostgres.Database database = LocalPostgres.shared().createDatabase("half")) {
      assertThat(ask(database, "SELECT ('[1,2]'::vector <-> '[1,5]')::text")).isEqualTo("3");
      assertThat(ask(database, "SELECT '[1,0.5]'::halfvec(2)::text")).isEqualTo("[1,0.5]");
    }
  }

  @Test
  void database_without_the_extension_does_not_have_it() throws SQLException {
    try (LocalPostgres.Database database =
        LocalPostgres.shared().createDatabaseWithoutExtension("bare")) {
      assertThat(ask(database, "SELECT count(*) FROM pg_extension WHERE extname = 'vector'"))
          .isEqualTo("0");
    }
  }

  @Test
  void databases_do_not_see_each_other() throws SQLException {
    try (LocalPostgres.Database one = LocalPostgres.shared().createDatabase("same");
        LocalPostgres.Database other = LocalPostgres.shared().createDatabase("same")) {
      execute(one, "CREATE TABLE items (id int)");

      assertThat(one.jdbcUrl()).isNotEqualTo(other.jdbcUrl());
      assertThat(ask(other, "SELECT to_regclass('items')::text")).isNull();
    }
  }

  @Test
  void close_drops_the_database_though_somebody_is_connected() throws SQLException {
    LocalPostgres.Database database = LocalPostgres.shared().createDatabase("Dropped on close");
    String name = ask(database, "SELECT current_database()");
    try (Connection connection = database.connect()) {
      database.close();
      database.close();

      assertThat(connection.isValid(5)).isFalse();
      assertThatThrownBy(database::connect).hasMessageContaining(name);
    }
    assertThat(name).matches("vm_dropped_on_close_[0-9a-f]{10}");
  }

  @Test
  void password_is_in_no_text_form() {
    try (LocalPostgres.Database database = LocalPostgres.shared().createDatabase("secret")) {
      assertThat(database.toString() + database.jdbcUrl() + LocalPostgres.shared())
          .doesNotContain("password");
      assertThat(database).hasToString("Database[" + database.jdbcUrl() + "]");
    }
  }

  @Test
  void description_names_the_versions_and_where_the_server_is_from() {
    assertThat(LocalPostgres.shared().description())
        .matches("PostgreSQL [0-9.]+ with pgvector [0-9.]+, .+");
  }

  @Test
  void url_of_the_environment_is_used_first_and_loses_its_credentials() {
    PostgresServer server =
        given("jdbc:postgresql://h:9/d?user=u%21&password=a%26b&sslmode=require");

    assertThat(server.username()).isEqualTo("u!");
    assertThat(server.password()).isEqualTo("a&b");
    assertThat(server.url().toDatabase("other"))
        .isEqualTo("jdbc:postgresql://h:9/other?sslmode=require");
    assertThat(server.toString()).doesNotContain("a%26b", "a&b");
  }

  @Test
  void database_can_be_created_on_the_server_of_the_environment() throws SQLException {
    try (LocalPostgres.Database there = LocalPostgres.shared().createDatabase("environment")) {
      LocalPostgres postgres =
          LocalPostgres.start(finder(environment(there, there.username(), there.password())));
      try (LocalPostgres.Database database = postgres.createDatabase("given")) {
        assertThat(ask(database, "SELECT current_database()")).startsWith("vm_given_");
      }
      assertThat(postgres.description()).contains("the server of VECTOR_MIGRATE_JDBC_URL");
    }
  }

  @Test
  void user_who_may_not_create_databases_is_told_so() throws SQLException {
    try (LocalPostgres.Database there = LocalPostgres.shared().createDatabase("environment")) {
      String role = "vm_plain_" + LocalPostgres.randomHex(5);
      execute(there, "CREATE ROLE " + role + " LOGIN PASSWORD 'plain'");
      try {
        ServerFinder finder = finder(environment(there, role, "plain"));

        assertThatThrownBy(() -> LocalPostgres.start(finder))
            .isInstanceOf(IllegalStateException.class)
            .hasMessage(
                "[VECTOR_MIGRATE_JDBC_URL] user %1$s: may not create databases, expected CREATEDB. Run ALTER ROLE \"%1$s\" CREATEDB there, or use another user.",
                role);
      } finally {
        execute(there, "DROP ROLE " + role);
      }
    }
  }

  @Test
  void url_of_another_database_product_is_refused_without_repeating_it() {
    assertThatThrownBy(() -> given("jdbc:mysql://h/d?password=s3cret"))
        .hasMessage(
            "[VECTOR_MIGRATE_JDBC_URL] the JDBC URL: not one of PostgreSQL, expected jdbc:postgresql://host:port/database. Correct it.");
  }

  @Test
  void nothing_found_says_what_to_do() {
    ServerFinder finder = new ServerFinder(Map.of(), () -> false, List::of);

    assertThatThrownBy(finder::find)
        .isInstanceOf(IllegalStateException.class)
        .hasMessage(
            "[database] PostgreSQL with pgvector: VECTOR_MIGRATE_JDBC_URL is not set, no Docker engine answers, and no PostgreSQL is installed, expected one of the three. Set VECTOR_MIGRATE_JDBC_URL to a PostgreSQL 13 or newer with pgvector, or start Docker, or run dev/postgres.");
  }

  @Test
  void installed_server_without_pgvector_is_named(@TempDir Path folder) throws IOException {
    for (String program : List.of("postgres", "initdb", "pg_ctl")) {
      Path file = folder.resolve("16/bin").resolve(program);
      Files.createDirectories(folder.resolve("16/bin"));
      assertThat(Files.createFile(file).toFile().setExecutable(true)).isTrue();
    }
    List<InstalledPostgres> installed = InstalledPostgres.packaged(folder, folder);
    ServerFinder finder = new ServerFinder(Map.of(), () -> false, () -> installed);

    assertThatThrownBy(finder::find)
        .hasMessageContaining(
            "and the installed PostgreSQL 16 (%s) has no pgvector, expected", folder.resolve("16"));
  }

  @Test
  @Timeout(300)
  void cluster_of_a_killed_jvm_ends_and_its_folder_goes_away() throws Exception {
    assumeInstalled();
    Process jvm = startJvm();
    try {
      String[] cluster = clusterOf(jvm);
      ProcessHandle postmaster = ProcessHandle.of(Long.parseLong(cluster[1])).orElseThrow();
      Path folder = Path.of(cluster[2]).getParent();
      assertThat(folder).isDirectory();

      jvm.destroyForcibly();

      postmaster.onExit().get(END_OF_CLUSTER.toSeconds(), TimeUnit.SECONDS);
      assertThat(goesAway(folder)).isTrue();
    } finally {
      jvm.destroyForcibly();
    }
  }

  @Test
  @Timeout(300)
  void taken_port_is_followed_by_another() throws IOException {
    InstalledPostgres installed = assumeInstalled();
    int free = LocalCluster.freePort();
    try (ServerSocket taken = new ServerSocket(0, 1, InetAddress.getLoopbackAddress())) {
      Iterator<Integer> ports = List.of(taken.getLocalPort(), free).iterator();

      PostgresServer server = new LocalCluster(installed, ports::next).start();

      assertThat(server.url().toString()).contains(":" + free + "/");
      assertThat(server.describe()).contains("installed binaries (" + installed.root() + ")");
    }
  }

  @Test
  @Timeout(300)
  void ports_that_are_all_taken_end_the_start_with_the_output_of_the_server() throws IOException {
    InstalledPostgres installed = assumeInstalled();
    try (ServerSocket taken = new ServerSocket(0, 1, InetAddress.getLoopbackAddress())) {
      LocalCluster cluster = new LocalCluster(installed, taken::getLocalPort);

      assertThatThrownBy(cluster::start)
          .isInstanceOf(IllegalStateException.class)
          .hasMessageContaining("found its port taken 5 times, expected to accept connections.")
          .hasMessageContaining("could not create any TCP/IP sockets");
    }
  }

  private static InstalledPostgres assumeInstalled() {
    List<InstalledPostgres> usable =
        InstalledPostgres.onThisMachine(System.getenv()).stream()
            .filter(InstalledPostgres::hasPgvector)
            .toList();
    assumeThat(usable).as("installed PostgreSQL with pgvector").isNotEmpty();
    return usable.get(0);
  }

  private static Process startJvm() throws IOException {
    Path java = Path.of(System.getProperty("java.home"), "bin", "java");
    return new ProcessBuilder(
            java.toString(),
            "-cp",
            System.getProperty("java.class.path"),
            ClusterUntilKilled.class.getName())
        .redirectError(ProcessBuilder.Redirect.INHERIT)
        .start();
  }

  private static String[] clusterOf(Process jvm) throws IOException {
    BufferedReader output = jvm.inputReader(StandardCharsets.UTF_8);
    String line = output.readLine();
    while (line != null && !line.startsWith("cluster ")) {
      line = output.readLine();
    }
    assertThat(line).as("what the other JVM tells of its cluster").isNotNull();
    return line.split(" ", 3);
  }

  private static boolean goesAway(Path folder) throws IOException, InterruptedException {
    long deadline = System.nanoTime() + END_OF_CLUSTER.toNanos();
    try (WatchService changes = FileSystems.getDefault().newWatchService()) {
      folder.getParent().register(changes, StandardWatchEventKinds.ENTRY_DELETE);
      while (Files.exists(folder) && System.nanoTime() < deadline) {
        changes.poll(deadline - System.nanoTime(), TimeUnit.NANOSECONDS);
      }
    }
    return Files.notExists(folder);
  }

  private static PostgresServer given(String url) {
    return finder(Map.of(ServerFinder.URL, url)).find();
  }

  private static ServerFinder finder(Map<String, String> environment) {
    return new ServerFinder(environment, () -> false, List::of);
  }

  private static Map<String, String> environment(
      LocalPostgres.Database database, String user, String password) {
    return Map.of(
        ServerFinder.URL,
        database.jdbcUrl(),
        ServerFinder.USER,
        user,
        ServerFinder.PASSWORD,
        password);
  }

  private static void execute(LocalPostgres.Database database, String sql) throws SQLException {
    try (Connection connection = database.connect();
        Statement statement = connection.createStatement()) {
      statement.execute(sql);
    }
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
