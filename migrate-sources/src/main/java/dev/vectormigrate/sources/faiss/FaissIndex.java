package dev.vectormigrate.sources.faiss;

import dev.vectormigrate.model.Distance;
import dev.vectormigrate.sources.numpy.ArrayRows;
import java.io.IOException;
import java.nio.file.Path;
import java.util.Map;
import org.jspecify.annotations.Nullable;

/**
 * Reads the structure of an index and tells where the vector of each label is; the vectors stay
 * where they are.
 *
 * <p>Everything is little-endian. An index begins with four characters that name its kind, the
 * dimension, the number of vectors, two unused numbers, whether it is trained, and the metric. What
 * follows depends on the kind: a flat one has the components; HNSW has the graph and then the flat
 * index it links; IVF has the index of its centroids and then lists of vectors and labels; one with
 * ids of its own has another index and then the ids.
 *
 * @param dimension components of every vector
 * @param distance null for metrics that have no name here
 */
record FaissIndex(int dimension, @Nullable Distance distance) {

  /** Takes where a vector is. */
  interface Places {
    void accept(long label, long offset) throws IOException;
  }

  private static final int MAX_DEPTH = 4;
  private static final int INNER_PRODUCT = 0;
  private static final int L2 = 1;

  private static final Map<String, String> REFUSED =
      Map.of(
          "IxPT", "vectors after a transformation",
          "IHNs", "scalar quantization",
          "IHNp", "product quantization",
          "IxSQ", "scalar quantization",
          "IxPq", "product quantization",
          "IwPQ", "product quantization",
          "IwSq", "scalar quantization",
          "IxHe", "locality-sensitive hashes",
          "IxRF", "a quantized index with refinement");

  /**
   * Reads an index.
   *
   * @param places called once for each vector
   * @throws IOException if it is cut off or does not keep the vectors as they are
   */
  static FaissIndex read(Path file, Places places) throws IOException {
    try (FaissInput input = new FaissInput(file)) {
      Header header = new Walk(input).index(places, 0);
      return new FaissIndex(header.dimension(), distance(header.metric()));
    } catch (IOException e) {
      throw new IOException(file + ": " + e.getMessage(), e);
    }
  }

  private static @Nullable Distance distance(int metric) {
    return switch (metric) {
      case INNER_PRODUCT -> Distance.INNER_PRODUCT;
      case L2 -> Distance.L2;
      default -> null;
    };
  }

  private record Header(int dimension, long count, int metric) {

    long vectorBytes() {
      return (long) Float.BYTES * dimension;
    }
  }

  private static final class Walk {

    private final FaissInput input;

    Walk(FaissInput input) {
      this.input = input;
    }

    Header index(Places places, int depth) throws IOException {
      String kind = input.kind();
      if (depth == MAX_DEPTH) {
        throw new IOException("more than " + MAX_DEPTH + " indexes in one another");
      }
      return switch (kind) {
        case "IxF2", "IxFI", "IxFl" -> flat(places);
        case "IHNf" -> hnsw(places, depth);
        case "IwFl" -> ivf(places, depth);
        case "IxMp", "IxM2" -> mapped(places, depth);
        default -> throw refused(kind);
      };
    }

    private static IOException refused(String kind) {
      String what = REFUSED.get(kind);
      return new IOException(
          "index of kind %s%s, expected a flat, HNSW or IVF one that keeps the vectors. Build such"
                  .formatted(kind, what == null ? "" : " (" + what + ")")
              + " an index from the original vectors");
    }

    private Header header() throws IOException {
      int dimension = input.int32();
      long count = input.int64();
      input.skip(2, Long.BYTES);
      input.skip(1, 1);
      int metric = input.int32();
      if (metric > L2) {
        input.skip(1, Float.BYTES);
      }
      if (dimension < 1 || dimension > ArrayRows.MAX_DIMENSION || count < 0) {
        throw new IOException(
            "dimension %d and %d vectors, expected 1 to %d and 0 or more"
                .formatted(dimension, count, ArrayRows.MAX_DIMENSION));
      }
      return new Header(dimension, count, metric);
    }

