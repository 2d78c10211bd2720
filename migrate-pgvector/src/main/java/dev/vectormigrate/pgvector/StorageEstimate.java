package dev.vectormigrate.pgvector;

import dev.vectormigrate.model.Bytes;
import dev.vectormigrate.model.Field;
import dev.vectormigrate.model.FieldType;
import dev.vectormigrate.model.Json;
import dev.vectormigrate.model.PlainIndex;
import dev.vectormigrate.model.Row;
import dev.vectormigrate.model.Schema;
import dev.vectormigrate.model.SparseVector;
import dev.vectormigrate.model.Vector;
import dev.vectormigrate.spi.TableEstimate;
import dev.vectormigrate.spi.TableSpec;
import java.math.BigDecimal;
import java.time.Duration;
import java.util.List;
import org.jspecify.annotations.Nullable;

/**
 * Lays rows out in pages as PostgreSQL does, on paper: pages of 8 KiB; a row of more than 2,032
 * bytes is brought below by storing its largest values aside in chunks of 1,996 bytes (TOAST),
 * where text and JSON are compressed before. How well they can be compressed is a guess, all else
 * is arithmetic: the layouts are those of PostgreSQL's documentation (database page layout, TOAST)
 * and of pgvector's index pages. Of one thread.
 */
final class StorageEstimate implements TableEstimate {

  private static final int PAGE = 8_192;
  private static final int PAGE_HEADER = 24;
  private static final int ITEM_POINTER = 4;
  private static final int TUPLE_HEADER = 24;
  private static final int MOST_INLINE = 2_032;
  private static final int CHUNK = 1_996;
  private static final int CHUNK_HEADER = 36;
  private static final int POINTER_ASIDE = 18;
  private static final int INDEX_TUPLE_HEADER = 8;

  /** Of a page of a B-tree after its build, by its default fill factor. */
  private static final double BTREE_FILL = 0.9;

  /** What is left of text and JSON that is large enough to be compressed. */
  private static final double COMPRESSED = 0.6;

  /** Level, flags, ten heap positions and the position of the neighbours. */
  private static final int HNSW_ELEMENT_HEADER = 72;

  /**
   * Of one process, with the default ef_construction of 64: measured with pgvector 0.8.0 on random
   * vectors, 10,000 of 384 dimensions in 4.3 s and 4,000 of 1,536 in 4.1 s.
   */
  private static final double NANOS_OF_ELEMENT = 230_000;

  private static final double NANOS_OF_BYTE = 130;

  /** A page of an HNSW or IVFFlat index without its header and its trailer of 8 bytes. */
  private static final int VECTOR_INDEX_PAGE = PAGE - PAGE_HEADER - 8;

  private final TableSpec table;
  private final List<Field> fields;
  private final List<Integer> key;
  private final List<VectorIndexing> indexings;
  private final Pages heap = new Pages(PAGE - PAGE_HEADER);
  private final Pages chunks = new Pages(PAGE - PAGE_HEADER);
  private final Pages vectors = new Pages(VECTOR_INDEX_PAGE);
  private double asideIndexBytes;
  private double btreeBytes;
  private double buildNanos;

  /** Pages that are filled one after the other: a tuple that does not fit begins the next. */
  private static final class Pages {

    private final int usable;
    private int free;
    private long count;

    Pages(int usable) {
      this.usable = usable;
    }

    void add(int tuple) {
      int needed = aligned(tuple) + ITEM_POINTER;
      if (needed > free) {
        count++;
        free = usable;
      }
      free -= Math.min(free, needed);
    }

    long bytes() {
      return count * PAGE;
    }
  }

  StorageEstimate(TableSpec table) {
    this.table = table;
    Schema schema = table.schema();
    fields = schema.fields();
    indexings = VectorIndexing.of(table);
    key = schema.key().stream().map(schema::indexOf).toList();
  }

  @Override
  public void add(Row row) {
    int[] sizes = new int[fields.size()];
    for (int i = 0; i < sizes.length; i++) {
      sizes[i] = size(fields.get(i).type(), row.value(i));
    }
    addKey(row, key, sizes);
    for (PlainIndex index : table.indexes()) {
      addKey(row, index.columns().stream().map(row.schema()::indexOf).toList(), sizes);
    }
    addVectorIndexes(row);
    addToHeap(sizes);
  }

  private void addToHeap(int[] sizes) {
    int bytes = TUPLE_HEADER;
    for (int size : sizes) {
      bytes += size;
    }
    for (int largest = largest(sizes); bytes > MOST_INLINE && largest >= 0; ) {
      bytes += putAside(sizes, largest);
      largest = largest(sizes);
    }
    heap.add(bytes);
  }

  /** The column with the largest value that can be put aside; -1 if there is none. */
  private int largest(int[] sizes) {
    int largest = -1;
    for (int i = 0; i < sizes.length; i++) {
      boolean candidate = sizes[i] > POINTER_ASIDE && isVariable(fields.get(i).type());
      if (candidate && (largest < 0 || sizes[i] > sizes[largest])) {
        largest = i;
      }
    }
    return largest;
  }

