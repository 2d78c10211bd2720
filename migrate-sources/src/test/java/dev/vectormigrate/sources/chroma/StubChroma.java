package dev.vectormigrate.sources.chroma;

import com.fasterxml.jackson.databind.JsonNode;
import com.fasterxml.jackson.databind.ObjectMapper;
import com.sun.net.httpserver.Headers;
import com.sun.net.httpserver.HttpExchange;
import com.sun.net.httpserver.HttpServer;
import java.io.Closeable;
import java.io.IOException;
import java.io.UncheckedIOException;
import java.net.InetAddress;
import java.net.InetSocketAddress;
import java.net.URI;
import java.nio.charset.StandardCharsets;
import java.util.ArrayList;
import java.util.Collections;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import java.util.concurrent.ExecutorService;
import java.util.concurrent.Executors;
import java.util.function.Function;
import java.util.stream.Collectors;

/**
 * Answers as Chroma does, from one collection {@code docs} in memory, and wrongly where a test asks
 * for it. The forms of the answers are those of Chroma 0.5.5 (v1) and 1.0.1 (v2); that the reader
 * understands the real ones is what {@link ChromaServerIT} shows.
 */
final class StubChroma implements Closeable {

  static {
    // Else head and body of an answer wait for each other.
    System.setProperty("sun.net.httpserver.nodelay", "true");
  }

  static final String ID = "0b7a9a4e-5d0c-4b8e-9f5e-1d1a6f0c2b03";

  /** The parts of a record, each as JSON; a vector of null was lost. */
  record Stored(String embedding, String document, String metadata, String uri) {}

  /** A request: its path with the query, and its body, empty for GET. */
  record Request(String method, String path, JsonNode body, Headers headers) {

    boolean isGet() {
      return path.endsWith("/get");
    }

    List<String> ids() {
      List<String> ids = new ArrayList<>();
      body.path("ids").forEach(id -> ids.add(id.asText()));
      return ids;
    }

    boolean includes(String what) {
      for (JsonNode included : body.path("include")) {
        if (included.asText().equals(what)) {
          return true;
        }
      }
      return false;
    }
  }

  /** What is answered; the length may be claimed wrongly. */
  record Answer(int status, byte[] body, int claimed, Map<String, String> headers) {

    Answer(int status, byte[] body, int claimed) {
      this(status, body, claimed, Map.of());
    }

    static Answer of(int status, String body) {
      byte[] bytes = body.getBytes(StandardCharsets.UTF_8);
      return new Answer(status, bytes, bytes.length);
    }
  }

  final Map<String, Stored> records = Collections.synchronizedMap(new LinkedHashMap<>());
  final List<Request> requests = Collections.synchronizedList(new ArrayList<>());

  /** Answers instead of this; null where it doesn't. */
  volatile Function<Request, Answer> instead = request -> null;

  volatile String collections;
  private final HttpServer server;
  private final ExecutorService threads = Executors.newCachedThreadPool();
  private final boolean v2;

  private StubChroma(boolean v2) throws IOException {
    this.v2 = v2;
    collections =
        """
        [{"id":"%s","name":"docs","metadata":null,"dimension":2,"tenant":"default_tenant",
          "database":"default_database","version":0,
          "configuration_json":{"hnsw_configuration":{"space":"l2"}}}]"""
            .formatted(ID);
    server = HttpServer.create(new InetSocketAddress(InetAddress.getLoopbackAddress(), 0), 0);
    server.setExecutor(threads);
    server.createContext("/", this::handle);
    server.start();
  }

  static StubChroma v1() throws IOException {
    return new StubChroma(false);
  }

  static StubChroma v2() throws IOException {
    return new StubChroma(true);
  }

  /** With so many records of two components. */
  StubChroma filled(int count) {
    for (int i = 0; i < count; i++) {
      records.put(
          "r" + i,
          new Stored("[%d,0.25]".formatted(i), "\"text " + i + '"', "{\"n\":" + i + "}", "null"));
    }
    return this;
  }

  URI address() {
    return URI.create("http://127.0.0.1:" + server.getAddress().getPort());
  }

