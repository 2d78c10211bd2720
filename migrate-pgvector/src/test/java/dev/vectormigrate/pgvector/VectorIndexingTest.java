package dev.vectormigrate.pgvector;

import static org.assertj.core.api.Assertions.assertThat;

import dev.vectormigrate.model.Distance;
import dev.vectormigrate.model.Field;
import dev.vectormigrate.model.FieldType;
import dev.vectormigrate.model.VectorIndex;
import dev.vectormigrate.model.VectorIndex.Precision;
import org.junit.jupiter.api.Test;

class VectorIndexingTest {

  private static final ColumnTypes TYPES = new ColumnTypes("ext");

  private static VectorIndexing of(FieldType type, VectorIndex index) {
    return new VectorIndexing(Field.optional("my \"v\"", type), index);
  }

  private static void checkGraph(
      int dimension, VectorIndex index, long megabytes, long vectorsThatFitted) {
    long estimate = of(FieldType.vector(dimension, null), index).graphBytes(vectorsThatFitted);
    assertThat((double) estimate / (megabytes << 20)).isBetween(0.99, 1.01);
  }

  /** At what number of random vectors pgvector 0.8.0 said that its graph no longer fits. */
  @Test
  void a_graph_takes_what_was_measured() {
    checkGraph(384, VectorIndex.hnsw(), 8, 3_625);
    checkGraph(384, VectorIndex.hnsw(), 16, 7_245);
    checkGraph(384, VectorIndex.hnsw(4, 16), 8, 4_307);
    checkGraph(384, VectorIndex.hnsw(32, 64), 8, 2_969);
    checkGraph(384, VectorIndex.hnsw().over(Precision.HALF), 8, 5_416);
    checkGraph(384, VectorIndex.hnsw().over(Precision.BIT), 4, 5_061);
    checkGraph(128, VectorIndex.hnsw(), 8, 6_496);
    checkGraph(1_536, VectorIndex.hnsw(), 64, 9_665);
  }

  @Test
  void limits_are_those_of_what_the_index_holds() {
    assertThat(of(FieldType.vector(2_000, null), VectorIndex.hnsw()).fits()).isTrue();
    assertThat(of(FieldType.vector(2_001, null), VectorIndex.hnsw()).fits()).isFalse();
    assertThat(of(FieldType.halfVector(4_000, null), VectorIndex.ivfflat()).fits()).isTrue();
    assertThat(of(FieldType.halfVector(4_001, null), VectorIndex.ivfflat()).fits()).isFalse();
    VectorIndex bits = VectorIndex.hnsw().over(Precision.BIT);
    assertThat(of(FieldType.vector(16_000, null), bits).fits()).isTrue();
    assertThat(of(FieldType.vector(0, null), bits).fits()).isFalse();
    assertThat(of(FieldType.sparseVector(30_000), VectorIndex.hnsw()).fits()).isTrue();
    assertThat(of(FieldType.sparseVector(30_000), VectorIndex.ivfflat()).fits()).isFalse();
  }

  @Test
  void keys_are_spelled_with_the_schema_of_the_extension() {
    FieldType vector = FieldType.vector(3, Distance.L2);
    String name = "\"my \"\"v\"\"\"";
    assertThat(of(vector, VectorIndex.hnsw()).key(TYPES))
        .isEqualTo(name + " \"ext\".\"vector_l2_ops\"");
    assertThat(of(vector, VectorIndex.hnsw().over(Precision.HALF)).key(TYPES))
        .isEqualTo("(" + name + "::\"ext\".halfvec(3)) \"ext\".\"halfvec_l2_ops\"");
    assertThat(of(vector, VectorIndex.hnsw().over(Precision.BIT)).key(TYPES))
        .isEqualTo("(\"ext\".binary_quantize(" + name + ")::bit(3)) \"ext\".\"bit_hamming_ops\"");
    FieldType halves = FieldType.halfVector(3, Distance.INNER_PRODUCT);
    assertThat(of(halves, VectorIndex.hnsw().over(Precision.HALF)).key(TYPES))
        .isEqualTo(name + " \"ext\".\"halfvec_ip_ops\"");
  }
}
