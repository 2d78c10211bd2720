package dev.vectormigrate.pgvector.testing;

import java.util.Comparator;
import java.util.List;
import java.util.Map;
import java.util.function.BooleanSupplier;
import java.util.function.Supplier;
import java.util.stream.Collectors;

/** Decides which server is used; what it looks at is given, for the sake of its tests. */
final class ServerFinder {

  static final String URL = "VECTOR_MIGRATE_JDBC_URL";
  static final String USER = "VECTOR_MIGRATE_JDBC_USER";
  static final String PASSWORD = "VECTOR_MIGRATE_JDBC_PASSWORD";

  private final Map<String, String> environment;
  private final BooleanSupplier docker;
  private final Supplier<List<InstalledPostgres>> installed;

  ServerFinder(
      Map<String, String> environment,
      BooleanSupplier docker,
      Supplier<List<InstalledPostgres>> installed) {
    this.environment = environment;
    this.docker = docker;
    this.installed = installed;
  }

  static ServerFinder ofThisMachine() {
    Map<String, String> environment = System.getenv();
    return new ServerFinder(
        environment,
        () -> DockerEngine.answers(environment),
        () -> InstalledPostgres.onThisMachine(environment));
  }

  PostgresServer find() {
    String url = environment.getOrDefault(URL, "");
    if (!url.isBlank()) {
      return given(ServerUrl.parse(URL, url.strip()));
    }
    return docker.getAsBoolean() ? DockerPostgres.start() : startInstalled();
  }

  private PostgresServer given(ServerUrl url) {
    String user =
        firstOf(USER, url.parameter("user").orElseGet(() -> System.getProperty("user.name")));
    String password = firstOf(PASSWORD, url.parameter("password").orElse(""));
    return new PostgresServer(URL, "the server of " + URL + " (" + url + ")", url, user, password);
  }

  private String firstOf(String variable, String other) {
    String value = environment.getOrDefault(variable, "");
    return value.isEmpty() ? other : value;
  }

  private PostgresServer startInstalled() {
    List<InstalledPostgres> all = installed.get();
    return all.stream()
        .filter(InstalledPostgres::hasPgvector)
        .max(Comparator.comparingInt(InstalledPostgres::major))
        .map(newest -> new LocalCluster(newest).start())
        .orElseThrow(() -> nothingFound(all));
  }

  private static IllegalStateException nothingFound(List<InstalledPostgres> all) {
    return new IllegalStateException(
        "[database] PostgreSQL with pgvector: "
            + "%s is not set, no Docker engine answers, and %s, expected one of the three. "
                .formatted(URL, describe(all))
            + "Set %s to a PostgreSQL %d or newer with pgvector, or start Docker, or run dev/postgres."
                .formatted(URL, InstalledPostgres.OLDEST_MAJOR));
  }

  private static String describe(List<InstalledPostgres> all) {
    if (all.isEmpty()) {
      return "no PostgreSQL is installed";
    }
    return all.stream()
        .map(postgres -> "PostgreSQL " + postgres.major() + " (" + postgres.root() + ")")
        .collect(Collectors.joining(", ", "the installed ", " has no pgvector"));
  }
}
