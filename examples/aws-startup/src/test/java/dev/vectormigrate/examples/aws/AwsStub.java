package dev.vectormigrate.examples.aws;

import com.sun.net.httpserver.HttpExchange;
import com.sun.net.httpserver.HttpServer;
import java.io.IOException;
import java.net.InetAddress;
import java.net.InetSocketAddress;
import java.net.URI;
import java.nio.charset.StandardCharsets;
import java.util.ArrayList;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;

/**
 * Answers as AWS does in its JSON 1.1 protocol: the operation is in the header X-Amz-Target, a
 * failure has status 400 and its name in {@code __type}. Keeps what it was asked.
 */
final class AwsStub implements AutoCloseable {

  private record Answer(int status, String body) {}

  private final HttpServer server;
  private final Map<String, List<Answer>> answers = new LinkedHashMap<>();
  private final List<String> asked = new ArrayList<>();
  private final List<String> unsigned = new ArrayList<>();

  AwsStub() throws IOException {
    server = HttpServer.create(new InetSocketAddress(InetAddress.getLoopbackAddress(), 0), 0);
    server.createContext("/", this::answer);
    server.start();
  }

  URI endpoint() {
    return URI.create("http://127.0.0.1:" + server.getAddress().getPort());
  }

  /** Answers an operation with this body; several answers are given one after the other. */
  AwsStub on(String operation, String body) {
    return on(operation, new Answer(200, body));
  }

  AwsStub fails(String operation, String type) {
    return on(
        operation, new Answer(400, "{\"__type\":\"%s\",\"message\":\"as told\"}".formatted(type)));
  }

  private synchronized AwsStub on(String operation, Answer answer) {
    answers.computeIfAbsent(operation, o -> new ArrayList<>()).add(answer);
    return this;
  }

  /** Each operation with its request, in order. */
  synchronized List<String> asked() {
    return List.copyOf(asked);
  }

  /** Requests without a signature of the test's credentials. */
  synchronized List<String> unsigned() {
    return List.copyOf(unsigned);
  }

  private void answer(HttpExchange exchange) throws IOException {
    String operation = String.valueOf(exchange.getRequestHeaders().getFirst("X-Amz-Target"));
    String request = new String(exchange.getRequestBody().readAllBytes(), StandardCharsets.UTF_8);
    Answer answer =
        next(operation, request, exchange.getRequestHeaders().getFirst("Authorization"));
    byte[] body = answer.body().getBytes(StandardCharsets.UTF_8);
    exchange.getResponseHeaders().add("Content-Type", "application/x-amz-json-1.1");
    exchange.sendResponseHeaders(answer.status(), body.length);
    exchange.getResponseBody().write(body);
    exchange.close();
  }

  private synchronized Answer next(String operation, String request, String signature) {
    asked.add(operation + " " + request);
    if (signature == null || !signature.startsWith("AWS4-HMAC-SHA256 Credential=test-key/")) {
      unsigned.add(operation);
    }
    List<Answer> left = answers.getOrDefault(operation, List.of());
    return left.isEmpty()
        ? new Answer(400, "{\"__type\":\"NotExpected\",\"message\":\"not expected\"}")
        : left.remove(0);
  }

  @Override
  public void close() {
    server.stop(0);
  }
}
