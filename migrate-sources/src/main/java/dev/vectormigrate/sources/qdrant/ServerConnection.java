package dev.vectormigrate.sources.qdrant;

import dev.vectormigrate.spi.TransientException;
import io.grpc.ChannelCredentials;
import io.grpc.Grpc;
import io.grpc.InsecureChannelCredentials;
import io.grpc.ManagedChannel;
import io.grpc.Metadata;
import io.grpc.Status;
import io.grpc.StatusRuntimeException;
import io.grpc.TlsChannelCredentials;
import io.grpc.stub.MetadataUtils;
import io.qdrant.client.grpc.Collections.CollectionClusterInfoRequest;
import io.qdrant.client.grpc.Collections.CollectionClusterInfoResponse;
import io.qdrant.client.grpc.Collections.CollectionInfo;
import io.qdrant.client.grpc.Collections.GetCollectionInfoRequest;
import io.qdrant.client.grpc.Collections.ListAliasesRequest;
import io.qdrant.client.grpc.Collections.ListAliasesResponse;
import io.qdrant.client.grpc.Collections.ListCollectionsRequest;
import io.qdrant.client.grpc.Collections.ListCollectionsResponse;
import io.qdrant.client.grpc.Collections.ListShardKeysRequest;
import io.qdrant.client.grpc.Collections.ListShardKeysResponse;
import io.qdrant.client.grpc.CollectionsGrpc;
import io.qdrant.client.grpc.CollectionsGrpc.CollectionsBlockingStub;
import io.qdrant.client.grpc.Points.CountPoints;
import io.qdrant.client.grpc.Points.ScrollPoints;
import io.qdrant.client.grpc.Points.ScrollResponse;
import io.qdrant.client.grpc.PointsGrpc;
import io.qdrant.client.grpc.PointsGrpc.PointsBlockingStub;
import java.io.IOException;
import java.time.Duration;
import java.util.concurrent.TimeUnit;
import java.util.function.Supplier;
import org.jspecify.annotations.Nullable;

/**
 * The calls of Qdrant's gRPC interface that read, and what their failures mean. Thread-safe.
 *
 * <p>Messages name the status of an answer alone: its description is text of the server.
 */
final class ServerConnection implements AutoCloseable {

  private static final Metadata.Key<String> API_KEY =
      Metadata.Key.of("api-key", Metadata.ASCII_STRING_MARSHALLER);
  private static final Metadata.Key<String> RETRY_AFTER =
      Metadata.Key.of("retry-after", Metadata.ASCII_STRING_MARSHALLER);
  private static final long KEEP_ALIVE_SECONDS = 60;

  /** For the server to say that it takes too long before the client stops waiting. */
  private static final long GRACE_SECONDS = 5;

  private final ServerSettings settings;
  private final ManagedChannel channel;
  private final PointsBlockingStub points;
  private final CollectionsBlockingStub collections;

  private ServerConnection(ServerSettings settings, ManagedChannel channel, Metadata headers) {
    this.settings = settings;
    this.channel = channel;
    var attach = MetadataUtils.newAttachHeadersInterceptor(headers);
    this.points = PointsGrpc.newBlockingStub(channel).withInterceptors(attach);
    this.collections = CollectionsGrpc.newBlockingStub(channel).withInterceptors(attach);
  }

  /** Prepares the connection; the first call makes it. */
  static ServerConnection of(ServerSettings settings) throws IOException {
    Metadata headers = new Metadata();
    Supplier<String> apiKey = settings.apiKey();
    if (apiKey != null) {
      headers.put(API_KEY, apiKey.get());
    }
    ManagedChannel channel =
        Grpc.newChannelBuilderForAddress(settings.host(), settings.port(), credentials(settings))
            .maxInboundMessageSize(settings.mostAnswerBytes())
            .keepAliveTime(KEEP_ALIVE_SECONDS, TimeUnit.SECONDS)
            .disableRetry()
            .userAgent("vector-migrate")
            .build();
    return new ServerConnection(settings, channel, headers);
  }

  private static ChannelCredentials credentials(ServerSettings settings) throws IOException {
    ServerSettings.Tls tls = settings.tls();
    if (tls == null) {
      return InsecureChannelCredentials.create();
    }
    return tls.trusted() == null
        ? TlsChannelCredentials.create()
        : TlsChannelCredentials.newBuilder().trustManager(tls.trusted().toFile()).build();
  }

  ServerSettings settings() {
    return settings;
  }

  /** Says that one answer is too large, or too deep, or takes too long, where a smaller may not. */
  static final class TooMuchException extends Exception {

    private static final long serialVersionUID = 1L;

    private final transient @Nullable TransientException slow;

    private TooMuchException(@Nullable TransientException slow, Throwable cause) {
      super("answer too large or too slow", cause);
      this.slow = slow;
    }

    /** The wish for another try, if it was a matter of time; else null. */
    @Nullable TransientException slow() {
      return slow;
    }
  }

  private interface Call<T> {
    T make();
  }

  ListCollectionsResponse collections() throws Exception {
    return call(
        "collections", () -> timely(collections).list(ListCollectionsRequest.getDefaultInstance()));
  }

  /** The aliases; null where the key does not allow to ask for them. */
  @Nullable ListAliasesResponse aliases() throws Exception {
    return optional(
        "aliases", () -> timely(collections).listAliases(ListAliasesRequest.getDefaultInstance()));
  }

