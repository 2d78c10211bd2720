package dev.vectormigrate.sources.qdrant;

import java.nio.file.Path;
import java.time.Duration;
import java.util.List;
import java.util.function.Supplier;
import org.jspecify.annotations.Nullable;

/**
 * What the caller said about a server.
 *
 * @param host name or address
 * @param port of its gRPC interface
 * @param tls null for none
 * @param apiKey null for none
 * @param collections names or aliases, none for all
 * @param options of the rows
 * @param idsOnly whether a change of contents goes unnoticed
 * @param timeout of one answer
 * @param mostAnswerBytes of one answer
 */
record ServerSettings(
    String host,
    int port,
    @Nullable Tls tls,
    @Nullable Supplier<String> apiKey,
    List<String> collections,
    PointLayout.Options options,
    boolean idsOnly,
    Duration timeout,
    int mostAnswerBytes) {

  /**
   * Encryption.
   *
   * @param trusted PEM file of the certificates to trust; null for those of the platform
   */
  record Tls(@Nullable Path trusted) {}

  static ServerSettings of(String host, int port) {
    return new ServerSettings(
        host,
        port,
        null,
        null,
        List.of(),
        PointLayout.Options.DEFAULT,
        false,
        QdrantServer.DEFAULT_TIMEOUT,
        QdrantServer.DEFAULT_MOST_ANSWER_BYTES);
  }

  ServerSettings with(Tls newTls) {
    return new ServerSettings(
        host, port, newTls, apiKey, collections, options, idsOnly, timeout, mostAnswerBytes);
  }

  ServerSettings withApiKey(Supplier<String> newKey) {
    return new ServerSettings(
        host, port, tls, newKey, collections, options, idsOnly, timeout, mostAnswerBytes);
  }

  ServerSettings withCollections(List<String> names) {
    return new ServerSettings(
        host, port, tls, apiKey, names, options, idsOnly, timeout, mostAnswerBytes);
  }

  ServerSettings with(PointLayout.Options newOptions) {
    return new ServerSettings(
        host, port, tls, apiKey, collections, newOptions, idsOnly, timeout, mostAnswerBytes);
  }

  ServerSettings watchingIdsOnly() {
    return new ServerSettings(
        host, port, tls, apiKey, collections, options, true, timeout, mostAnswerBytes);
  }

  ServerSettings with(Duration newTimeout) {
    return new ServerSettings(
        host, port, tls, apiKey, collections, options, idsOnly, newTimeout, mostAnswerBytes);
  }

  ServerSettings withMostAnswerBytes(int bytes) {
    return new ServerSettings(
        host, port, tls, apiKey, collections, options, idsOnly, timeout, bytes);
  }

  String name() {
    String address = host.contains(":") ? "[" + host + "]" : host;
    return (tls == null ? "qdrant://" : "qdrant+tls://") + address + ":" + port;
  }

  @Override
  public String toString() {
    return name();
  }
}
