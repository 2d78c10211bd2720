package dev.vectormigrate.sources.chroma;

import dev.vectormigrate.sources.chroma.RequestFailure.Kind;
import dev.vectormigrate.spi.RetryAfter;
import dev.vectormigrate.spi.TransientException;
import java.io.IOException;
import java.net.URI;
import java.net.http.HttpClient;
import java.net.http.HttpRequest;
import java.net.http.HttpRequest.BodyPublishers;
import java.net.http.HttpResponse;
import java.nio.charset.StandardCharsets;
import java.time.Duration;
import java.util.Map;
import java.util.Optional;
import java.util.concurrent.CompletableFuture;
import java.util.concurrent.ExecutionException;
import java.util.concurrent.TimeUnit;
import java.util.concurrent.TimeoutException;

/**
 * Sends requests and takes whole answers of limited size. Redirections are not followed: they would
 * carry credentials to another server. Thread-safe.
 */
final class ServerConnection {

  /** The largest answer that is taken. */
  static final int MOST_BYTES = 64 << 20;

  private static final byte[] NOTHING = {};
  private static final Duration CONNECT_TIMEOUT = Duration.ofSeconds(20);

  private final HttpClient client;
  private final String base;
  private final Map<String, String> headers;
  private final Duration timeout;

  ServerConnection(URI address, Map<String, String> headers, Duration timeout) {
    this.client =
        HttpClient.newBuilder()
            .followRedirects(HttpClient.Redirect.NEVER)
            .connectTimeout(CONNECT_TIMEOUT)
            .version(HttpClient.Version.HTTP_1_1)
            .build();
    this.base = address.toString().replaceFirst("/+$", "");
    this.headers = headers;
    this.timeout = timeout;
  }

  byte[] get(String path) throws IOException, TransientException, InterruptedException {
    return send(path, request(path).GET().build(), MOST_BYTES);
  }

  /**
   * Sends JSON.
   *
   * @param most bytes of the answer
   */
  byte[] post(String path, byte[] json, int most)
      throws IOException, TransientException, InterruptedException {
    HttpRequest.Builder request = request(path).header("Content-Type", "application/json");
    return send(path, request.POST(BodyPublishers.ofByteArray(json)).build(), most);
  }

  private HttpRequest.Builder request(String path) {
    HttpRequest.Builder request =
        HttpRequest.newBuilder(URI.create(base + path)).header("Accept", "application/json");
    headers.forEach(request::setHeader);
    return request;
  }

  private byte[] send(String path, HttpRequest request, int most)
      throws IOException, TransientException, InterruptedException {
    String where = request.method() + " " + path;
    HttpResponse<Optional<byte[]>> response = await(where, request, most);
    if (response.statusCode() != 200) {
      throw failed(where, response);
    }
    return response
        .body()
        .orElseThrow(
            () ->
                new RequestFailure(
                    Kind.TOO_MUCH, "%s: an answer of more than %d bytes".formatted(where, most)));
  }

  private HttpResponse<Optional<byte[]>> await(String where, HttpRequest request, int most)
      throws IOException, TransientException, InterruptedException {
    CompletableFuture<HttpResponse<Optional<byte[]>>> answer =
        client.sendAsync(request, info -> new LimitedBody(most));
    try {
      // A time-out of the request itself would end with the headers of the answer.
      return answer.get(timeout.toMillis(), TimeUnit.MILLISECONDS);
    } catch (TimeoutException e) {
      throw new RequestFailure(
          Kind.TIMED_OUT,
          "%s: no complete answer within %s, expected one. Raise the timeout of the source"
              .formatted(where, timeout));
    } catch (ExecutionException e) {
      throw unreachable(where, e.getCause() == null ? e : e.getCause());
    } finally {
      answer.cancel(true);
    }
  }

  private static TransientException unreachable(String where, Throwable cause) {
    String why =
        cause.getMessage() == null
            ? cause.getClass().getSimpleName()
            : cause.getClass().getSimpleName() + ", " + cause.getMessage();
    return new TransientException(
        "%s: %s, expected an answer. Check address and server".formatted(where, why), cause);
  }

  private static IOException failed(String where, HttpResponse<Optional<byte[]>> response)
      throws TransientException {
    String what = where + ": HTTP " + response.statusCode();
    return switch (response.statusCode()) {
      case 401, 403 ->
          new IOException(
              what + ", expected access. Give the source a token, a password or a header");
      case 429, 502, 503 ->
          throw new TransientException(
              what + ", expected an answer. The server is busy or away",
              RetryAfter.of(response.headers()::firstValue),
              new IOException(what));
      case 408, 504 ->
          new RequestFailure(Kind.TIMED_OUT, what + ", expected an answer. Try again later");
      case 413, 414 -> new RequestFailure(Kind.TOO_MUCH, what);
      case 404, 405, 410, 501 ->
          new RequestFailure(Kind.ABSENT, what + ", expected it to be there. Check the address");
      case 500 -> fault(what, new String(response.body().orElse(NOTHING), StandardCharsets.UTF_8));
      default ->
          new RequestFailure(
              Kind.REFUSED,
              what + ", expected 200. Check that the address is that of a Chroma server");
    };
  }

  /** Only words of the server's own are looked for in what it says, and nothing is repeated. */
  private static RequestFailure fault(String what, String said) {
    if (said.contains("NotFoundError") || said.contains("does not exist")) {
      return new RequestFailure(Kind.ABSENT, what + ", expected it to be there. Check the name");
    }
    if (said.contains("Error finding id")) {
      return new RequestFailure(Kind.LOST_VECTOR, what + ", a record without a vector");
    }
    if (said.contains("Failed to apply logs")) {
      return new RequestFailure(
          Kind.BROKEN_LOG,
          what
              + ", the server fails to apply its own log. Stop it and read its directory instead:"
              + " ChromaDirectory, chroma:DIR");
    }
    return new RequestFailure(
        Kind.FAULT, what + ", expected an answer. See what the server's own log says");
  }
}
