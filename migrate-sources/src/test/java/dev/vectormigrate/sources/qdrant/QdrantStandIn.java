package dev.vectormigrate.sources.qdrant;

import io.grpc.Grpc;
import io.grpc.InsecureServerCredentials;
import io.grpc.Metadata;
import io.grpc.Server;
import io.grpc.ServerCall;
import io.grpc.ServerCallHandler;
import io.grpc.ServerCredentials;
import io.grpc.ServerInterceptor;
import io.grpc.Status;
import io.grpc.StatusRuntimeException;
import io.grpc.stub.StreamObserver;
import io.qdrant.client.grpc.Collections.AliasDescription;
import io.qdrant.client.grpc.Collections.AliasOperations;
import io.qdrant.client.grpc.Collections.ChangeAliases;
import io.qdrant.client.grpc.Collections.CollectionClusterInfoRequest;
import io.qdrant.client.grpc.Collections.CollectionClusterInfoResponse;
import io.qdrant.client.grpc.Collections.CollectionConfig;
import io.qdrant.client.grpc.Collections.CollectionDescription;
import io.qdrant.client.grpc.Collections.CollectionInfo;
import io.qdrant.client.grpc.Collections.CollectionOperationResponse;
import io.qdrant.client.grpc.Collections.CollectionParams;
import io.qdrant.client.grpc.Collections.CollectionStatus;
import io.qdrant.client.grpc.Collections.CreateCollection;
import io.qdrant.client.grpc.Collections.CreateShardKeyRequest;
import io.qdrant.client.grpc.Collections.CreateShardKeyResponse;
import io.qdrant.client.grpc.Collections.Distance;
import io.qdrant.client.grpc.Collections.GetCollectionInfoRequest;
import io.qdrant.client.grpc.Collections.GetCollectionInfoResponse;
import io.qdrant.client.grpc.Collections.ListAliasesRequest;
import io.qdrant.client.grpc.Collections.ListAliasesResponse;
import io.qdrant.client.grpc.Collections.ListCollectionsRequest;
import io.qdrant.client.grpc.Collections.ListCollectionsResponse;
import io.qdrant.client.grpc.Collections.ListShardKeysRequest;
import io.qdrant.client.grpc.Collections.ListShardKeysResponse;
import io.qdrant.client.grpc.Collections.LocalShardInfo;
import io.qdrant.client.grpc.Collections.ShardKey;
import io.qdrant.client.grpc.Collections.ShardKeyDescription;
import io.qdrant.client.grpc.CollectionsGrpc;
import io.qdrant.client.grpc.Common.PointId;
import io.qdrant.client.grpc.Points.CountPoints;
import io.qdrant.client.grpc.Points.CountResponse;
import io.qdrant.client.grpc.Points.CountResult;
import io.qdrant.client.grpc.Points.DenseVector;
import io.qdrant.client.grpc.Points.NamedVectorsOutput;
import io.qdrant.client.grpc.Points.PointStruct;
import io.qdrant.client.grpc.Points.PointsOperationResponse;
import io.qdrant.client.grpc.Points.RetrievedPoint;
import io.qdrant.client.grpc.Points.ScrollPoints;
import io.qdrant.client.grpc.Points.ScrollResponse;
import io.qdrant.client.grpc.Points.ShardKeySelector;
import io.qdrant.client.grpc.Points.SparseIndices;
import io.qdrant.client.grpc.Points.UpsertPoints;
import io.qdrant.client.grpc.Points.Vector;
import io.qdrant.client.grpc.Points.VectorOutput;
import io.qdrant.client.grpc.Points.VectorsOutput;
import io.qdrant.client.grpc.PointsGrpc;
import java.io.IOException;
import java.util.ArrayDeque;
import java.util.ArrayList;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import java.util.NavigableMap;
import java.util.Queue;
import java.util.TreeMap;
import java.util.function.Function;
import java.util.function.Supplier;

/**
 * A server that answers as Qdrant does to what a migration asks, over real connections: for
 * machines without a container engine, and for what a healthy server does not do on demand.
 */
final class QdrantStandIn implements AutoCloseable {

  private static final Metadata.Key<String> API_KEY =
      Metadata.Key.of("api-key", Metadata.ASCII_STRING_MARSHALLER);

  private static final class Stored {
    CreateCollection config;
    final Map<ShardKey, TreeMap<PointKey, RetrievedPoint>> shards = new LinkedHashMap<>();
  }

  private final Map<String, Stored> collections = new TreeMap<>();
  private final Map<String, String> aliases = new TreeMap<>();
  private final Server server;
  private final Queue<Supplier<StatusRuntimeException>> failures = new ArrayDeque<>();

  /** What was asked for, in order. */
  final List<ScrollPoints> scrolls = new ArrayList<>();

