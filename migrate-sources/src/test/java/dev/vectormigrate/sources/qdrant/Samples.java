package dev.vectormigrate.sources.qdrant;

import io.grpc.Channel;
import io.grpc.Grpc;
import io.grpc.InsecureChannelCredentials;
import io.grpc.ManagedChannel;
import io.qdrant.client.grpc.Collections.AliasOperations;
import io.qdrant.client.grpc.Collections.ChangeAliases;
import io.qdrant.client.grpc.Collections.CreateAlias;
import io.qdrant.client.grpc.Collections.CreateCollection;
import io.qdrant.client.grpc.Collections.CreateShardKey;
import io.qdrant.client.grpc.Collections.CreateShardKeyRequest;
import io.qdrant.client.grpc.Collections.Distance;
import io.qdrant.client.grpc.Collections.MultiVectorComparator;
import io.qdrant.client.grpc.Collections.MultiVectorConfig;
import io.qdrant.client.grpc.Collections.ShardKey;
import io.qdrant.client.grpc.Collections.ShardingMethod;
import io.qdrant.client.grpc.Collections.SparseVectorConfig;
import io.qdrant.client.grpc.Collections.SparseVectorParams;
import io.qdrant.client.grpc.Collections.VectorParams;
import io.qdrant.client.grpc.Collections.VectorParamsMap;
import io.qdrant.client.grpc.Collections.VectorsConfig;
import io.qdrant.client.grpc.CollectionsGrpc;
import io.qdrant.client.grpc.JsonWithInt.ListValue;
import io.qdrant.client.grpc.JsonWithInt.NullValue;
import io.qdrant.client.grpc.JsonWithInt.Struct;
import io.qdrant.client.grpc.JsonWithInt.Value;
import io.qdrant.client.grpc.Points.DenseVector;
import io.qdrant.client.grpc.Points.MultiDenseVector;
import io.qdrant.client.grpc.Points.NamedVectors;
import io.qdrant.client.grpc.Points.PointStruct;
import io.qdrant.client.grpc.Points.ShardKeySelector;
import io.qdrant.client.grpc.Points.SparseVector;
import io.qdrant.client.grpc.Points.UpsertPoints;
import io.qdrant.client.grpc.Points.Vector;
import io.qdrant.client.grpc.Points.Vectors;
import io.qdrant.client.grpc.PointsGrpc;
import java.util.List;
import java.util.Map;

/** Puts collections into a server, as an application does. */
final class Samples implements AutoCloseable {

  private final ManagedChannel channel;
  private final CollectionsGrpc.CollectionsBlockingStub collections;
  private final PointsGrpc.PointsBlockingStub points;

  Samples(String host, int port) {
    channel =
        Grpc.newChannelBuilderForAddress(host, port, InsecureChannelCredentials.create()).build();
    Channel open = channel;
    collections = CollectionsGrpc.newBlockingStub(open);
    points = PointsGrpc.newBlockingStub(open);
  }

  static VectorParams params(int size, Distance distance) {
    return VectorParams.newBuilder().setSize(size).setDistance(distance).build();
  }

  void create(String name, VectorParams params) {
    create(
        CreateCollection.newBuilder()
            .setCollectionName(name)
            .setVectorsConfig(VectorsConfig.newBuilder().setParams(params))
            .build());
  }

  void create(CreateCollection request) {
    collections.create(request);
  }

  void upsert(String collection, PointStruct... structs) {
    points.upsert(request(collection, structs).build());
  }

  void upsert(String collection, ShardKey key, PointStruct... structs) {
    points.upsert(
        request(collection, structs)
            .setShardKeySelector(ShardKeySelector.newBuilder().addShardKeys(key))
            .build());
  }

  private static UpsertPoints.Builder request(String collection, PointStruct... structs) {
    return UpsertPoints.newBuilder()
        .setCollectionName(collection)
        .setWait(true)
        .addAllPoints(List.of(structs));
  }

  void shardKey(String collection, ShardKey key) {
    collections.createShardKey(
        CreateShardKeyRequest.newBuilder()
            .setCollectionName(collection)
            .setRequest(CreateShardKey.newBuilder().setShardKey(key))
            .build());
  }

