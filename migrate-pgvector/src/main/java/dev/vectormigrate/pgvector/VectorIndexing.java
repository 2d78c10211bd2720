package dev.vectormigrate.pgvector;

import dev.vectormigrate.model.Distance;
import dev.vectormigrate.model.Field;
import dev.vectormigrate.model.FieldType;
import dev.vectormigrate.model.VectorIndex;
import dev.vectormigrate.spi.TableSpec;
import java.util.List;
import java.util.Locale;

/**
 * How one vector column is indexed: by what method, and what of its vectors the index holds. Limits
 * and operator classes are those of pgvector's documentation.
 *
 * @param column the column
 * @param index what the plan asks for
 */
record VectorIndexing(Field column, VectorIndex index) {

  /** The oldest version that has halfvec, sparsevec, and indexes over them and over bits. */
  static final String ALL_TYPES = "0.7.0";

  /** By pgvector's documentation. */
  private static final int DEFAULT_LINKS = 16;

  private static final int BYTES_OF_ELEMENT = 250;

  /** What an index holds, and how many components of it at most. */
  private enum Held {
    VECTOR(2_000),
    HALFVEC(4_000),
    BIT(64_000),
    SPARSEVEC(1_000_000_000);

    private final int limit;

    Held(int limit) {
      this.limit = limit;
    }
  }

  /** The columns of a table that get a vector index. */
  static List<VectorIndexing> of(TableSpec table) {
    return table.schema().fields().stream()
        .map(field -> new VectorIndexing(field, table.index()))
        .filter(indexing -> indexing.isWanted() && indexing.fits())
        .toList();
  }

  /** Whether the plan wants an index on this column where one can be built. */
  boolean isWanted() {
    FieldType.Kind kind = column.type().kind();
    boolean sparse = kind == FieldType.Kind.SPARSE_VECTOR;
    return kind.isVector()
        && index.method() != VectorIndex.Method.NONE
        && !(sparse && index.method() == VectorIndex.Method.AUTOMATIC);
  }

  /** Whether the plan asks for it in so many words: then there is no doing without. */
  boolean isExplicit() {
    return index.method() != VectorIndex.Method.AUTOMATIC
        || index.precision() != VectorIndex.Precision.FULL;
  }

  /** Whether pgvector can build it on this column. */
  boolean fits() {
    return hasMethod() && dimension() > 0 && dimension() <= limit();
  }

  /** Whether there is an index of this method for what it would hold. */
  boolean hasMethod() {
    return held() != Held.SPARSEVEC || method().equals("hnsw");
  }

  /** Whether this needs a version of {@link #ALL_TYPES}. */
  boolean isNewer() {
    return held() != Held.VECTOR;
  }

  int dimension() {
    return column.type().dimension();
  }

  /** The components that the index can hold at most. */
  int limit() {
    return held().limit;
  }

  private Held held() {
    return switch (column.type().kind()) {
      case SPARSE_VECTOR -> Held.SPARSEVEC;
      case HALF_VECTOR -> index.precision() == VectorIndex.Precision.BIT ? Held.BIT : Held.HALFVEC;
      default ->
          switch (index.precision()) {
            case FULL -> Held.VECTOR;
            case HALF -> Held.HALFVEC;
            case BIT -> Held.BIT;
          };
    };
  }

  /** The access method: hnsw or ivfflat. */
  String method() {
    VectorIndex.Method method = index.method();
    return method == VectorIndex.Method.AUTOMATIC ? "hnsw" : method.name().toLowerCase(Locale.ROOT);
  }

  boolean isHnsw() {
    return method().equals("hnsw");
  }

  /** The type of what the index holds, as format_type returns it but for the schema. */
  String heldType() {
    return "%s(%d)".formatted(held().name().toLowerCase(Locale.ROOT), dimension());
  }

  /** The name of the operator class for the column's distance; cosine where nobody said. */
  String operatorClass() {
    if (held() == Held.BIT) {
      return "bit_hamming_ops";
    }
    Distance distance = column.type().distance();
    String name =
        switch (distance == null ? Distance.COSINE : distance) {
          case COSINE -> "cosine";
          case L2 -> "l2";
          case INNER_PRODUCT -> "ip";
        };
    return "%s_%s_ops".formatted(held().name().toLowerCase(Locale.ROOT), name);
  }

  /** What is indexed, with its operator class, as SQL text. */
  String key(ColumnTypes types) {
    return key(types.extensionSchema())
        + " "
        + Identifiers.quote(types.extensionSchema(), operatorClass());
  }

  private String key(String extension) {
    String name = Identifiers.quote(column.name());
    if (held() == Held.BIT) {
      String function = Identifiers.quote(extension) + ".binary_quantize";
      return "(%s(%s)::bit(%d))".formatted(function, name, dimension());
    }
    boolean cast = held() == Held.HALFVEC && column.type().kind() == FieldType.Kind.VECTOR;
    return cast ? "(%s::%s.%s)".formatted(name, Identifiers.quote(extension), heldType()) : name;
  }

  /** The clause that sets its parameters, for a table of so many rows; may be empty. */
  String parameters(long rows) {
    if (!isHnsw()) {
      return " WITH (lists = " + lists(rows) + ")";
    }
    return index.first() > 0
        ? " WITH (m = " + index.first() + ", ef_construction = " + index.second() + ")"
        : "";
  }

  /**
   * IVFFlat: where the plan names no number, as pgvector's documentation advises: a thousandth of
   * the rows, above a million their root.
   */
  long lists(long rows) {
    if (index.first() > 0) {
      return index.first();
    }
    return Math.max(1, rows <= 1_000_000 ? rows / 1_000 : (long) Math.sqrt((double) rows));
  }

  boolean isSparse() {
    return held() == Held.SPARSEVEC;
  }

  /**
   * About how many bytes the graph of an HNSW index of so many rows takes while it is built; 0
   * where that depends on the rows. Each element has its vector, 2m neighbours in the lowest layer
   * and m in each further one, which it reaches by a chance of 1/m, of 16 bytes each, and about 250
   * bytes besides. Measured with pgvector 0.8.0 within 1%: vectors of 384 dimensions, 7,245 in 16
   * MB with m = 16 and 4,307 in 8 MB with m = 4; of 1,536 dimensions, 9,665 in 64 MB with m = 16.
   */
  long graphBytes(long rows) {
    if (!isHnsw() || isSparse()) {
      return 0;
    }
    double m = links();
    double element = heldBytes() + 32 * m + 16 * m / (m - 1) + BYTES_OF_ELEMENT;
    return (long) (element * rows);
  }

  /** HNSW: links of an element in every layer but the lowest, which has twice as many. */
  int links() {
    return index.first() > 0 ? index.first() : DEFAULT_LINKS;
  }

  /** Bytes of what the index holds of a vector; of a sparse one, that depends on the row. */
  int heldBytes() {
    int components =
        switch (held()) {
          case VECTOR -> 4 * dimension();
          case HALFVEC -> 2 * dimension();
          default -> (dimension() + 7) / 8;
        };
    return components + 8;
  }

  /** How progress and findings name it, such as {@code hnsw index on embedding}. */
  @Override
  public String toString() {
    String held =
        index.precision() == VectorIndex.Precision.FULL || isSparse()
            ? ""
            : " over " + index.precision().name().toLowerCase(Locale.ROOT);
    return "%s index on %s%s".formatted(method(), column.name(), held);
  }
}