  /** Whether vectors are sent as by servers up to 1.16. */
  boolean flat;

  /** Whether servers of this age lack the call for shard keys. */
  boolean withoutShardKeys;

  /** The key that is asked for, if any. */
  String apiKey;

  /** The most points that are answered in time. */
  int mostInTime = Integer.MAX_VALUE;

  /** How many further pages are cut short, with no next offset, as by servers before 1.14. */
  int pagesToCut;

  /** Changes what the server says of a collection. */
  Function<CollectionInfo, CollectionInfo> described = info -> info;

  /** What happens before each page. */
  Runnable beforePage = () -> {};

  private QdrantStandIn(ServerCredentials credentials) throws IOException {
    server =
        Grpc.newServerBuilderForPort(0, credentials)
            .addService(new PointsService())
            .addService(new CollectionsService())
            .intercept(new KeyCheck())
            .maxInboundMessageSize(64 << 20)
            .build()
            .start();
  }

  static QdrantStandIn start() throws IOException {
    return start(InsecureServerCredentials.create());
  }

  static QdrantStandIn start(ServerCredentials credentials) throws IOException {
    return new QdrantStandIn(credentials);
  }

  int port() {
    return server.getPort();
  }

  /** The next pages fail, one after another, before pages are read again. */
  synchronized void fail(int times, Supplier<StatusRuntimeException> failure) {
    for (int i = 0; i < times; i++) {
      failures.add(failure);
    }
  }

  /** Puts a point past the wire. */
  synchronized void put(String collection, RetrievedPoint point) {
    shard(stored(collection), ShardKey.getDefaultInstance())
        .put(WirePoint.key(point.getId()), point);
  }

  synchronized void remove(String collection, PointKey key) {
    stored(collection).shards.values().forEach(shard -> shard.remove(key));
  }

  @Override
  public void close() {
    server.shutdownNow();
  }

  private final class KeyCheck implements ServerInterceptor {

    @Override
    public <Q, A> ServerCall.Listener<Q> interceptCall(
        ServerCall<Q, A> call, Metadata headers, ServerCallHandler<Q, A> next) {
      if (apiKey != null && !apiKey.equals(headers.get(API_KEY))) {
        call.close(
            Status.UNAUTHENTICATED.withDescription("Invalid api-key " + headers.get(API_KEY)),
            new Metadata());
        return new ServerCall.Listener<>() {};
      }
      return next.startCall(call, headers);
    }
  }

  private Stored stored(String name) {
    Stored stored = collections.get(aliases.getOrDefault(name, name));
    if (stored == null) {
      throw Status.NOT_FOUND
          .withDescription("Not found: Collection `" + name + "` doesn't exist!")
          .asRuntimeException();
    }
    return stored;
  }

  private static TreeMap<PointKey, RetrievedPoint> shard(Stored stored, ShardKey key) {
    return stored.shards.computeIfAbsent(key, k -> new TreeMap<>());
  }

  private <T> void answer(StreamObserver<T> observer, Supplier<T> answer) {
    T value;
    try {
      synchronized (this) {
        value = answer.get();
      }
    } catch (StatusRuntimeException e) {
      observer.onError(e);
      return;
    }
    observer.onNext(value);
    observer.onCompleted();
  }

  private final class CollectionsService extends CollectionsGrpc.CollectionsImplBase {

    private static final CollectionOperationResponse DONE =
        CollectionOperationResponse.newBuilder().setResult(true).build();

    @Override
    public void create(
        CreateCollection request, StreamObserver<CollectionOperationResponse> observer) {
      answer(
          observer,
          () -> {
            Stored stored = new Stored();
            stored.config = request;
            collections.put(request.getCollectionName(), stored);
            return DONE;
          });
    }

    @Override
    public void list(
        ListCollectionsRequest request, StreamObserver<ListCollectionsResponse> observer) {
      ListCollectionsResponse.Builder list = ListCollectionsResponse.newBuilder();
      answer(
          observer,
          () -> {
            collections
                .keySet()
                .forEach(
                    name -> list.addCollections(CollectionDescription.newBuilder().setName(name)));
            return list.build();
          });
    }

    @Override
    public void get(
        GetCollectionInfoRequest request, StreamObserver<GetCollectionInfoResponse> observer) {
      answer(
          observer,
          () -> {
            CreateCollection config = stored(request.getCollectionName()).config;
            CollectionParams.Builder params =
                CollectionParams.newBuilder()
                    .setVectorsConfig(config.getVectorsConfig())
                    .setSparseVectorsConfig(config.getSparseVectorsConfig())
                    .setShardingMethod(config.getShardingMethod());
            CollectionInfo info =
                CollectionInfo.newBuilder()
                    .setStatus(CollectionStatus.Green)
                    .setConfig(
                        CollectionConfig.newBuilder()
                            .setParams(params)
                            .setStrictModeConfig(config.getStrictModeConfig()))
                    .build();
            return GetCollectionInfoResponse.newBuilder().setResult(described.apply(info)).build();
          });
    }

