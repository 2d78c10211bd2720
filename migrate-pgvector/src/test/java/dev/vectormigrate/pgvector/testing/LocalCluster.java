package dev.vectormigrate.pgvector.testing;

import java.io.BufferedReader;
import java.io.IOException;
import java.io.InputStream;
import java.io.UncheckedIOException;
import java.io.Writer;
import java.net.InetAddress;
import java.net.ServerSocket;
import java.nio.charset.StandardCharsets;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.Collection;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import java.util.Objects;
import java.util.Optional;
import java.util.concurrent.CompletableFuture;
import java.util.concurrent.ConcurrentLinkedQueue;
import java.util.concurrent.ExecutionException;
import java.util.concurrent.TimeUnit;
import java.util.concurrent.TimeoutException;
import java.util.function.IntSupplier;
import java.util.stream.Collectors;

/**
 * A throw-away cluster of an installed PostgreSQL. A small shell program (local-cluster.sh) runs it
 * and outlives the JVM by as long as it takes to stop the server and to remove its folder.
 */
final class LocalCluster {

  static final Map<String, String> SETTINGS = settings();

  // A process that nothing refers to could have its streams closed, which ends the cluster.
  private static final Collection<Process> RUNNING = new ConcurrentLinkedQueue<>();
  private static final int PORTS_TO_TRY = 5;
  private static final long SECONDS_TO_START = 180;
  // In a session of its own, a signal to the process group of the JVM does not reach it.
  private static final String OWN_SESSION =
      "if command -v setsid > /dev/null 2>&1; then exec setsid sh -c \"$@\"; fi; exec sh -c \"$@\"";

  private final InstalledPostgres installed;
  private final IntSupplier ports;
  private final String password = LocalPostgres.randomHex(16);

  LocalCluster(InstalledPostgres installed) {
    this(installed, LocalCluster::freePort);
  }

  LocalCluster(InstalledPostgres installed, IntSupplier ports) {
    this.installed = installed;
    this.ports = ports;
  }

  private static Map<String, String> settings() {
    Map<String, String> settings = new LinkedHashMap<>();
    settings.put("max_connections", "100");
    settings.put("shared_buffers", "256MB");
    settings.put("max_wal_size", "4GB");
    settings.put("shared_preload_libraries", "");
    // With 5:45 from UTC, whatever depends on the session's time zone shows.
    settings.put("timezone", "Asia/Kathmandu");
    settings.put("lc_messages", "C");
    return settings;
  }

  PostgresServer start() {
    Path folder = null;
    try {
      folder = createFolder();
      return start(folder, launch(folder));
    } catch (IOException e) {
      throw new UncheckedIOException("[database] start of a cluster in " + folder, e);
    }
  }

  private Path createFolder() throws IOException {
    // Short, for the socket in it: its whole path may have about 100 characters.
    Path folder = Files.createTempDirectory("vm-pg-");
    Files.writeString(folder.resolve("password"), password);
    Files.writeString(folder.resolve("settings"), configuration(folder));
    return folder;
  }

  private static String configuration(Path folder) {
    Map<String, String> all = new LinkedHashMap<>(SETTINGS);
    all.put("listen_addresses", "127.0.0.1");
    all.put("unix_socket_directories", folder.toString());
    return all.entrySet().stream()
        .map(setting -> setting.getKey() + " = '" + setting.getValue().replace("'", "''") + "'\n")
        .collect(Collectors.joining());
  }

  private Process launch(Path folder) throws IOException {
    ProcessBuilder builder =
        new ProcessBuilder(
            "sh",
            "-c",
            OWN_SESSION,
            "sh",
            program(),
            "local-cluster",
            folder.toString(),
            installed.bin().toString(),
            owner());
    // Settings of libpq would reach the server's programs.
    builder.environment().keySet().removeIf(name -> name.startsWith("PG"));
    builder.environment().put("LC_ALL", "C");
    builder.redirectError(folder.resolve("setup").toFile());
    return builder.start();
  }

