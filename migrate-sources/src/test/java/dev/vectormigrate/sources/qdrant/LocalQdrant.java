package dev.vectormigrate.sources.qdrant;

import io.qdrant.client.grpc.Collections.Distance;
import io.qdrant.client.grpc.JsonWithInt.Value;
import java.io.IOException;
import java.util.LinkedHashMap;
import java.util.Map;
import java.util.UUID;
import java.util.concurrent.atomic.AtomicInteger;
import org.testcontainers.DockerClientFactory;
import org.testcontainers.containers.GenericContainer;
import org.testcontainers.containers.wait.strategy.Wait;
import org.testcontainers.utility.DockerImageName;

/**
 * A server that tests share: Qdrant in a container, where a Docker engine answers, else {@link
 * QdrantStandIn}. The first call starts it and prints which one it is; it ends with the JVM.
 */
public final class LocalQdrant {

  private static final String IMAGE = "qdrant/qdrant:v1.17.1";
  private static final int GRPC_PORT = 6334;
  private static final AtomicInteger NAMES = new AtomicInteger();
  private static LocalQdrant shared;

  private final String host;
  private final int port;

  private LocalQdrant(String host, int port) {
    this.host = host;
    this.port = port;
  }

  /** The one of this JVM. */
  public static synchronized LocalQdrant shared() throws IOException {
    if (shared == null) {
      shared = DockerClientFactory.instance().isDockerAvailable() ? container() : standIn();
    }
    return shared;
  }

  @SuppressWarnings("resource") // Testcontainers removes it with the JVM.
  private static LocalQdrant container() {
    GenericContainer<?> container =
        new GenericContainer<>(DockerImageName.parse(IMAGE))
            .withExposedPorts(GRPC_PORT, 6333)
            // Shard keys are for clusters alone.
            .withEnv("QDRANT__CLUSTER__ENABLED", "true")
            .withCommand("./qdrant", "--uri", "http://127.0.0.1:6335")
            .waitingFor(Wait.forHttp("/readyz").forPort(6333));
    container.start();
    System.out.println("[qdrant] using a container of " + IMAGE);
    return new LocalQdrant(container.getHost(), container.getMappedPort(GRPC_PORT));
  }

  private static LocalQdrant standIn() throws IOException {
    System.out.println("[qdrant] using the stand-in of these tests, as no Docker engine answers");
    return new LocalQdrant("localhost", QdrantStandIn.start().port());
  }

  /** All that is in it. */
  public QdrantServer source() {
    return QdrantServer.at(host, port);
  }

  /**
   * Makes a collection of vectors compared by their cosine, each with a payload of texts.
   *
   * @param points payloads by UUID; the vector of the nth is (n, 1)
   */
  public void fill(String collection, Map<UUID, Map<String, String>> points) {
    try (Samples samples = samples()) {
      samples.create(collection, Samples.params(2, Distance.Cosine));
      int number = 0;
      for (Map.Entry<UUID, Map<String, String>> point : points.entrySet()) {
        Map<String, Value> payload = new LinkedHashMap<>();
        point.getValue().forEach((key, text) -> payload.put(key, Samples.value(text)));
        samples.upsert(
            collection,
            Samples.point(PointKey.of(point.getKey()), payload, Samples.vectors(number++, 1)));
      }
    }
  }

  Samples samples() {
    return new Samples(host, port);
  }

  /** A name that no other test has. */
  public static String newName(String begin) {
    return begin + "_" + NAMES.incrementAndGet();
  }
}
