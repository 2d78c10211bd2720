package dev.vectormigrate.sources.files;

import java.io.BufferedOutputStream;
import java.io.ByteArrayOutputStream;
import java.io.FilterOutputStream;
import java.io.IOException;
import java.io.OutputStream;
import java.nio.ByteBuffer;
import java.nio.ByteOrder;
import java.nio.charset.StandardCharsets;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.Arrays;
import java.util.Base64;
import java.util.Locale;
import java.util.zip.Deflater;

/**
 * Stores in files, as large as wanted, for measurements and for tests of memory: the same arguments
 * give the same store. None of them needs more memory while it is written than a few records.
 *
 * <p>Record number n has the id {@code doc-n} and the vector {@link #vector}, each component of
 * which is exactly a float, and a text of {@value #TEXT_CHARACTERS} characters.
 */
public enum LargeStore {
  /**
   * A working directory of LightRAG with {@code vdb_chunks.json} alone, whose records hold a
   * compressed copy of their vector as those of LightRAG 1.4 do.
   */
  LIGHTRAG {
    @Override
    void write(Content content, Path place) throws IOException {
      try (OutputStream out = create(place.resolve("vdb_chunks.json"))) {
        print(out, "{\"embedding_dim\": %d, \"data\": [".formatted(content.dimension));
        for (int i = 0; i < content.records; i++) {
          print(out, (i == 0 ? "" : ", ") + content.lightRagRecord(i));
        }
        print(out, "], \"matrix\": \"");
        OutputStream matrix = Base64.getEncoder().wrap(new Unclosed(out));
        content.writeVectors(matrix);
        matrix.close();
        print(out, "\"}");
      }
    }
  },

  /** A directory of users with one simple vector store whose pickle is a list of lists. */
  PICKLED_LISTS {
    @Override
    void write(Content content, Path place) throws IOException {
      Path store = simpleVectorStore(content, place);
      try (OutputStream out = create(store.resolve("vectors.pkl"))) {
        new ListPickle(out).write(content);
      }
    }
  },

  /** The same with a pickle that is an array of NumPy. */
  PICKLED_ARRAY {
    @Override
    void write(Content content, Path place) throws IOException {
      Path store = simpleVectorStore(content, place);
      try (OutputStream out = create(store.resolve("vectors.pkl"))) {
        writePickledArray(content, out);
      }
    }
  },

  /** The same with a file of NumPy instead of a pickle. */
  NPY {
    @Override
    void write(Content content, Path place) throws IOException {
      writeArray(content, simpleVectorStore(content, place).resolve("vectors.npy"));
    }
  },

  /** A file of NumPy, {@code vectors.npy}, and {@code vectors.jsonl} with its records. */
  NUMPY {
    @Override
    void write(Content content, Path place) throws IOException {
      writeArray(content, place.resolve("vectors.npy"));
      try (OutputStream out = create(place.resolve("vectors.jsonl"))) {
        for (int i = 0; i < content.records; i++) {
          print(out, "{" + content.members(i) + "}\n");
        }
      }
    }
  },

  /** {@code records.jsonl}, with the vectors as arrays. */
  JSONL {
    @Override
    void write(Content content, Path place) throws IOException {
      try (OutputStream out = create(place.resolve("records.jsonl"))) {
        for (int i = 0; i < content.records; i++) {
          print(out, "{" + content.members(i) + ", \"embedding\": " + content.numbers(i) + "}\n");
        }
      }
    }
  },

  /** {@code records.json}, an array of the same records. */
  JSON {
    @Override
    void write(Content content, Path place) throws IOException {
      try (OutputStream out = create(place.resolve("records.json"))) {
        for (int i = 0; i < content.records; i++) {
          print(out, (i == 0 ? "[{" : ", {") + content.members(i));
          print(out, ", \"embedding\": " + content.numbers(i) + "}");
        }
        print(out, "]");
      }
    }
  },

  /** {@code records.csv}, with the vectors as quoted JSON arrays. */
  CSV {
    @Override
    void write(Content content, Path place) throws IOException {
      try (OutputStream out = create(place.resolve("records.csv"))) {
        print(out, "id,text,source,page,embedding\r\n");
        for (int i = 0; i < content.records; i++) {
          print(out, "%s,%s,%s,%d,".formatted(id(i), content.text(i), content.source(i), i % 10));
          print(out, "\"" + content.numbers(i) + "\"\r\n");
        }
      }
    }
  };

  private static final int TEXT_CHARACTERS = 500;
  private static final int BUFFER_BYTES = 1 << 16;

  abstract void write(Content content, Path place) throws IOException;

  /**
   * Writes a store.
   *
   * @param place a directory, which is made
   */
  public void write(Path place, int records, int dimension) throws IOException {
    Files.createDirectories(place);
    write(new Content(records, dimension), place);
  }

  /** The id of a record by its number from 0. */
  public static String id(int record) {
    return "doc-%08d".formatted(record);
  }