  void alias(String alias, String collection) {
    collections.updateAliases(
        ChangeAliases.newBuilder()
            .addActions(
                AliasOperations.newBuilder()
                    .setCreateAlias(
                        CreateAlias.newBuilder().setAliasName(alias).setCollectionName(collection)))
            .build());
  }

  static CreateCollection.Builder sharded(String name) {
    return CreateCollection.newBuilder()
        .setCollectionName(name)
        .setShardingMethod(ShardingMethod.Custom)
        .setVectorsConfig(VectorsConfig.newBuilder().setParams(params(1, Distance.Dot)));
  }

  /** With a dense vector, a multivector and two sparse ones. */
  static CreateCollection named(String name) {
    VectorParams many =
        params(2, Distance.Dot).toBuilder()
            .setMultivectorConfig(
                MultiVectorConfig.newBuilder().setComparator(MultiVectorComparator.MaxSim))
            .build();
    return CreateCollection.newBuilder()
        .setCollectionName(name)
        .setVectorsConfig(
            VectorsConfig.newBuilder()
                .setParamsMap(
                    VectorParamsMap.newBuilder()
                        .putMap("title", params(2, Distance.Euclid))
                        .putMap("many", many)))
        .setSparseVectorsConfig(
            SparseVectorConfig.newBuilder()
                .putMap("words", SparseVectorParams.getDefaultInstance()))
        .build();
  }

  static PointStruct point(PointKey key, Map<String, Value> payload, Vectors vectors) {
    return PointStruct.newBuilder()
        .setId(WirePoint.id(key))
        .putAllPayload(payload)
        .setVectors(vectors)
        .build();
  }

  static PointStruct point(long id, float... components) {
    return point(PointKey.of(id), Map.of(), vectors(components));
  }

  static Vectors vectors(float... components) {
    return Vectors.newBuilder().setVector(dense(components)).build();
  }

  static Vectors vectors(Map<String, Vector> named) {
    return Vectors.newBuilder().setVectors(NamedVectors.newBuilder().putAllVectors(named)).build();
  }

  static Vector dense(float... components) {
    return Vector.newBuilder().setDense(data(components)).build();
  }

  private static DenseVector data(float... components) {
    DenseVector.Builder vector = DenseVector.newBuilder();
    for (float component : components) {
      vector.addData(component);
    }
    return vector.build();
  }

  static Vector multi(float[]... vectors) {
    MultiDenseVector.Builder multi = MultiDenseVector.newBuilder();
    for (float[] vector : vectors) {
      multi.addVectors(data(vector));
    }
    return Vector.newBuilder().setMultiDense(multi).build();
  }

  static Vector sparse(int[] positions, float... values) {
    SparseVector.Builder sparse = SparseVector.newBuilder();
    for (int i = 0; i < positions.length; i++) {
      sparse.addIndices(positions[i]).addValues(values[i]);
    }
    return Vector.newBuilder().setSparse(sparse).build();
  }

  static ShardKey key(String keyword) {
    return ShardKey.newBuilder().setKeyword(keyword).build();
  }

  static ShardKey key(long number) {
    return ShardKey.newBuilder().setNumber(number).build();
  }

  static Value value(String text) {
    return Value.newBuilder().setStringValue(text).build();
  }

  static Value value(long integer) {
    return Value.newBuilder().setIntegerValue(integer).build();
  }

  static Value value(double number) {
    return Value.newBuilder().setDoubleValue(number).build();
  }

  static Value value(boolean truth) {
    return Value.newBuilder().setBoolValue(truth).build();
  }

  static Value nothing() {
    return Value.newBuilder().setNullValue(NullValue.NULL_VALUE).build();
  }

  static Value list(Value... values) {
    return Value.newBuilder()
        .setListValue(ListValue.newBuilder().addAllValues(List.of(values)))
        .build();
  }

  static Value object(Map<String, Value> members) {
    return Value.newBuilder().setStructValue(Struct.newBuilder().putAllFields(members)).build();
  }

  @Override
  public void close() {
    channel.shutdownNow();
  }
}
