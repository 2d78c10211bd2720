package dev.vectormigrate.cli;

import dev.vectormigrate.sources.qdrant.QdrantServer;
import java.net.URI;
import java.net.URISyntaxException;
import java.util.function.UnaryOperator;
import org.jspecify.annotations.Nullable;

/**
 * Where a Qdrant server is, as it is written on the command line: {@code
 * //HOST[:PORT][/COLLECTION]}.
 *
 * @param host name or address
 * @param port of its gRPC interface
 * @param collection the only one to read, or its alias; null for all
 */
record QdrantAddress(String host, int port, @Nullable String collection) {

  static final String KEY_VARIABLE = "QDRANT_API_KEY";

  private static final int DEFAULT_PORT = 6334;
  private static final int MOST_PORT = 65_535;

  /**
   * Reads what stands behind the kind.
   *
   * @throws IllegalArgumentException if it is no such address
   */
  static QdrantAddress parse(String place) {
    try {
      URI uri = new URI("qdrant:" + place);
      String host = uri.getHost();
      int port = uri.getPort() < 0 ? DEFAULT_PORT : uri.getPort();
      boolean more =
          uri.getUserInfo() != null || uri.getQuery() != null || uri.getFragment() != null;
      if (host != null && !more && port > 0 && port <= MOST_PORT) {
        return new QdrantAddress(host.replaceAll("[\\[\\]]", ""), port, collection(uri.getPath()));
      }
    } catch (URISyntaxException e) {
      // Said below, without what was written, which may hold a key.
    }
    throw new IllegalArgumentException("no address of a server");
  }

  private static @Nullable String collection(String path) {
    return path.length() < 2 ? null : path.substring(1);
  }

  QdrantServer server(UnaryOperator<String> environment) {
    QdrantServer server = QdrantServer.at(host, port);
    String key = environment.apply(KEY_VARIABLE);
    QdrantServer known = key.isEmpty() ? server : server.apiKey(key);
    return collection == null ? known : known.collections(collection);
  }
}