  /** The vector of a record by its number from 0. */
  public static float[] vector(int record, int dimension) {
    float[] vector = new float[dimension];
    long state = (record + 1L) * 0x9E3779B97F4A7C15L;
    for (int i = 0; i < dimension; i++) {
      state ^= state << 13;
      state ^= state >>> 7;
      state ^= state << 17;
      vector[i] = (state >> 40) * 0x1p-23f;
    }
    return vector;
  }

  /** Takes the kind, the directory, the number of records and their dimension. */
  public static void main(String[] arguments) throws IOException {
    valueOf(arguments[0].toUpperCase(Locale.ROOT).replace('-', '_'))
        .write(
            Path.of(arguments[1]), Integer.parseInt(arguments[2]), Integer.parseInt(arguments[3]));
  }

  private static OutputStream create(Path file) throws IOException {
    return new BufferedOutputStream(Files.newOutputStream(file), BUFFER_BYTES);
  }

  private static void print(OutputStream out, String text) throws IOException {
    out.write(text.getBytes(StandardCharsets.UTF_8));
  }

  /** The directory of the only store, with the metadata in it. */
  private static Path simpleVectorStore(Content content, Path place) throws IOException {
    Path store = Files.createDirectories(place.resolve("alice/vector_store_documents"));
    try (OutputStream out = create(store.resolve("metadata.json"))) {
      for (int i = 0; i < content.records; i++) {
        print(out, (i == 0 ? "[{" : ", {") + content.members(i) + "}");
      }
      print(out, "]");
    }
    return store;
  }

  /** As {@code numpy.save} writes it, by version 1.0 of the format. */
  private static void writeArray(Content content, Path file) throws IOException {
    String header =
        "{'descr': '<f4', 'fortran_order': False, 'shape': (%d, %d), }"
            .formatted(content.records, content.dimension);
    String padded = header + " ".repeat(63 - (10 + header.length()) % 64) + "\n";
    try (OutputStream out = create(file)) {
      out.write(new byte[] {(byte) 0x93, 'N', 'U', 'M', 'P', 'Y', 1, 0});
      out.write(padded.length() & 0xFF);
      out.write(padded.length() >> 8);
      print(out, padded);
      content.writeVectors(out);
    }
  }

  /** As protocol 4 has it, but in fewer frames, which mean nothing to a reader. */
  private static void writePickledArray(Content content, OutputStream out) throws IOException {
    Pickle pickle = new Pickle();
    pickle.text("numpy.core.multiarray").text("_reconstruct").code(0x93).code(0x94);
    pickle.text("numpy").text("ndarray").code(0x93).code(0x94);
    pickle.code('K').code(0).code(0x85).code(0x94);
    pickle.code('C').code(1).code('b').code(0x94).code(0x87).code(0x94).code('R').code(0x94);
    pickle.code('(').code('K').code(1);
    pickle.code('J').integer(content.records).code('J').integer(content.dimension);
    pickle.code(0x86).code(0x94);
    pickle.text("numpy").text("dtype").code(0x93).code(0x94);
    pickle.text("f4").code(0x89).code(0x88).code(0x87).code(0x94).code('R').code(0x94);
    pickle.code('(').code('K').code(3).text("<").code('N').code('N').code('N');
    pickle.code('J').integer(-1).code('J').integer(-1).code('K').code(0);
    pickle.code('t').code(0x94).code('b').code(0x89);
    out.write(new byte[] {(byte) 0x80, 4});
    out.write(pickle.bytes());
    out.write(0x8e);
    long length = (long) content.records * content.dimension * Float.BYTES;
    out.write(ByteBuffer.allocate(8).order(ByteOrder.LITTLE_ENDIAN).putLong(0, length).array());
    content.writeVectors(out);
    out.write(new Pickle().code(0x94).code('t').code(0x94).code('b').code('.').bytes());
  }

  /** Operations of a pickle. */
  private static final class Pickle {

    private final ByteArrayOutputStream bytes = new ByteArrayOutputStream();

    Pickle code(int code) {
      bytes.write(code);
      return this;
    }

    Pickle integer(int value) {
      bytes.writeBytes(
          ByteBuffer.allocate(4).order(ByteOrder.LITTLE_ENDIAN).putInt(0, value).array());
      return this;
    }

    Pickle number(double value) {
      bytes.writeBytes(ByteBuffer.allocate(8).putDouble(0, value).array());
      return this;
    }

    Pickle text(String text) {
      code(0x8c).code(text.length());
      bytes.writeBytes(text.getBytes(StandardCharsets.US_ASCII));
      return code(0x94);
    }

    int size() {
      return bytes.size();
    }

    byte[] bytes() {
      return bytes.toByteArray();
    }
  }

  /** Writes just the bytes that {@code pickle.dump(lists, file, protocol=4)} of CPython does. */
  private static final class ListPickle {

    private static final int FRAME_BYTES = 1 << 16;
    private static final int BATCH = 1_000;

    private final OutputStream out;
    private Pickle frame = new Pickle();

    ListPickle(OutputStream out) {
      this.out = out;
    }