  CollectionInfo collection(String name) throws Exception {
    GetCollectionInfoRequest request =
        GetCollectionInfoRequest.newBuilder().setCollectionName(name).build();
    return call(title(name), () -> timely(collections).get(request)).getResult();
  }

  /** The shard keys; null where the server is too old, or the key does not allow to ask. */
  @Nullable ListShardKeysResponse shardKeys(String name) throws Exception {
    ListShardKeysRequest request =
        ListShardKeysRequest.newBuilder().setCollectionName(name).build();
    return optional(title(name), () -> timely(collections).listShardKeys(request));
  }

  /** Where the shards are; null where the key does not allow to ask. */
  @Nullable CollectionClusterInfoResponse cluster(String name) throws Exception {
    CollectionClusterInfoRequest request =
        CollectionClusterInfoRequest.newBuilder().setCollectionName(name).build();
    return optional(title(name), () -> timely(collections).collectionClusterInfo(request));
  }

  long count(CountPoints request) throws Exception {
    return call(title(request.getCollectionName()), () -> timely(points).count(request))
        .getResult()
        .getCount();
  }

  /** Reads a page; the message limit of this side is {@link ServerSettings#mostAnswerBytes}. */
  ScrollResponse scroll(ScrollPoints request) throws Exception {
    String what = title(request.getCollectionName());
    try {
      return timely(points).scroll(request);
    } catch (StatusRuntimeException e) {
      Exception failure = failure(what, e);
      boolean slow = e.getStatus().getCode() == Status.Code.DEADLINE_EXCEEDED;
      if (slow && failure instanceof TransientException another) {
        throw new TooMuchException(another, e);
      }
      throw isUnreadable(e) ? new TooMuchException(null, e) : failure;
    }
  }

  /** How gRPC says that an answer is larger than this side takes, or nested too deep. */
  private static boolean isUnreadable(StatusRuntimeException e) {
    String description = String.valueOf(e.getStatus().getDescription());
    return switch (e.getStatus().getCode()) {
      case RESOURCE_EXHAUSTED ->
          retryAfter(e) == null && description.contains("exceeds maximum size");
      case CANCELLED, INTERNAL -> description.contains("Failed to read message");
      default -> false;
    };
  }

  private static String title(String collection) {
    return "collection '" + collection + "'";
  }

  private PointsBlockingStub timely(PointsBlockingStub stub) {
    return stub.withDeadlineAfter(seconds() + GRACE_SECONDS, TimeUnit.SECONDS);
  }

  private CollectionsBlockingStub timely(CollectionsBlockingStub stub) {
    return stub.withDeadlineAfter(seconds() + GRACE_SECONDS, TimeUnit.SECONDS);
  }

  private long seconds() {
    return settings.timeout().toSeconds();
  }

  private <T> T call(String what, Call<T> call) throws Exception {
    try {
      return call.make();
    } catch (StatusRuntimeException e) {
      throw failure(what, e);
    }
  }

  private <T> @Nullable T optional(String what, Call<T> call) throws Exception {
    try {
      return call.make();
    } catch (StatusRuntimeException e) {
      return switch (e.getStatus().getCode()) {
        case PERMISSION_DENIED, UNIMPLEMENTED -> null;
        default -> throw failure(what, e);
      };
    }
  }

  private Exception failure(String what, StatusRuntimeException e) {
    if (Thread.interrupted()) {
      return new InterruptedException(what + ": interrupted");
    }
    Status.Code code = e.getStatus().getCode();
    return switch (code) {
      case UNAVAILABLE ->
          new TransientException(
              settings.name()
                  + ": not reachable, expected a Qdrant server. Check host, port"
                  + " (6334, not 6333) and TLS",
              e);
      case DEADLINE_EXCEEDED ->
          new TransientException(
              "%s: no answer within %d seconds, expected one. Set a longer timeout"
                  .formatted(what, seconds()),
              e);
      case RESOURCE_EXHAUSTED -> exhausted(what, e);
      case INTERNAL, ABORTED, UNKNOWN ->
          new TransientException(what + ": the server failed with " + code, e);
      case NOT_FOUND ->
          new IOException(what + ": not there, expected a collection or alias. Check the name", e);
      case UNAUTHENTICATED, PERMISSION_DENIED ->
          new IOException(what + ": refused with " + code + ". Give a key that may read it", e);
      case UNIMPLEMENTED ->
          new IOException(
              settings.name() + ": no such service, expected Qdrant's gRPC interface. Check port",
              e);
      default -> new IOException(what + ": the server answered " + code, e);
    };
  }

  private static Exception exhausted(String what, StatusRuntimeException e) {
    String seconds = retryAfter(e);
    return new TransientException(
        what
            + ": too many reads, the server asks to wait"
            + (seconds == null ? "" : " " + seconds + " seconds")
            + ". Raise its read_rate_limit, or the delays between attempts",
        seconds == null ? Duration.ZERO : Duration.ofSeconds(Long.parseLong(seconds)),
        e);
  }

  private static @Nullable String retryAfter(StatusRuntimeException e) {
    Metadata trailers = e.getTrailers();
    String text = trailers == null ? null : trailers.get(RETRY_AFTER);
    return text != null && text.matches("\\d{1,6}") ? text : null;
  }

  @Override
  public void close() {
    channel.shutdownNow();
  }
}
