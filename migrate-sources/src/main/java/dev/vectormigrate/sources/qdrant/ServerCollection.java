package dev.vectormigrate.sources.qdrant;

import dev.vectormigrate.model.Finding;
import io.qdrant.client.grpc.Collections.CollectionClusterInfoResponse;
import io.qdrant.client.grpc.Collections.CollectionInfo;
import io.qdrant.client.grpc.Collections.CollectionParams;
import io.qdrant.client.grpc.Collections.CollectionStatus;
import io.qdrant.client.grpc.Collections.Datatype;
import io.qdrant.client.grpc.Collections.ListShardKeysResponse;
import io.qdrant.client.grpc.Collections.ShardKey;
import io.qdrant.client.grpc.Collections.ShardingMethod;
import io.qdrant.client.grpc.Collections.StrictModeConfig;
import io.qdrant.client.grpc.Collections.VectorParams;
import io.qdrant.client.grpc.Collections.VectorsConfig;
import io.qdrant.client.grpc.Points.CountPoints;
import io.qdrant.client.grpc.Points.ShardKeySelector;
import java.io.IOException;
import java.util.ArrayList;
import java.util.Comparator;
import java.util.List;
import java.util.Locale;
import java.util.Map;
import java.util.TreeMap;
import java.util.TreeSet;
import org.jspecify.annotations.Nullable;

/**
 * A collection as its server describes it. Immutable and thread-safe.
 *
 * @param name that the caller, or the server, calls it by
 * @param specs its vectors, the one without name first, then by name
 * @param shards the shard keys of a collection that its application shards, in a fixed order; one
 *     null element for any other
 * @param mostPoints that one page may have
 * @param mostSeconds that one answer may take
 * @param findings what its state means for a migration
 */