    void write(Content content) throws IOException {
      out.write(new byte[] {(byte) 0x80, 4});
      frame.code(']').code(0x94);
      for (int i = 0; i < content.records; i++) {
        begin(i, content.records);
        vector(content.vector(i));
        end(i, content.records);
      }
      frame.code('.');
      endFrame();
    }

    /** Lists are filled by the thousand, and a list of one item in a way of its own. */
    private void begin(int item, int count) {
      if (item % BATCH == 0 && count > 1) {
        frame.code('(');
      }
    }

    private void end(int item, int count) {
      if (count == 1) {
        frame.code('a');
      } else if (item % BATCH == BATCH - 1 || item == count - 1) {
        frame.code('e');
      }
    }

    private void vector(float[] vector) throws IOException {
      frame.code(']').code(0x94);
      for (int i = 0; i < vector.length; i++) {
        begin(i, vector.length);
        frame.code('G').number(vector[i]);
        endFullFrame();
        end(i, vector.length);
      }
      endFullFrame();
    }

    private void endFullFrame() throws IOException {
      if (frame.size() >= FRAME_BYTES) {
        endFrame();
      }
    }

    private void endFrame() throws IOException {
      out.write(0x95);
      out.write(
          ByteBuffer.allocate(8).order(ByteOrder.LITTLE_ENDIAN).putLong(0, frame.size()).array());
      out.write(frame.bytes());
      frame = new Pickle();
    }
  }

  /** What the records hold. */
  static final class Content {

    private final int records;
    private final int dimension;
    private final String prose = "The way of all rows leads through narrow gates. ".repeat(200);

    Content(int records, int dimension) {
      this.records = records;
      this.dimension = dimension;
    }

    float[] vector(int record) {
      return LargeStore.vector(record, dimension);
    }

    String text(int record) {
      int begin = (int) (record * 7_919L % (prose.length() - TEXT_CHARACTERS));
      return prose.substring(begin, begin + TEXT_CHARACTERS);
    }

    String source(int record) {
      return "https://example.org/articles/" + record / 10;
    }

    String members(int record) {
      return "\"id\": \"%s\", \"text\": \"%s\", \"source\": \"%s\", \"page\": %d"
          .formatted(id(record), text(record), source(record), record % 10);
    }

    String numbers(int record) {
      StringBuilder numbers = new StringBuilder(dimension * 20).append('[');
      for (double component : doubles(record)) {
        numbers.append(numbers.length() == 1 ? "" : ", ").append(component);
      }
      return numbers.append(']').toString();
    }

    private double[] doubles(int record) {
      float[] vector = vector(record);
      double[] doubles = new double[dimension];
      for (int i = 0; i < dimension; i++) {
        doubles[i] = vector[i];
      }
      return doubles;
    }

    void writeVectors(OutputStream out) throws IOException {
      ByteBuffer row = ByteBuffer.allocate(Float.BYTES * dimension).order(ByteOrder.LITTLE_ENDIAN);
      for (int i = 0; i < records; i++) {
        row.asFloatBuffer().put(vector(i));
        out.write(row.array());
      }
    }

    String lightRagRecord(int record) {
      return """
          {"__id__": "%s", "__created_at__": %d, "content": "%s", "full_doc_id": "doc-%d", \
          "file_path": "%s", "vector": "%s"}"""
          .formatted(
              id(record),
              1_750_000_000 + record,
              text(record),
              record / 10,
              source(record),
              compressed(vector(record)));
    }

    /** Half floats, compressed, in base64; only as near to the vector as the upper bits are. */
    private static String compressed(float[] vector) {
      ByteBuffer halves =
          ByteBuffer.allocate(Short.BYTES * vector.length).order(ByteOrder.LITTLE_ENDIAN);
      for (float component : vector) {
        halves.putShort(half(component));
      }
      Deflater deflater = new Deflater(Deflater.BEST_SPEED);
      deflater.setInput(halves.array());
      deflater.finish();
      byte[] packed = new byte[halves.capacity() + 64];
      int length = deflater.deflate(packed);
      deflater.end();
      return Base64.getEncoder().encodeToString(Arrays.copyOf(packed, length));
    }

    /** Cuts digits off instead of rounding them; what is too small becomes zero. */
    private static short half(float value) {
      int bits = Float.floatToRawIntBits(value);
      int exponent = ((bits >> 23) & 0xFF) - 127 + 15;
      int magnitude = exponent < 1 ? 0 : exponent << 10 | (bits >> 13) & 0x3FF;
      return (short) ((bits >> 16) & 0x8000 | magnitude);
    }
  }

  /** Lets what wraps a stream end while the stream goes on. */
  private static final class Unclosed extends FilterOutputStream {

    Unclosed(OutputStream out) {
      super(out);
    }

    @Override
    public void write(byte[] bytes, int offset, int length) throws IOException {
      out.write(bytes, offset, length);
    }

    @Override
    public void close() throws IOException {
      flush();
    }
  }
}