  private static String program() throws IOException {
    try (InputStream program = LocalCluster.class.getResourceAsStream("local-cluster.sh")) {
      return new String(
          Objects.requireNonNull(program, "local-cluster.sh").readAllBytes(),
          StandardCharsets.UTF_8);
    }
  }

  /** PostgreSQL refuses to run as root. */
  private static String owner() throws IOException {
    if (!"root".equals(System.getProperty("user.name"))) {
      return "";
    }
    List<String> users = Files.readAllLines(Path.of("/etc/passwd"), StandardCharsets.ISO_8859_1);
    return users.stream().anyMatch(user -> user.startsWith("postgres:")) ? "postgres" : "nobody";
  }

  private PostgresServer start(Path folder, Process process) throws IOException {
    // Both stay open for the life of the JVM: the end of the first ends the cluster.
    Writer requests = process.outputWriter(StandardCharsets.UTF_8);
    BufferedReader answers = process.inputReader(StandardCharsets.UTF_8);
    try {
      return server(portOfStarted(folder, requests, answers), process);
    } catch (IOException | RuntimeException e) {
      requests.close();
      throw e;
    }
  }

  private int portOfStarted(Path folder, Writer requests, BufferedReader answers)
      throws IOException {
    for (int attempt = 1; attempt <= PORTS_TO_TRY; attempt++) {
      int port = ports.getAsInt();
      requests.write(port + "\n");
      requests.flush();
      if ("ready".equals(answer(folder, answers))) {
        return port;
      }
      if (!portWasTaken(folder)) {
        throw failed(folder, "does not start");
      }
    }
    throw failed(folder, "found its port taken " + PORTS_TO_TRY + " times");
  }

  static int freePort() {
    try (ServerSocket socket = new ServerSocket(0, 1, InetAddress.getLoopbackAddress())) {
      return socket.getLocalPort();
    } catch (IOException e) {
      throw new UncheckedIOException(e);
    }
  }

  private IllegalStateException failed(Path folder, String actual) throws IOException {
    return new IllegalStateException(
        "[database] a cluster of %s: %s, expected to accept connections. Its output:%n%s"
            .formatted(installed.root(), actual, output(folder)));
  }

  private String answer(Path folder, BufferedReader answers) throws IOException {
    try {
      return CompletableFuture.supplyAsync(() -> readLine(answers))
          .get(SECONDS_TO_START, TimeUnit.SECONDS)
          .orElse("ended");
    } catch (TimeoutException e) {
      throw failed(folder, "not ready after " + SECONDS_TO_START + " seconds");
    } catch (ExecutionException e) {
      throw new IllegalStateException(e.getCause());
    } catch (InterruptedException e) {
      Thread.currentThread().interrupt();
      throw failed(folder, "interrupted while it started");
    }
  }

  private static Optional<String> readLine(BufferedReader reader) {
    try {
      return Optional.ofNullable(reader.readLine());
    } catch (IOException e) {
      throw new UncheckedIOException(e);
    }
  }

  // Between the choice of a port and its use by the server, somebody else can take it.
  private static boolean portWasTaken(Path folder) throws IOException {
    return read(folder.resolve("log")).contains("could not create any TCP/IP sockets");
  }

  private static String output(Path folder) throws IOException {
    return read(folder.resolve("setup")) + read(folder.resolve("log"));
  }

  private static String read(Path file) throws IOException {
    return Files.isReadable(file) ? Files.readString(file) : "";
  }

  private PostgresServer server(int port, Process process) {
    RUNNING.add(process);
    ServerUrl url =
        ServerUrl.parse("database", "jdbc:postgresql://127.0.0.1:" + port + "/postgres");
    String origin = "installed binaries (" + installed.root() + ")";
    return new PostgresServer("database", origin, url, "postgres", password);
  }
}