    private Header flat(Places places) throws IOException {
      Header header = header();
      long components = input.int64();
      if (components % header.dimension() != 0
          || components / header.dimension() != header.count()) {
        throw new IOException(
            "%d components, expected %d times %d"
                .formatted(components, header.count(), header.dimension()));
      }
      long start = input.skip(header.count(), header.vectorBytes());
      for (long i = 0; i < header.count(); i++) {
        places.accept(i, start + i * header.vectorBytes());
      }
      return header;
    }

    private Header hnsw(Places places, int depth) throws IOException {
      Header header = header();
      input.skipVector(Double.BYTES);
      input.skipVector(Integer.BYTES);
      input.skipVector(Integer.BYTES);
      input.skipVector(Long.BYTES);
      input.skipVector(Integer.BYTES);
      // Entry point, highest level, and the breadth of three kinds of search.
      input.skip(5, Integer.BYTES);
      return same(header, index(places, depth + 1));
    }

    private static Header same(Header outer, Header inner) throws IOException {
      if (outer.dimension() != inner.dimension() || outer.count() != inner.count()) {
        throw new IOException(
            "%d vectors of dimension %d in an index of %d of dimension %d, expected the same"
                .formatted(inner.count(), inner.dimension(), outer.count(), outer.dimension()));
      }
      return outer;
    }

    private Header ivf(Places places, int depth) throws IOException {
      Header header = header();
      long lists = input.int64();
      input.skip(1, Long.BYTES);
      index((label, offset) -> {}, depth + 1);
      int directMap = input.unsignedByte();
      input.skipVector(Long.BYTES);
      if (directMap == 2) {
        input.skipVector(2 * Long.BYTES);
      }
      invertedLists(header, lists, places);
      return header;
    }

    private void invertedLists(Header header, long lists, Places places) throws IOException {
      String kind = input.kind();
      if (!kind.equals("ilar")) {
        throw new IOException(
            "lists of kind " + kind + ", expected ilar. Save the index with its lists in it");
      }
      long count = input.int64();
      long codeBytes = input.int64();
      if (count != lists || codeBytes != header.vectorBytes()) {
        throw new IOException(
            "%d lists of %d bytes a vector, expected %d of %d"
                .formatted(count, codeBytes, lists, header.vectorBytes()));
      }
      long found = lists(header, places);
      if (found != header.count()) {
        throw new IOException("%d vectors, expected %d".formatted(found, header.count()));
      }
    }

    /** Sizes of all lists, or pairs of number and size of those that are not empty. */
    private long lists(Header header, Places places) throws IOException {
      String form = input.kind();
      boolean sparse = form.equals("sprs");
      if (!sparse && !form.equals("full")) {
        throw new IOException("list sizes of form " + form + ", expected full or sprs");
      }
      long numbers = input.int64();
      long sizes = input.skip(numbers, Long.BYTES);
      long step = sparse ? 2 : 1;
      long found = 0;
      for (long i = step - 1; i < numbers; i += step) {
        long size = input.int64At(sizes + i * Long.BYTES);
        list(header, size, places);
        found += size;
      }
      return found;
    }

    private void list(Header header, long size, Places places) throws IOException {
      long vectors = input.skip(size, header.vectorBytes());
      for (long i = 0; i < size; i++) {
        places.accept(input.int64(), vectors + i * header.vectorBytes());
      }
    }

    /** The ids come last, so the inner index is walked again once it is known where they are. */
    private Header mapped(Places places, int depth) throws IOException {
      Header header = header();
      long start = input.position();
      index((label, offset) -> {}, depth + 1);
      long ids = input.int64();
      long first = input.skip(ids, Long.BYTES);
      long end = input.position();
      input.seek(start);
      Header inner =
          index(
              (label, offset) -> {
                if (label < 0 || label >= ids) {
                  throw new IOException("%d ids, expected one for %d".formatted(ids, label));
                }
                places.accept(input.int64At(first + label * Long.BYTES), offset);
              },
              depth + 1);
      input.seek(end);
      return same(header, inner);
    }
  }
}