    @Override
    public void updateAliases(
        ChangeAliases request, StreamObserver<CollectionOperationResponse> observer) {
      answer(
          observer,
          () -> {
            for (AliasOperations action : request.getActionsList()) {
              aliases.put(
                  action.getCreateAlias().getAliasName(),
                  action.getCreateAlias().getCollectionName());
            }
            return DONE;
          });
    }

    @Override
    public void listAliases(
        ListAliasesRequest request, StreamObserver<ListAliasesResponse> observer) {
      ListAliasesResponse.Builder list = ListAliasesResponse.newBuilder();
      answer(
          observer,
          () -> {
            aliases.forEach(
                (alias, name) ->
                    list.addAliases(
                        AliasDescription.newBuilder().setAliasName(alias).setCollectionName(name)));
            return list.build();
          });
    }

    @Override
    public void createShardKey(
        CreateShardKeyRequest request, StreamObserver<CreateShardKeyResponse> observer) {
      answer(
          observer,
          () -> {
            shard(stored(request.getCollectionName()), request.getRequest().getShardKey());
            return CreateShardKeyResponse.newBuilder().setResult(true).build();
          });
    }

    @Override
    public void listShardKeys(
        ListShardKeysRequest request, StreamObserver<ListShardKeysResponse> observer) {
      ListShardKeysResponse.Builder list = ListShardKeysResponse.newBuilder();
      answer(
          observer,
          () -> {
            if (withoutShardKeys) {
              throw Status.UNIMPLEMENTED.asRuntimeException();
            }
            stored(request.getCollectionName())
                .shards
                .keySet()
                .forEach(key -> list.addShardKeys(ShardKeyDescription.newBuilder().setKey(key)));
            return list.build();
          });
    }

    @Override
    public void collectionClusterInfo(
        CollectionClusterInfoRequest request,
        StreamObserver<CollectionClusterInfoResponse> observer) {
      CollectionClusterInfoResponse.Builder info = CollectionClusterInfoResponse.newBuilder();
      answer(
          observer,
          () -> {
            for (ShardKey key : stored(request.getCollectionName()).shards.keySet()) {
              info.addLocalShards(LocalShardInfo.newBuilder().setShardKey(key));
            }
            return info.build();
          });
    }
  }

  private final class PointsService extends PointsGrpc.PointsImplBase {

    @Override
    public void upsert(UpsertPoints request, StreamObserver<PointsOperationResponse> observer) {
      answer(
          observer,
          () -> {
            Stored stored = stored(request.getCollectionName());
            ShardKey key =
                request.getShardKeySelector().getShardKeysCount() == 0
                    ? ShardKey.getDefaultInstance()
                    : request.getShardKeySelector().getShardKeys(0);
            for (PointStruct point : request.getPointsList()) {
              shard(stored, key).put(WirePoint.key(point.getId()), retrieved(stored, point));
            }
            return PointsOperationResponse.getDefaultInstance();
          });
    }

    @Override
    public void count(CountPoints request, StreamObserver<CountResponse> observer) {
      answer(
          observer,
          () -> {
            Stored stored = stored(request.getCollectionName());
            long count = selected(stored, request.getShardKeySelector()).size();
            return CountResponse.newBuilder()
                .setResult(CountResult.newBuilder().setCount(count))
                .build();
          });
    }

    @Override
    public void scroll(ScrollPoints request, StreamObserver<ScrollResponse> observer) {
      answer(
          observer,
          () -> {
            scrolls.add(request);
            beforePage.run();
            if (!failures.isEmpty()) {
              throw failures.remove().get();
            }
            return page(stored(request.getCollectionName()), request);
          });
    }
  }

  private ScrollResponse page(Stored stored, ScrollPoints request) {
    int most = stored.config.getStrictModeConfig().getMaxQueryLimit();
    if (request.getLimit() < 1 || (most > 0 && request.getLimit() > most)) {
      throw Status.INVALID_ARGUMENT.withDescription("Limit").asRuntimeException();
    }
    if (request.getLimit() > mostInTime) {
      throw Status.DEADLINE_EXCEEDED.withDescription("Timeout error").asRuntimeException();
    }
    NavigableMap<PointKey, RetrievedPoint> points = selected(stored, request.getShardKeySelector());
    if (request.hasOffset()) {
      points = points.tailMap(WirePoint.key(request.getOffset()), true);
    }
    ScrollResponse.Builder page = ScrollResponse.newBuilder();
    int limit = request.getLimit();
    boolean cut = pagesToCut > 0 && points.size() > 1;
    if (cut) {
      pagesToCut--;
      limit = Math.max(1, Math.min(limit, points.size() - 1) / 2);
    }
    for (Map.Entry<PointKey, RetrievedPoint> point : points.entrySet()) {
      if (page.getResultCount() == limit) {
        if (!cut) {
          page.setNextPageOffset(WirePoint.id(point.getKey()));
        }
        break;
      }
      page.addResult(sent(point.getValue(), request));
    }
    return page.build();
  }

