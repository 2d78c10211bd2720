package dev.vectormigrate.sources.qdrant;

import dev.vectormigrate.spi.SourceSession;
import dev.vectormigrate.spi.SourceStore;
import java.io.IOException;
import java.nio.file.Path;
import java.time.Duration;
import java.util.List;
import java.util.Objects;
import java.util.function.Supplier;

/**
 * The collections of a Qdrant server as a source: {@code QdrantServer.at("localhost", 6334)}.
 * Immutable and thread-safe. It takes {@code io.qdrant:client}, 1.18 or newer, on the class path:
 * an optional dependency of this library.
 *
 * <p>Each collection is a dataset; a point becomes a row:
 *
 * <ul>
 *   <li>{@code id}: a UUID in its canonical text, or an unsigned number of 64 bits in decimal.
 *       Where collections are sharded by the application, the same id may be there once for each
 *       shard key, and {@code shard_key} is a field and the first part of the key.
 *   <li>{@code metadata}: the payload, all of it, as JSON; integers stay integers and whole floats
 *       stay floats. {@code text} is a field if {@link #textKey} names the key that has it.
 *   <li>{@code embedding}: the vector without name. Named vectors are fields of their names; a name
 *       that another field has already is followed by {@code _vector}. A point may lack any of
 *       them. A sparse vector is a sparse field of 1,000,000,000 dimensions, since Qdrant's have no
 *       dimension, or JSON where the collection has positions beyond; see {@link #sparseDimension}.
 *       A multivector is JSON: an array of its vectors.
 * </ul>
 *
 * <p>Vectors come as the server returns them. Under cosine distance, Qdrant has normalized them
 * when they were stored; the length they had is lost.
 *
 * <p>Qdrant has no snapshot that reads could go through, and no number that tells whether a
 * collection changed. So a session looks through each collection first, which {@link
 * #watchIdsOnly()} makes cheaper; a split knows how many points it has and a hash over them, and
 * reading it fails at its end where other points came.
 */
public final class QdrantServer implements SourceStore {

  static final Duration DEFAULT_TIMEOUT = Duration.ofSeconds(60);
  static final int DEFAULT_MOST_ANSWER_BYTES = 64 << 20;

  private final ServerSettings settings;

  private QdrantServer(ServerSettings settings) {
    this.settings = settings;
  }

  /**
   * A server without encryption and key.
   *
   * @param host its name or address
   * @param port of its gRPC interface: 6334 where nobody changed it, not 6333
   */
  public static QdrantServer at(String host, int port) {
    if (host.isEmpty()) {
      throw new IllegalArgumentException("host: empty, expected a name or an address");
    }
    if (port < 1 || port > 65_535) {
      throw new IllegalArgumentException("port: " + port + ", expected 1 to 65535");
    }
    return new QdrantServer(ServerSettings.of(host, port));
  }

  /** This source over TLS, with the certificates that the Java platform trusts. */
  public QdrantServer tls() {
    return new QdrantServer(settings.with(new ServerSettings.Tls(null)));
  }

  /** This source over TLS, with the certificates in a PEM file as the only ones to trust. */
  public QdrantServer tls(Path trustedCertificates) {
    Objects.requireNonNull(trustedCertificates, "trustedCertificates");
    return new QdrantServer(settings.with(new ServerSettings.Tls(trustedCertificates)));
  }

  /** The key that the server asks for; without {@link #tls()} it travels in clear. */
  public QdrantServer apiKey(String key) {
    Objects.requireNonNull(key, "key");
    return apiKey(() -> key);
  }

  /** Where the key that the server asks for comes from; it is asked once a session. */
  public QdrantServer apiKey(Supplier<String> key) {
    return new QdrantServer(settings.withApiKey(Objects.requireNonNull(key, "key")));
  }

  /**
   * These collections alone, each by its name or an alias, which then names the dataset; all
   * collections if not set. A key that is limited to some collections needs it.
   */
  public QdrantServer collections(String... names) {
    if (names.length == 0 || List.of(names).stream().distinct().count() < names.length) {
      throw new IllegalArgumentException(
          "collections: " + names.length + " names, expected one or more, each once");
    }
    return new QdrantServer(settings.withCollections(List.of(names)));
  }

  /**
   * The key of the payload whose text becomes the field {@code text}, such as {@code page_content};
   * the payload keeps it too. Without it, there is no such field.
   */
  public QdrantServer textKey(String key) {
    PointLayout.Options options = settings.options();
    return new QdrantServer(
        settings.with(
            new PointLayout.Options(
                Objects.requireNonNull(key, "key"), options.sparseDimension(), false)));
  }

  /**
   * The dimension of sparse vectors, which Qdrant does not know; a row with a position beyond is
   * refused.
   */
  public QdrantServer sparseDimension(int dimension) {
    return new QdrantServer(
        settings.with(
            new PointLayout.Options(
                settings.options().textKey(), requireSparseDimension(dimension), false)));
  }

  static int requireSparseDimension(int dimension) {
    if (dimension < 1 || dimension > PointLayout.MOST_SPARSE_DIMENSION) {
      throw new IllegalArgumentException(
          "sparse dimension: %d, expected 1 to %d"
              .formatted(dimension, PointLayout.MOST_SPARSE_DIMENSION));
    }
    return dimension;
  }

  /**
   * Looks through ids alone before reading: much less to read, and a change of a point's payload or
   * vectors, unlike a point that comes or goes, is not noticed. For servers that nobody writes to.
   */
  public QdrantServer watchIdsOnly() {
    return new QdrantServer(settings.watchingIdsOnly());
  }

  /**
   * How long one answer may take, 60 seconds if not set; in whole seconds. The server is told too,
   * and takes less where its configuration says so.
   */
  public QdrantServer timeout(Duration timeout) {
    if (timeout.compareTo(Duration.ofSeconds(1)) < 0 || timeout.toDays() > 0) {
      throw new IllegalArgumentException("timeout: " + timeout + ", expected 1 second to 1 day");
    }
    return new QdrantServer(settings.with(timeout));
  }

  /**
   * The largest answer that is taken, in bytes: 64 MiB if not set, at least 4 KiB. Each reader
   * holds one at a time, most of which are an eighth of it; a point that alone is larger is
   * refused.
   */
  public QdrantServer maxAnswerBytes(int bytes) {
    if (bytes < 4 << 10) {
      throw new IllegalArgumentException("bytes: " + bytes + ", expected at least 4096");
    }
    return new QdrantServer(settings.withMostAnswerBytes(bytes));
  }

  /** As {@code qdrant://host:port}, or {@code qdrant+tls://host:port}. */
  @Override
  public String name() {
    return settings.name();
  }

  @Override
  public SourceSession open() throws Exception {
    try {
      return ServerSession.open(settings);
    } catch (NoClassDefFoundError e) {
      throw new IOException(
          name()
              + ": client of Qdrant missing, expected io.qdrant:client on the class path. Add this"
              + " dependency, in version 1.18 or newer",
          e);
    }
  }

  @Override
  public String toString() {
    return name();
  }
}
