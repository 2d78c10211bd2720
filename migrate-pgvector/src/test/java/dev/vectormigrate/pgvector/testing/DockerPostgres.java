package dev.vectormigrate.pgvector.testing;

import java.util.ArrayList;
import java.util.List;
import org.testcontainers.DockerClientFactory;
import org.testcontainers.postgresql.PostgreSQLContainer;
import org.testcontainers.utility.DockerImageName;

/** The server in a container; the only class that needs Testcontainers on the class path. */
final class DockerPostgres {

  private static final String IMAGE = "pgvector/pgvector:pg17";
  private static final long SHARED_MEMORY = 1L << 30;

  private DockerPostgres() {}

  static boolean engineAnswers() {
    return DockerClientFactory.instance().isDockerAvailable();
  }

  /** Testcontainers removes the container when the JVM has ended. */
  @SuppressWarnings("resource")
  static PostgresServer start() {
    PostgreSQLContainer container =
        new PostgreSQLContainer(DockerImageName.parse(IMAGE).asCompatibleSubstituteFor("postgres"))
            .withDatabaseName("postgres")
            .withUsername("postgres")
            .withPassword(LocalPostgres.randomHex(16))
            // Parallel index builds keep their working memory there; Docker's default is 64 MB.
            .withSharedMemorySize(SHARED_MEMORY)
            .withCommand(command());
    container.start();
    ServerUrl url = ServerUrl.parse("Docker", container.getJdbcUrl());
    return new PostgresServer(
        "Docker", "Docker image " + IMAGE, url, container.getUsername(), container.getPassword());
  }

  // Testcontainers' own command turns fsync off.
  private static String[] command() {
    List<String> command = new ArrayList<>(List.of("postgres"));
    LocalCluster.SETTINGS.forEach(
        (name, value) -> command.addAll(List.of("-c", name + "=" + value)));
    return command.toArray(String[]::new);
  }
}