  private void handle(HttpExchange exchange) throws IOException {
    try (exchange) {
      byte[] body = exchange.getRequestBody().readAllBytes();
      Request request =
          new Request(
              exchange.getRequestMethod(),
              exchange.getRequestURI().toString(),
              new ObjectMapper()
                  .readTree(body.length == 0 ? "{}".getBytes(StandardCharsets.UTF_8) : body),
              exchange.getRequestHeaders());
      requests.add(request);
      Answer answer = instead.apply(request);
      send(exchange, answer == null ? answer(request) : answer);
    }
  }

  private static void send(HttpExchange exchange, Answer answer) {
    try {
      answer.headers().forEach(exchange.getResponseHeaders()::add);
      exchange.sendResponseHeaders(answer.status(), answer.claimed());
      exchange.getResponseBody().write(answer.body());
    } catch (IOException e) {
      // The reader hung up, which is what some tests are about.
    }
  }

  private Answer answer(Request request) {
    String database = v2 ? "/api/v2/tenants/default_tenant/databases/default_database" : "/api/v1";
    String collection = database + "/collections/" + ID;
    String path = request.path();
    if (path.equals(v2 ? "/api/v2/version" : "/api/v1/version")) {
      return Answer.of(200, v2 ? "\"1.0.0\"" : "\"0.5.5\"");
    }
    if (path.equals(collection + "/count")) {
      return Answer.of(200, Integer.toString(records.size()));
    }
    if (path.equals(collection + "/get")) {
      return get(request);
    }
    if (path.startsWith(database + "/collections?")) {
      return Answer.of(200, collections);
    }
    if (path.equals("/api/v2/auth/identity")) {
      return Answer.of(200, "{\"user_id\":\"\",\"tenant\":\"default_tenant\",\"databases\":[]}");
    }
    if (path.equals("/api/v2/tenants/default_tenant/databases")) {
      return Answer.of(200, "[{\"name\":\"default_database\",\"tenant\":\"default_tenant\"}]");
    }
    boolean there =
        path.equals(database)
            || path.endsWith("/tenants/default_tenant")
            || path.equals("/api/v1/databases/default_database?tenant=default_tenant");
    return there && path.startsWith(v2 ? "/api/v2" : "/api/v1")
        ? Answer.of(200, "{\"name\":\"default\"}")
        : Answer.of(404, "{\"error\":\"NotFoundError\"}");
  }

  private Answer get(Request request) {
    List<String> ids = new ArrayList<>(records.keySet());
    if (request.body().has("ids")) {
      ids.retainAll(request.ids());
    }
    int offset = request.body().path("offset").asInt(0);
    int limit = request.body().path("limit").asInt(Integer.MAX_VALUE);
    return page(ids.stream().skip(offset).limit(limit).toList(), request);
  }

  private Answer page(List<String> ids, Request request) {
    List<Stored> page = ids.stream().map(records::get).toList();
    boolean vectors = request.includes("embeddings");
    if (vectors && page.stream().anyMatch(stored -> stored.embedding().equals("null"))) {
      return Answer.of(500, "{\"error\":\"InternalError\",\"message\":\"Error finding id\"}");
    }
    return Answer.of(
        200,
        "{\"ids\":%s,\"embeddings\":%s,\"documents\":%s,\"uris\":%s,\"metadatas\":%s,\"include\":[]}"
            .formatted(
                ids.stream().map(StubChroma::quoted).toList(),
                vectors ? column(page, Stored::embedding) : "null",
                request.includes("documents") ? column(page, Stored::document) : "null",
                request.includes("uris") ? column(page, Stored::uri) : "null",
                request.includes("metadatas") ? column(page, Stored::metadata) : "null"));
  }

  private static String quoted(String text) {
    try {
      return new ObjectMapper().writeValueAsString(text);
    } catch (IOException e) {
      throw new UncheckedIOException(e);
    }
  }

  private static String column(List<Stored> page, Function<Stored, String> part) {
    return page.stream().map(part).collect(Collectors.joining(",", "[", "]"));
  }

  @Override
  public void close() {
    server.stop(0);
    threads.shutdownNow();
  }
}