record ServerCollection(
    String name,
    List<VectorSpec> specs,
    List<Shard> shards,
    int mostPoints,
    int mostSeconds,
    List<Finding> findings) {

  /** More than this in one page brings nothing. */
  private static final int MOST_POINTS = 10_000;

  private static final Comparator<Shard> ORDER =
      Comparator.comparing((Shard shard) -> shard.token());

  /**
   * Points that are scrolled together.
   *
   * @param key null where the collection is one
   */
  record Shard(@Nullable ShardKey key) {

    static final Shard WHOLE = new Shard(null);

    /** Tells it apart from all others of the collection, in a split. */
    String token() {
      return key == null ? "" : (key.hasNumber() ? "n" : "k") + WirePoint.text(key);
    }

    ShardKeySelector selector() {
      ShardKeySelector.Builder selector = ShardKeySelector.newBuilder();
      return key == null ? selector.build() : selector.addShardKeys(key).build();
    }
  }

  static ServerCollection of(ServerConnection connection, String name) throws Exception {
    CollectionInfo info = connection.collection(name);
    CollectionParams params = info.getConfig().getParams();
    StrictModeConfig strict = info.getConfig().getStrictModeConfig();
    CollectionClusterInfoResponse cluster = connection.cluster(name);
    List<Shard> shards =
        params.getShardingMethod() == ShardingMethod.Custom
            ? shards(connection, name, cluster)
            : List.of(Shard.WHOLE);
    long seconds = connection.settings().timeout().toSeconds();
    return new ServerCollection(
        name,
        specs(name, params),
        shards,
        strict.getEnabled() && strict.hasMaxQueryLimit()
            ? Math.max(1, Math.min(MOST_POINTS, strict.getMaxQueryLimit()))
            : MOST_POINTS,
        (int)
            (strict.getEnabled() && strict.hasMaxTimeout()
                ? Math.max(1, Math.min(seconds, strict.getMaxTimeout()))
                : seconds),
        findings(info, cluster));
  }

  private static List<VectorSpec> specs(String name, CollectionParams params) throws IOException {
    TreeMap<String, VectorSpec> specs = new TreeMap<>();
    VectorsConfig vectors = params.getVectorsConfig();
    if (vectors.hasParams()) {
      specs.put("", spec("", vectors.getParams()));
    }
    for (Map.Entry<String, VectorParams> named : vectors.getParamsMap().getMapMap().entrySet()) {
      specs.put(named.getKey(), spec(named.getKey(), named.getValue()));
    }
    params
        .getSparseVectorsConfig()
        .getMapMap()
        .forEach(
            (sparse, config) ->
                specs.put(
                    sparse, VectorSpec.sparse(sparse, storage(config.getIndex().getDatatype()))));
    for (VectorSpec spec : specs.values()) {
      if (spec.dimension() < 0) {
        throw new IOException(
            "collection '%s': %s of a dimension beyond %d, expected less"
                .formatted(name, spec.title(), Integer.MAX_VALUE));
      }
    }
    return List.copyOf(specs.values());
  }

  private static VectorSpec spec(String name, VectorParams params) {
    long size = params.getSize();
    return new VectorSpec(
        name,
        params.hasMultivectorConfig() ? VectorSpec.Form.MULTI : VectorSpec.Form.DENSE,
        size < 0 || size > Integer.MAX_VALUE ? -1 : (int) size,
        params.getDistance().name(),
        params.getDatatype() == Datatype.UNRECOGNIZED
            ? "type " + params.getDatatypeValue()
            : storage(params.getDatatype()));
  }

  private static String storage(Datatype type) {
    return type == Datatype.Default ? VectorSpec.FLOAT32 : type.name().toLowerCase(Locale.ROOT);
  }

  private static List<Shard> shards(
      ServerConnection connection, String name, @Nullable CollectionClusterInfoResponse cluster)
      throws Exception {
    TreeSet<Shard> shards = new TreeSet<>(ORDER);
    ListShardKeysResponse keys = connection.shardKeys(name);
    if (keys != null) {
      keys.getShardKeysList().forEach(key -> shards.add(new Shard(key.getKey())));
    } else if (cluster != null) {
      // Servers before that call exist tell the keys with their shards.
      cluster.getLocalShardsList().stream()
          .filter(shard -> shard.hasShardKey())
          .forEach(shard -> shards.add(new Shard(shard.getShardKey())));
      cluster.getRemoteShardsList().stream()
          .filter(shard -> shard.hasShardKey())
          .forEach(shard -> shards.add(new Shard(shard.getShardKey())));
    } else {
      throw new IOException(
          "collection '"
              + name
              + "': sharded by keys that the server does not tell, expected them. Give a key that"
              + " may read the cluster");
    }
    requireDifferent(name, shards);
    return List.copyOf(shards);
  }

  private static void requireDifferent(String name, TreeSet<Shard> shards) throws IOException {
    long texts = shards.stream().map(shard -> WirePoint.text(shard.key())).distinct().count();
    if (texts < shards.size()) {
      throw new IOException(
          "collection '"
              + name
              + "': a shard key is a number and a text of the same digits, expected one of them");
    }
  }

  private static List<Finding> findings(
      CollectionInfo info, @Nullable CollectionClusterInfoResponse cluster) {
    List<Finding> findings = new ArrayList<>();
    if (info.getStatus() == CollectionStatus.Red) {
      findings.add(
          Finding.warning(
              "qdrant.status.red",
              "status red: the server failed to bring the collection in order"));
    }
    long deferred = info.getUpdateQueue().getDeferredPoints();
    if (deferred > 0) {
      findings.add(
          Finding.error(
              "qdrant.points.deferred",
              deferred
                  + " points are written but can't be read before the server has indexed them."
                  + " Wait for status green"));
    }
    if (cluster != null
        && cluster.getShardTransfersCount() + cluster.getReshardingOperationsCount() > 0) {
      findings.add(
          Finding.warning(
              "qdrant.shards.moving", "shards are being moved: wait for that to end, then start"));
    }
    return findings;
  }

  boolean sharded() {
    return shards.size() != 1 || shards.get(0).key() != null;
  }

  /** How many points there are, exactly. */
  long count(ServerConnection connection) throws Exception {
    long count = 0;
    for (Shard shard : shards) {
      CountPoints.Builder request =
          CountPoints.newBuilder().setCollectionName(name).setExact(true).setTimeout(mostSeconds);
      if (shard.key() != null) {
        request.setShardKeySelector(shard.selector());
      }
      count += connection.count(request.build());
    }
    return count;
  }

  /** What decides how points become rows, as a short text. */
  String configuration() {
    return specs + " " + shards.stream().map(Shard::token).toList();
  }
}
