package dev.vectormigrate.embed;

import com.fasterxml.jackson.databind.JsonNode;
import com.fasterxml.jackson.databind.ObjectMapper;
import com.sun.net.httpserver.HttpExchange;
import com.sun.net.httpserver.HttpServer;
import java.io.IOException;
import java.io.UncheckedIOException;
import java.net.InetAddress;
import java.net.InetSocketAddress;
import java.net.URI;
import java.nio.charset.StandardCharsets;
import java.util.List;
import java.util.Map;
import java.util.concurrent.CopyOnWriteArrayList;
import java.util.concurrent.CountDownLatch;
import java.util.concurrent.ExecutorService;
import java.util.concurrent.Executors;
import java.util.function.Function;

/** A server that answers as it is told, and remembers what it was asked. */
final class StubService implements AutoCloseable {

  /** One request. */
  record Request(String method, String path, Map<String, List<String>> headers, JsonNode json) {
    String header(String name) {
      List<String> values = headers.get(name);
      return values == null ? null : String.join(",", values);
    }
  }

  /**
   * One answer.
   *
   * @param length what {@code Content-Length} says
   */
  record Answer(int status, String body, Map<String, String> headers, int length) {
    static Answer of(int status, String body) {
      return new Answer(status, body, Map.of(), body.getBytes(StandardCharsets.UTF_8).length);
    }

    static Answer ok(String body) {
      return of(200, body);
    }

    Answer with(String header, String value) {
      return new Answer(status, body, Map.of(header, value), length);
    }

    Answer sayingLength(int said) {
      return new Answer(status, body, headers, said);
    }
  }

  final List<Request> requests = new CopyOnWriteArrayList<>();

  volatile Function<Request, Answer> answers = request -> Answer.of(500, "");

  /** What an answer waits for. */
  volatile CountDownLatch gate = new CountDownLatch(0);

  private final HttpServer server;
  private final ExecutorService threads = Executors.newCachedThreadPool();

  StubService() throws IOException {
    server = HttpServer.create(new InetSocketAddress(InetAddress.getLoopbackAddress(), 0), 0);
    server.createContext("/", this::handle);
    server.setExecutor(threads);
    server.start();
  }

  private void handle(HttpExchange exchange) throws IOException {
    try (exchange) {
      Request request =
          new Request(
              exchange.getRequestMethod(),
              exchange.getRequestURI().toString(),
              exchange.getRequestHeaders(),
              new ObjectMapper().readTree(exchange.getRequestBody().readAllBytes()));
      requests.add(request);
      gate.await();
      Answer answer = answers.apply(request);
      answer.headers().forEach(exchange.getResponseHeaders()::add);
      exchange.sendResponseHeaders(answer.status(), answer.length() == 0 ? -1 : answer.length());
      exchange.getResponseBody().write(answer.body().getBytes(StandardCharsets.UTF_8));
    } catch (InterruptedException e) {
      Thread.currentThread().interrupt();
    }
  }

  String host() {
    return server.getAddress().getHostString() + ":" + server.getAddress().getPort();
  }

  URI address(String path) {
    return URI.create("http://" + host() + path);
  }

  static JsonNode json(String text) {
    try {
      return new ObjectMapper().readTree(text);
    } catch (IOException e) {
      throw new UncheckedIOException(e);
    }
  }

  @Override
  public void close() {
    gate.countDown();
    server.stop(0);
    threads.shutdownNow();
  }
}
