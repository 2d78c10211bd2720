package dev.vectormigrate.pgvector.testing;

import java.io.IOException;
import java.net.StandardProtocolFamily;
import java.net.UnixDomainSocketAddress;
import java.nio.channels.SocketChannel;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.Map;
import java.util.stream.Stream;

/** Whether Testcontainers has a Docker engine to talk to. */
final class DockerEngine {

  private DockerEngine() {}

  static boolean answers(Map<String, String> environment) {
    return testcontainersPresent() && plausible(environment) && DockerPostgres.engineAnswers();
  }

  private static boolean testcontainersPresent() {
    try {
      Class.forName(
          "org.testcontainers.postgresql.PostgreSQLContainer",
          false,
          DockerEngine.class.getClassLoader());
      return true;
    } catch (ClassNotFoundException e) {
      return false;
    }
  }

  /**
   * Testcontainers looks long and loudly where there is no engine: only a trace of one starts it.
   */
  private static boolean plausible(Map<String, String> environment) {
    return environment.containsKey("DOCKER_HOST")
        || Files.exists(home().resolve(".testcontainers.properties"))
        || sockets(environment).anyMatch(DockerEngine::accepts);
  }

  private static Stream<Path> sockets(Map<String, String> environment) {
    return Stream.of(
        Path.of("/var/run/docker.sock"),
        home().resolve(".docker/run/docker.sock"),
        home().resolve(".docker/desktop/docker.sock"),
        Path.of(environment.getOrDefault("XDG_RUNTIME_DIR", "/run"), "docker.sock"));
  }

  private static Path home() {
    return Path.of(System.getProperty("user.home"));
  }

  private static boolean accepts(Path socket) {
    try (SocketChannel channel = SocketChannel.open(StandardProtocolFamily.UNIX)) {
      return channel.connect(UnixDomainSocketAddress.of(socket));
    } catch (IOException | UnsupportedOperationException e) {
      return false;
    }
  }
}