  /** Returns by how much the row itself grows, which is negative. */
  private int putAside(int[] sizes, int column) {
    int before = sizes[column];
    FieldType.Kind kind = fields.get(column).type().kind();
    int stored = kind.isVector() ? before : (int) (before * COMPRESSED);
    sizes[column] = POINTER_ASIDE;
    for (int rest = stored; rest > 0; rest -= CHUNK) {
      chunks.add(CHUNK_HEADER + Math.min(rest, CHUNK));
      asideIndexBytes += INDEX_TUPLE_HEADER + 8 + ITEM_POINTER;
    }
    return POINTER_ASIDE - before;
  }

  private void addKey(Row row, List<Integer> columns, int[] sizes) {
    int bytes = INDEX_TUPLE_HEADER;
    for (int column : columns) {
      bytes += column < 0 || row.value(column) == null ? 0 : sizes[column];
    }
    btreeBytes += aligned(bytes) + ITEM_POINTER;
  }

  private void addVectorIndexes(Row row) {
    for (VectorIndexing indexing : indexings) {
      if (row.value(indexing.column().name()) != null && !indexing.isSparse()) {
        vectors.add(element(indexing));
        buildNanos += buildNanos(indexing);
      }
    }
  }

  /** Its vector and its neighbours in the lowest layer; those above are few. */
  private static int element(VectorIndexing indexing) {
    if (!indexing.isHnsw()) {
      return INDEX_TUPLE_HEADER + indexing.heldBytes();
    }
    int neighbours = aligned(4 + 2 * indexing.links() * 6);
    return aligned(HNSW_ELEMENT_HEADER + indexing.heldBytes()) + ITEM_POINTER + neighbours;
  }

  /**
   * An element of an HNSW index is compared with some hundred others, which takes a time of its own
   * and one for each byte; one of an IVFFlat index with the centres alone.
   */
  private static double buildNanos(VectorIndexing indexing) {
    double links = indexing.links() / 16.0;
    return indexing.isHnsw()
        ? links * (NANOS_OF_ELEMENT + NANOS_OF_BYTE * indexing.heldBytes())
        : NANOS_OF_ELEMENT / 10.0 + NANOS_OF_BYTE / 10.0 * indexing.heldBytes();
  }

  private static int aligned(int bytes) {
    return (bytes + 7) / 8 * 8;
  }

  private static boolean isVariable(FieldType type) {
    return switch (type.kind()) {
      case TEXT, TEXTS, JSON, BYTES, DECIMAL, VECTOR, HALF_VECTOR, SPARSE_VECTOR -> true;
      case INTEGER, FLOAT, BOOLEAN, UUID, TIMESTAMP, INSTANT -> false;
    };
  }

  private static int size(FieldType type, @Nullable Object value) {
    if (value == null) {
      return 0;
    }
    return switch (type.kind()) {
      case TEXT -> variable(utf8((String) value));
      case TEXTS -> variable(20 + texts((List<?>) value));
      case JSON -> variable(((Json) value).utf8().length + 8);
      case BYTES -> variable(((Bytes) value).length());
      case DECIMAL -> variable(4 + ((BigDecimal) value).precision() / 2);
      case INTEGER -> type.size() == Integer.BYTES ? Integer.BYTES : Long.BYTES;
      case BOOLEAN -> 1;
      case UUID -> 16;
      case FLOAT, TIMESTAMP, INSTANT -> Long.BYTES;
      case VECTOR -> 8 + ((Vector) value).dimension() * Float.BYTES;
      case HALF_VECTOR -> 8 + ((Vector) value).dimension() * Short.BYTES;
      case SPARSE_VECTOR -> 16 + ((SparseVector) value).size() * 8;
    };
  }

  private static int texts(List<?> texts) {
    return texts.stream().mapToInt(text -> 4 + utf8((String) text)).sum();
  }

  /** With its length: short values have one byte of it, and others four. */
  private static int variable(int bytes) {
    return bytes < 127 ? bytes + 1 : bytes + 4;
  }

  private static int utf8(String text) {
    int bytes = text.length();
    for (int i = 0; i < text.length(); i++) {
      char c = text.charAt(i);
      bytes += c < 0x80 ? 0 : c < 0x800 || Character.isSurrogate(c) ? 1 : 2;
    }
    return bytes;
  }

  @Override
  public Needs needs() {
    long aside = chunks.bytes() + btree(asideIndexBytes);
    long indexes = btree(btreeBytes) + vectors.bytes() + PAGE;
    return new Needs(heap.bytes(), aside, indexes, Duration.ofNanos((long) buildNanos));
  }

  /** Leaves, the pages above them, and the one that says where they begin. */
  private static long btree(double bytes) {
    long leaves = (long) Math.ceil(bytes / BTREE_FILL / (PAGE - PAGE_HEADER - 16));
    return leaves == 0 ? PAGE : (leaves + leaves / 100 + 2) * PAGE;
  }
}
