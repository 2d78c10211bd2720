package dev.vectormigrate.sources.chroma;

import com.fasterxml.jackson.databind.JsonNode;
import com.fasterxml.jackson.databind.ObjectMapper;
import java.io.BufferedReader;
import java.io.Closeable;
import java.io.IOException;
import java.io.InputStream;
import java.io.Writer;
import java.net.InetAddress;
import java.net.ServerSocket;
import java.net.Socket;
import java.net.URI;
import java.net.http.HttpClient;
import java.net.http.HttpRequest;
import java.net.http.HttpRequest.BodyPublishers;
import java.net.http.HttpResponse;
import java.net.http.HttpResponse.BodyHandlers;
import java.nio.file.Files;
import java.nio.file.Path;
import java.nio.file.StandardCopyOption;
import java.util.List;
import java.util.Objects;
import java.util.Optional;
import java.util.concurrent.TimeUnit;
import java.util.stream.Stream;

/**
 * A real Chroma server on a port of the loopback interface: that of the npm packages {@code
 * chromadb-js-bindings-*}, which are Chroma's own builds, in the version that {@code
 * chroma/server/package-lock.json} pins. It runs in Node and is stopped by {@link #close()}.
 */
final class RealChroma implements Closeable {

  /** Says that there is no such server on this machine, and why. */
  static final class UnavailableException extends Exception {
    private static final long serialVersionUID = 1L;

    UnavailableException(String message) {
      super(message);
    }
  }

  private static final Path HOME = Path.of("target", "chroma-server").toAbsolutePath();
  private static final ObjectMapper JSON = new ObjectMapper();

  private final Process process;
  private final int port;
  private final HttpClient client =
      HttpClient.newBuilder().version(HttpClient.Version.HTTP_1_1).build();

  private RealChroma(Process process, int port) {
    this.process = process;
    this.port = port;
  }

  /** Installs the server below {@code target}, once. */
  static Path install() throws IOException, InterruptedException, UnavailableException {
    Optional<Path> there = installed();
    if (there.isPresent()) {
      return there.get();
    }
    Files.createDirectories(HOME);
    for (String file : List.of("package.json", "package-lock.json")) {
      try (InputStream in = RealChroma.class.getResourceAsStream("/chroma/server/" + file)) {
        Files.copy(
            Objects.requireNonNull(in, file),
            HOME.resolve(file),
            StandardCopyOption.REPLACE_EXISTING);
      }
    }
    Path log = HOME.resolve("npm.log");
    Process npm = start(log, "npm", "ci", "--ignore-scripts", "--no-audit", "--no-fund");
    if (!npm.waitFor(5, TimeUnit.MINUTES)) {
      npm.destroyForcibly();
      throw new UnavailableException("npm ci took more than five minutes");
    }
    return installed()
        .orElseThrow(
            () ->
                new UnavailableException(
                    "npm ci ended with " + npm.exitValue() + " and no server: see " + log));
  }

  private static Optional<Path> installed() throws IOException {
    Path modules = HOME.resolve("node_modules");
    if (!Files.isDirectory(modules)) {
      return Optional.empty();
    }
    try (Stream<Path> packages = Files.list(modules)) {
      return packages
          .filter(path -> path.getFileName().toString().startsWith("chromadb-js-bindings-"))
          .findFirst();
    }
  }

  private static Process start(Path log, String... command) throws UnavailableException {
    return started(
        new ProcessBuilder(command)
            .directory(HOME.toFile())
            .redirectErrorStream(true)
            .redirectOutput(log.toFile()));
  }

  private static Process started(ProcessBuilder command) throws UnavailableException {
    try {
      return command.start();
    } catch (IOException e) {
      throw new UnavailableException(
          command.command().get(0) + " can't be started: " + e.getMessage());
    }
  }

  /** Starts a server on a directory, which it will write to. */
  static RealChroma on(Path directory)
      throws IOException, InterruptedException, UnavailableException {
    Path binding = install();
    int port = freePort();
    ProcessBuilder command =
        new ProcessBuilder(
                "node",
                "-e",
                "require(process.argv[1]).cli(['chroma', 'run', '--host', '127.0.0.1', '--port',"
                    + " process.argv[2], '--path', process.argv[3]])",
                binding.toString(),
                Integer.toString(port),
                directory.toString())
            .directory(HOME.toFile())
            .redirectErrorStream(true);
    RealChroma server = new RealChroma(started(command), port);
    server.awaitListening();
    server.awaitPort();
    return server;
  }

  private static int freePort() throws IOException {
    try (ServerSocket socket = new ServerSocket(0, 1, InetAddress.getLoopbackAddress())) {
      return socket.getLocalPort();
    }
  }

  private void awaitListening() throws IOException, UnavailableException {
    BufferedReader output = process.inputReader();
    StringBuilder said = new StringBuilder();
    for (String line = output.readLine(); line != null; line = output.readLine()) {
      if (line.startsWith("Listening on")) {
        Thread drain = new Thread(() -> drain(output), "chroma output");
        drain.setDaemon(true);
        drain.start();
        return;
      }
      said.append(line).append('\n');
    }
    throw new UnavailableException("the server ended at once and said:\n" + said);
  }

  private static void drain(BufferedReader output) {
    try {
      output.transferTo(Writer.nullWriter());
    } catch (IOException e) {
      // Closed with the server.
    }
  }

  /** It says that it listens a moment before it does. */
  private void awaitPort() throws InterruptedException, UnavailableException {
    long end = System.nanoTime() + TimeUnit.SECONDS.toNanos(60);
    while (!accepts()) {
      if (process.waitFor(20, TimeUnit.MILLISECONDS) || System.nanoTime() > end) {
        process.destroyForcibly();
        throw new UnavailableException("the server does not listen on port " + port);
      }
    }
  }

  private boolean accepts() {
    try (Socket socket = new Socket(InetAddress.getLoopbackAddress(), port)) {
      return socket.isConnected();
    } catch (IOException e) {
      return false;
    }
  }

  URI address() {
    return URI.create("http://127.0.0.1:" + port);
  }

  /** Sends a request that must succeed, such as one that writes. */
  JsonNode send(String method, String path, String json) throws IOException, InterruptedException {
    HttpRequest request =
        HttpRequest.newBuilder(address().resolve("/api/v2" + path))
            .header("Content-Type", "application/json")
            .method(method, BodyPublishers.ofString(json))
            .build();
    HttpResponse<String> response = client.send(request, BodyHandlers.ofString());
    if (response.statusCode() / 100 != 2) {
      throw new IOException(
          method + " " + path + ": HTTP " + response.statusCode() + " " + response.body());
    }
    return response.body().isEmpty() ? JSON.nullNode() : JSON.readTree(response.body());
  }

  @Override
  public void close() {
    process.destroyForcibly();
    process.onExit().join();
  }
}
