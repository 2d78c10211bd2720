package dev.vectormigrate.embed;

import dev.vectormigrate.spi.TransientException;
import java.net.URI;
import java.net.http.HttpClient;
import java.net.http.HttpHeaders;
import java.net.http.HttpRequest;
import java.net.http.HttpRequest.BodyPublishers;
import java.net.http.HttpResponse;
import java.time.Duration;
import java.util.Map;
import java.util.Optional;
import java.util.concurrent.CompletableFuture;
import java.util.concurrent.ExecutionException;
import java.util.concurrent.TimeUnit;
import java.util.concurrent.TimeoutException;
import java.util.function.Supplier;
import org.jspecify.annotations.Nullable;

/** Sends one request and takes one whole answer of limited size, in limited time. Thread-safe. */
final class Endpoint {

  /** An answer, of whatever status; nobody compares two. */
  @SuppressWarnings("ArrayRecordComponent")
  record Answer(int status, HttpHeaders headers, byte[] body) {}

  private final String host;
  private final URI address;
  private final Map<String, String> headers;
  private final @Nullable Supplier<String> key;
  private final HttpClient client;
  private final Duration timeout;

  Endpoint(
      URI address,
      Map<String, String> headers,
      @Nullable Supplier<String> key,
      HttpClient client,
      Duration timeout) {
    this.host = host(address);
    this.address = address;
    this.headers = headers;
    this.key = key;
    this.client = client;
    this.timeout = timeout;
  }

  private static String host(URI address) {
    return address.getPort() < 0 ? address.getHost() : address.getHost() + ":" + address.getPort();
  }

  /** Host and port: what messages name, since the rest of an address may hold secrets. */
  String host() {
    return host;
  }

  /** The key of now; empty if there is none. */
  private String currentKey() {
    if (key == null) {
      return "";
    }
    String given = key.get();
    String stripped = given == null ? "" : given.strip();
    if (stripped.isEmpty()) {
      throw new IllegalStateException(
          "[%s] key: empty, expected one. Look where it comes from".formatted(host));
    }
    // What the client would say of such a one holds it.
    if (!stripped.chars().allMatch(c -> c > ' ' && c < 0x7f)) {
      throw new IllegalStateException(
          "[%s] key: a space or a character beyond ASCII inside, expected none. Look where it comes from"
              .formatted(host));
    }
    return stripped;
  }

  /**
   * Sends JSON.
   *
   * @param most bytes of the answer
   */
  Answer post(byte[] json, int most) throws TransientException, InterruptedException {
    HttpRequest.Builder request =
        HttpRequest.newBuilder(address)
            .header("Content-Type", "application/json")
            .header("Accept", "application/json")
            .POST(BodyPublishers.ofByteArray(json));
    headers.forEach(request::setHeader);
    String bearer = currentKey();
    if (!bearer.isEmpty()) {
      request.setHeader("Authorization", "Bearer " + bearer);
    }
    HttpResponse<Optional<byte[]>> response = await(request.build(), most);
    byte[] body =
        response
            .body()
            .orElseThrow(
                () ->
                    new IllegalStateException(
                        "[%s] answer: more than %d bytes, expected less. Check address and model"
                            .formatted(host, most)));
    return new Answer(response.statusCode(), response.headers(), body);
  }

  private HttpResponse<Optional<byte[]>> await(HttpRequest request, int most)
      throws TransientException, InterruptedException {
    CompletableFuture<HttpResponse<Optional<byte[]>>> answer =
        client.sendAsync(request, info -> new BoundedBody(most));
    try {
      // A time-out of the request itself would end with the headers of the answer.
      return answer.get(timeout.toMillis(), TimeUnit.MILLISECONDS);
    } catch (TimeoutException e) {
      throw new TransientException(
          "[%s] call: no complete answer within %s, expected one. Set a longer timeout or fewer texts"
              .formatted(host, timeout),
          e);
    } catch (ExecutionException e) {
      Throwable cause = e.getCause() == null ? e : e.getCause();
      throw new TransientException(
          "[%s] call: failed with %s, expected an answer. Check address and service"
              .formatted(host, cause.getClass().getSimpleName()),
          cause);
    } finally {
      answer.cancel(true);
    }
  }
}