  private static NavigableMap<PointKey, RetrievedPoint> selected(
      Stored stored, ShardKeySelector selector) {
    TreeMap<PointKey, RetrievedPoint> all = new TreeMap<>();
    stored.shards.forEach(
        (key, points) -> {
          if (selector.getShardKeysCount() == 0 || selector.getShardKeysList().contains(key)) {
            all.putAll(points);
          }
        });
    return all;
  }

  private RetrievedPoint sent(RetrievedPoint point, ScrollPoints request) {
    RetrievedPoint.Builder sent = point.toBuilder();
    if (!request.getWithPayload().getEnable()) {
      sent.clearPayload();
    }
    if (!request.getWithVectors().getEnable()) {
      sent.clearVectors();
    } else if (flat) {
      sent.setVectors(flattened(point.getVectors()));
    }
    return sent.build();
  }

  private static RetrievedPoint retrieved(Stored stored, PointStruct point) {
    VectorsOutput.Builder vectors = VectorsOutput.newBuilder();
    if (point.getVectors().hasVector()) {
      Distance distance = stored.config.getVectorsConfig().getParams().getDistance();
      vectors.setVector(output(point.getVectors().getVector(), distance));
    }
    if (point.getVectors().hasVectors()) {
      NamedVectorsOutput.Builder named = NamedVectorsOutput.newBuilder();
      point
          .getVectors()
          .getVectors()
          .getVectorsMap()
          .forEach(
              (name, vector) -> {
                Distance distance =
                    stored
                        .config
                        .getVectorsConfig()
                        .getParamsMap()
                        .getMapMap()
                        .getOrDefault(
                            name,
                            io.qdrant.client.grpc.Collections.VectorParams.getDefaultInstance())
                        .getDistance();
                named.putVectors(name, output(vector, distance));
              });
      vectors.setVectors(named);
    }
    return RetrievedPoint.newBuilder()
        .setId(canonical(point.getId()))
        .putAllPayload(point.getPayloadMap())
        .setVectors(vectors)
        .build();
  }

  private static PointId canonical(PointId id) {
    return WirePoint.id(WirePoint.key(id));
  }

  private static VectorOutput output(Vector vector, Distance distance) {
    VectorOutput.Builder output = VectorOutput.newBuilder();
    if (vector.hasSparse()) {
      output.setSparse(vector.getSparse());
    } else if (vector.hasMultiDense()) {
      output.setMultiDense(vector.getMultiDense());
    } else {
      output.setDense(
          distance == Distance.Cosine ? normalized(vector.getDense()) : vector.getDense());
    }
    return output.build();
  }

  private static DenseVector normalized(DenseVector vector) {
    float square = 0;
    for (float component : vector.getDataList()) {
      square += component * component;
    }
    float length = (float) Math.sqrt(square);
    DenseVector.Builder unit = DenseVector.newBuilder();
    for (float component : vector.getDataList()) {
      unit.addData(length == 0 ? component : component / length);
    }
    return unit.build();
  }

  private static VectorsOutput flattened(VectorsOutput vectors) {
    VectorsOutput.Builder flat = VectorsOutput.newBuilder();
    if (vectors.hasVector()) {
      flat.setVector(flattened(vectors.getVector()));
    }
    if (vectors.hasVectors()) {
      NamedVectorsOutput.Builder named = NamedVectorsOutput.newBuilder();
      vectors
          .getVectors()
          .getVectorsMap()
          .forEach((name, vector) -> named.putVectors(name, flattened(vector)));
      flat.setVectors(named);
    }
    return flat.build();
  }

  @SuppressWarnings("deprecation")
  private static VectorOutput flattened(VectorOutput vector) {
    VectorOutput.Builder flat = VectorOutput.newBuilder();
    switch (vector.getVectorCase()) {
      case DENSE -> flat.addAllData(vector.getDense().getDataList());
      case SPARSE ->
          flat.addAllData(vector.getSparse().getValuesList())
              .setIndices(
                  SparseIndices.newBuilder().addAllData(vector.getSparse().getIndicesList()));
      case MULTI_DENSE -> {
        flat.setVectorsCount(vector.getMultiDense().getVectorsCount());
        vector.getMultiDense().getVectorsList().forEach(v -> flat.addAllData(v.getDataList()));
      }
      default -> throw new IllegalStateException("a vector without value");
    }
    return flat.build();
  }
}
