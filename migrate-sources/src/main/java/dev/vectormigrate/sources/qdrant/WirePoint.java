package dev.vectormigrate.sources.qdrant;

import io.qdrant.client.grpc.Collections.ShardKey;
import io.qdrant.client.grpc.Common.PointId;
import io.qdrant.client.grpc.JsonWithInt.Value;
import io.qdrant.client.grpc.Points.DenseVector;
import io.qdrant.client.grpc.Points.RetrievedPoint;
import io.qdrant.client.grpc.Points.VectorOutput;
import io.qdrant.client.grpc.Points.VectorsOutput;
import java.util.ArrayList;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Locale;
import java.util.Map;
import org.jspecify.annotations.Nullable;

/**
 * Points as they are on the wire. Servers up to 1.16 have vectors in the flat fields {@code data},
 * {@code indices} and {@code vectors_count}; servers from 1.17 in {@code dense}, {@code sparse} and
 * {@code multi_dense}.
 */
final class WirePoint {

  private WirePoint() {}

  static PointKey key(PointId id) {
    return id.hasUuid()
        ? new PointKey(0, id.getUuid().toLowerCase(Locale.ROOT))
        : PointKey.of(id.getNum());
  }

  static PointId id(PointKey key) {
    PointId.Builder id = PointId.newBuilder();
    return key.uuid() == null ? id.setNum(key.number()).build() : id.setUuid(key.uuid()).build();
  }

  static Point read(RetrievedPoint point, @Nullable ShardKey shard) {
    Map<String, StoredVector> vectors = new LinkedHashMap<>();
    VectorsOutput output = point.getVectors();
    if (output.hasVector()) {
      vectors.put("", vector(output.getVector()));
    }
    output.getVectors().getVectorsMap().forEach((name, v) -> vectors.put(name, vector(v)));
    return Point.of(
        key(point.getId()).toString(), text(shard), members(point.getPayloadMap()), vectors);
  }

  /** How a shard key is written in a row; null for none. */
  static @Nullable String text(@Nullable ShardKey shard) {
    if (shard == null) {
      return null;
    }
    return shard.hasNumber() ? Long.toUnsignedString(shard.getNumber()) : shard.getKeyword();
  }

  private static StoredVector vector(VectorOutput vector) {
    return switch (vector.getVectorCase()) {
      case DENSE -> new StoredVector.Dense(floats(vector.getDense().getDataList()));
      case SPARSE ->
          new StoredVector.Sparse(
              ints(vector.getSparse().getIndicesList()),
              floats(vector.getSparse().getValuesList()));
      case MULTI_DENSE -> multi(vector.getMultiDense().getVectorsList());
      case VECTOR_NOT_SET -> flat(vector);
    };
  }

  @SuppressWarnings("deprecation") // the only fields that servers up to 1.16 fill
  private static StoredVector flat(VectorOutput vector) {
    float[] data = floats(vector.getDataList());
    if (vector.hasIndices()) {
      return new StoredVector.Sparse(ints(vector.getIndices().getDataList()), data);
    }
    return vector.hasVectorsCount()
        ? parts(data, vector.getVectorsCount())
        : new StoredVector.Dense(data);
  }

  private static StoredVector multi(List<DenseVector> vectors) {
    return new StoredVector.Multi(vectors.stream().map(v -> floats(v.getDataList())).toList());
  }

  /** Where the numbers do not come out even, the last part is of another dimension, and refused. */
  private static StoredVector parts(float[] data, int count) {
    List<float[]> parts = new ArrayList<>();
    int each = count < 1 ? data.length : Math.max(1, data.length / count);
    for (int at = 0; at < data.length; at += each) {
      parts.add(java.util.Arrays.copyOfRange(data, at, Math.min(data.length, at + each)));
    }
    return new StoredVector.Multi(parts);
  }

  private static float[] floats(List<Float> list) {
    float[] floats = new float[list.size()];
    for (int i = 0; i < floats.length; i++) {
      floats[i] = list.get(i);
    }
    return floats;
  }

  private static int[] ints(List<Integer> list) {
    int[] ints = new int[list.size()];
    for (int i = 0; i < ints.length; i++) {
      ints[i] = list.get(i);
    }
    return ints;
  }

  private static Map<String, @Nullable Object> members(Map<String, Value> fields) {
    Map<String, @Nullable Object> members = new LinkedHashMap<>();
    fields.forEach((key, value) -> members.put(key, java(value)));
    return members;
  }

  /** Absent and null are one on the wire. */
  private static @Nullable Object java(Value value) {
    return switch (value.getKindCase()) {
      case DOUBLE_VALUE -> value.getDoubleValue();
      case INTEGER_VALUE -> value.getIntegerValue();
      case STRING_VALUE -> value.getStringValue();
      case BOOL_VALUE -> value.getBoolValue();
      case STRUCT_VALUE -> members(value.getStructValue().getFieldsMap());
      case LIST_VALUE -> list(value.getListValue().getValuesList());
      case NULL_VALUE, KIND_NOT_SET -> null;
    };
  }

  private static List<@Nullable Object> list(List<Value> values) {
    List<@Nullable Object> list = new ArrayList<>();
    values.forEach(value -> list.add(java(value)));
    return list;
  }
}
