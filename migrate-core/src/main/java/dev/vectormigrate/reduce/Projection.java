package dev.vectormigrate.reduce;

import dev.vectormigrate.model.Vector;
import java.io.DataInputStream;
import java.io.EOFException;
import java.io.IOException;
import java.io.InputStream;
import java.nio.BufferUnderflowException;
import java.nio.ByteBuffer;
import java.nio.file.Files;
import java.nio.file.Path;
import java.nio.file.StandardCopyOption;
import java.security.MessageDigest;
import java.security.NoSuchAlgorithmException;
import java.util.Arrays;
import java.util.HexFormat;
import java.util.List;

/**
 * Makes vectors shorter, always in the same way: a fitted PCA, or a cut. The vectors of a table and
 * those that it is searched with must go through the same one, told by its {@link #version()}.
 *
 * <p>A PCA multiplies with orthonormal components. For {@link dev.vectormigrate.model.Distance#L2}
 * it subtracts the mean before, as PCA is defined; distances do not change by that. For cosine and
 * inner product it does not: both are measured from the origin, and moving the origin into the
 * middle of the data would lose up to half of the nearest neighbours. There the components are
 * fitted to the vectors as they stand, for cosine each taken with the length 1. The result is not
 * stretched to any length.
 *
 * <p>A cut keeps the first components and stretches them to the length 1; see {@link
 * Reduction#truncate}.
 *
 * <p>Immutable and thread-safe. The result is the same bit for bit on every machine, alone or among
 * others: sums are made in single precision in one fixed order.
 *
 * <p>The binary form, big-endian: the bytes {@code VMPR}, a byte 1 for this form, a byte for the
 * kind (1 cut, 2 PCA, 3 PCA that subtracts the mean), the two dimensions as 4 bytes each, the kept
 * share as a double; for PCA the mean and then for every component of a source vector its part in
 * each of the result's, as floats; at the end SHA-256 of all before.
 */
public final class Projection {

  /** More than any store or index holds; bounds what a header can ask for. */
  private static final int MOST_DIMENSIONS = 65_536;

  private static final byte[] MAGIC = {'V', 'M', 'P', 'R'};
  private static final byte FORM = 1;
  private static final int HEADER = MAGIC.length + 2 + 2 * Integer.BYTES + Double.BYTES;
  private static final int HASH = 32;

  private enum Kind {
    CUT(1),
    PCA(2),
    CENTRED_PCA(3);

    private final byte code;

    Kind(int code) {
      this.code = (byte) code;
    }

    byte code() {
      return code;
    }

    static Kind of(byte code) {
      for (Kind kind : values()) {
        if (kind.code == code) {
          return kind;
        }
      }
      throw damaged("kind", code, "1 to " + values().length);
    }
  }

  private final Kind kind;
  private final int source;
  private final int target;
  private final double keptShare;
  private final float[] mean;

  /** For every component of a source vector its part in each of the result's. */
  private final float[][] parts;

  private final String version;

  private Projection(
      Kind kind, int source, int target, double keptShare, float[] mean, float[][] parts) {
    this.kind = kind;
    this.source = source;
    this.target = target;
    this.keptShare = keptShare;
    this.mean = mean;
    this.parts = parts;
    this.version = fingerprint();
  }

  /** Keeps the first components, with the length 1. */
  static Projection truncation(int source, int target) {
    checkShorter("truncating", source, target);
    return new Projection(Kind.CUT, source, target, Double.NaN, new float[0], new float[0][]);
  }

  /** Owns the arrays that it is given. */
  static Projection pca(boolean centred, double keptShare, float[] mean, float[][] parts) {
    Kind kind = centred ? Kind.CENTRED_PCA : Kind.PCA;
    return new Projection(kind, mean.length, parts[0].length, keptShare, mean, parts);
  }

  /** Refuses what would not make vectors shorter, or could not be stored. */
  static void checkShorter(String what, int source, int target) {
    if (target >= source) {
      throw new IllegalArgumentException(
          "%s to %,d dimensions: vectors of %,d dimensions, expected more than %,d. Leave the reduction out, or choose fewer dimensions."
              .formatted(what, target, source, target));
    }
    if (target < 1 || source > MOST_DIMENSIONS || bytes(source, target) > Integer.MAX_VALUE - 64) {
      throw new IllegalArgumentException(
          "%s of %,d dimensions to %,d: expected at most %,d, and components below 2 GiB"
              .formatted(what, source, target, MOST_DIMENSIONS));
    }
  }

  private static long bytes(int source, int target) {
    return HEADER + (long) Float.BYTES * source * (target + 1L) + HASH;
  }

  /** The dimension of the vectors that it takes. */
  public int sourceDimension() {
    return source;
  }

  /** The dimension of the vectors that it makes. */
  public int targetDimension() {
    return target;
  }

  /**
   * 16 hexadecimal digits over all that determines the result: projections of one version make the
   * same of every vector.
   */
  public String version() {
    return version;
  }

  /**
   * This projection, if it has the given version: a table's vectors and a query that went through
   * different ones have nothing to do with each other.
   *
   * @throws IllegalStateException if it has another version
   */
  public Projection expecting(String expected) {
    if (!version.equals(expected)) {
      throw new IllegalStateException(
          "projection: version %s, expected %s. Load the one that the table was filled with."
              .formatted(version, expected));
    }
    return this;
  }

  /**
   * PCA: which part of the sample is kept, from 0 to 1: of its variance for L2, else of its squared
   * lengths. NaN for a cut, which is not measured.
   */
  public double keptShare() {
    return keptShare;
  }

  /** A copy of the mean of the sample; empty for a cut. Whether it is subtracted: see the class. */
  public float[] mean() {
    return mean.clone();
  }

  /**
   * A copy of a component, of the length 1, largest share first.
   *
   * @param index from 0, below the target dimension
   * @throws IllegalStateException for a cut, which has none
   */
  public float[] component(int index) {
    if (kind == Kind.CUT) {
      throw new IllegalStateException("component " + index + " of a cut: it has none");
    }
    float[] component = new float[source];
    for (int i = 0; i < source; i++) {
      component[i] = parts[i][index];
    }
    return component;
  }

  /**
   * The shorter vector. Takes as many multiplications as the dimensions' product; {@link
   * #project(List)} is about one and a half times as fast for many. NaN, infinity and overflow give
   * NaN or infinity.
   *
   * @throws IllegalArgumentException if the vector has another dimension
   */
  public Vector project(Vector vector) {
    return project(List.of(vector)).get(0);
  }

  /** The shorter vector, as an array; see {@link #project(Vector)}. Owns neither array. */
  public float[] project(float[] vector) {
    return project(new float[][] {vector})[0];
  }

  /**
   * The shorter vectors in the same order, the same as one by one. Beside them it holds a copy of
   * the given.
   *
   * @throws IllegalArgumentException if a vector has another dimension
   */
  public List<Vector> project(List<Vector> vectors) {
    float[][] given = new float[vectors.size()][];
    for (int i = 0; i < given.length; i++) {
      check(vectors.get(i).dimension());
      given[i] = vectors.get(i).toArray();
    }
    return Arrays.stream(project(given)).map(Vector::wrap).toList();
  }

  private void check(int dimension) {
    if (dimension != source) {
      throw new IllegalArgumentException(
          "vector to project: %,d dimensions, expected %,d".formatted(dimension, source));
    }
  }

  private float[][] project(float[][] vectors) {
    for (float[] vector : vectors) {
      check(vector.length);
    }
    return switch (kind) {
      case CUT -> Arrays.stream(vectors).map(this::cut).toArray(float[][]::new);
      case PCA -> multiply(vectors);
      case CENTRED_PCA ->
          multiply(Arrays.stream(vectors).map(this::centred).toArray(float[][]::new));
    };
  }

  private float[] cut(float[] vector) {
    float[] first = Arrays.copyOf(vector, target);
    double norm = Vector.wrap(first).norm();
    for (int i = 0; norm != 0 && i < target; i++) {
      first[i] = (float) (first[i] / norm);
    }
    return first;
  }

  private float[] centred(float[] vector) {
    float[] moved = new float[source];
    for (int i = 0; i < source; i++) {
      moved[i] = vector[i] - mean[i];
    }
    return moved;
  }

  /** Goes through the components once for all vectors: they are larger than any near cache. */
  private float[][] multiply(float[][] vectors) {
    float[][] results = new float[vectors.length][target];
    int i = 0;
    for (; i + 7 < source; i += 8) {
      for (int v = 0; v < vectors.length; v++) {
        addEight(results[v], vectors[v], parts, i);
      }
    }
    for (; i < source; i++) {
      for (int v = 0; v < vectors.length; v++) {
        addOne(results[v], vectors[v][i], parts[i]);
      }
    }
    return results;
  }

  /** In the form that the compiler turns into vector instructions, which keep the order. */
  private static void addEight(float[] result, float[] vector, float[][] parts, int at) {
    float[] p0 = parts[at];
    float[] p1 = parts[at + 1];
    float[] p2 = parts[at + 2];
    float[] p3 = parts[at + 3];
    float[] p4 = parts[at + 4];
    float[] p5 = parts[at + 5];
    float[] p6 = parts[at + 6];
    float[] p7 = parts[at + 7];
    float v0 = vector[at];
    float v1 = vector[at + 1];
    float v2 = vector[at + 2];
    float v3 = vector[at + 3];
    float v4 = vector[at + 4];
    float v5 = vector[at + 5];
    float v6 = vector[at + 6];
    float v7 = vector[at + 7];
    for (int j = 0; j < result.length; j++) {
      result[j] +=
          ((v0 * p0[j] + v1 * p1[j]) + (v2 * p2[j] + v3 * p3[j]))
              + ((v4 * p4[j] + v5 * p5[j]) + (v6 * p6[j] + v7 * p7[j]));
    }
  }

  private static void addOne(float[] result, float value, float[] part) {
    for (int j = 0; j < result.length; j++) {
      result[j] += value * part[j];
    }
  }

  /** The binary form, about four bytes times the product of the dimensions. */
  public byte[] toBytes() {
    ByteBuffer bytes = ByteBuffer.allocate(length(kind, source, target));
    bytes.put(MAGIC).put(FORM).put(kind.code()).putInt(source).putInt(target);
    bytes.putDouble(keptShare);
    put(bytes, mean);
    for (float[] part : parts) {
      put(bytes, part);
    }
    MessageDigest hash = sha256();
    hash.update(bytes.array(), 0, bytes.position());
    return bytes.put(hash.digest()).array();
  }

  private static int length(Kind kind, int source, int target) {
    return kind == Kind.CUT ? HEADER + HASH : (int) bytes(source, target);
  }

  private static void put(ByteBuffer bytes, float[] values) {
    bytes.asFloatBuffer().put(values);
    bytes.position(bytes.position() + Float.BYTES * values.length);
  }

  private String fingerprint() {
    MessageDigest hash = sha256();
    ByteBuffer head = ByteBuffer.allocate(2 + 2 * Integer.BYTES);
    hash.update(head.put(FORM).put(kind.code()).putInt(source).putInt(target).array());
    if (kind == Kind.CENTRED_PCA) {
      update(hash, mean);
    }
    for (float[] part : parts) {
      update(hash, part);
    }
    return HexFormat.of().formatHex(hash.digest(), 0, 8);
  }

  private static void update(MessageDigest hash, float[] values) {
    ByteBuffer bytes = ByteBuffer.allocate(Float.BYTES * values.length);
    put(bytes, values);
    hash.update(bytes.array());
  }

  private static MessageDigest sha256() {
    try {
      return MessageDigest.getInstance("SHA-256");
    } catch (NoSuchAlgorithmException e) {
      throw new AssertionError("every Java platform has SHA-256", e);
    }
  }

  /**
   * Reads what {@link #toBytes()} made.
   *
   * @throws IllegalArgumentException if it is something else, or damaged
   */
  public static Projection of(byte[] bytes) {
    try {
      return read(bytes);
    } catch (BufferUnderflowException e) {
      throw new IllegalArgumentException(
          "projection: %,d bytes, expected at least %,d. It is cut off; take another copy."
              .formatted(bytes.length, HEADER + HASH),
          e);
    }
  }

  private static Projection read(byte[] content) {
    ByteBuffer bytes = ByteBuffer.wrap(content);
    Header header = Header.read(bytes);
    if (content.length != header.length()) {
      throw damaged("bytes", content.length, header.length());
    }
    checkHash(content, content.length - HASH);
    return header.readBody(bytes);
  }

  private static void checkHash(byte[] bytes, int end) {
    MessageDigest hash = sha256();
    hash.update(bytes, 0, end);
    if (!MessageDigest.isEqual(hash.digest(), Arrays.copyOfRange(bytes, end, bytes.length))) {
      throw new IllegalArgumentException(
          "projection: its checksum does not fit its content. It is damaged; take another copy.");
    }
  }

  private static IllegalArgumentException damaged(String what, Object actual, Object expected) {
    return new IllegalArgumentException(
        "projection: %s %s, expected %s. It is damaged or no projection; take another copy."
            .formatted(what, actual, expected));
  }

  /** What says how long the rest must be. */
  private record Header(Kind kind, int source, int target, double keptShare) {

    static Header read(ByteBuffer bytes) {
      byte[] magic = new byte[MAGIC.length];
      bytes.get(magic);
      if (!Arrays.equals(magic, MAGIC)) {
        throw damaged("first bytes", HexFormat.of().formatHex(magic), "564d5052");
      }
      byte form = bytes.get();
      if (form != FORM) {
        throw new IllegalArgumentException(
            "projection: form %d, expected %d. Read it with the release that wrote it."
                .formatted(form, FORM));
      }
      Kind kind = Kind.of(bytes.get());
      Header header = new Header(kind, bytes.getInt(), bytes.getInt(), bytes.getDouble());
      header.check();
      return header;
    }

    private void check() {
      if (source < 2 || source > MOST_DIMENSIONS || target < 1 || target >= source) {
        throw damaged("dimensions", source + " to " + target, "fewer than before, at least 1");
      }
      if (kind != Kind.CUT && bytes(source, target) > Integer.MAX_VALUE - 64) {
        throw damaged("dimensions", source + " to " + target, "components below 2 GiB");
      }
      boolean share = keptShare >= 0 && keptShare <= 1;
      if (kind == Kind.CUT ? !Double.isNaN(keptShare) : !share) {
        throw damaged("kept share", keptShare, kind == Kind.CUT ? "none" : "0 to 1");
      }
    }

    int length() {
      return Projection.length(kind, source, target);
    }

    Projection readBody(ByteBuffer bytes) {
      if (kind == Kind.CUT) {
        return truncation(source, target);
      }
      float[] mean = floats(bytes, source);
      float[][] parts = new float[source][];
      for (int i = 0; i < source; i++) {
        parts[i] = floats(bytes, target);
      }
      return new Projection(kind, source, target, keptShare, mean, parts);
    }

    private static float[] floats(ByteBuffer bytes, int count) {
      float[] values = new float[count];
      bytes.asFloatBuffer().get(values);
      bytes.position(bytes.position() + Float.BYTES * count);
      if (!Vector.wrap(values).isFinite()) {
        throw damaged("a component", "is NaN or infinite", "a number");
      }
      return values;
    }
  }

  /**
   * Writes the binary form into a file, in place of what is there, whole or not at all.
   *
   * @throws IOException if it can't be written
   */
  public void save(Path file) throws IOException {
    Path part = file.resolveSibling(file.getFileName() + ".part");
    Files.write(part, toBytes());
    Files.move(part, file, StandardCopyOption.ATOMIC_MOVE, StandardCopyOption.REPLACE_EXISTING);
  }

  /**
   * Reads a file that {@link #save} wrote. Takes no memory for one whose size does not fit its
   * header.
   *
   * @throws IOException if it can't be read
   * @throws IllegalArgumentException if it holds something else, or is damaged
   */
  public static Projection load(Path file) throws IOException {
    try (InputStream in = Files.newInputStream(file)) {
      byte[] head = new byte[HEADER];
      new DataInputStream(in).readFully(head);
      int length = Header.read(ByteBuffer.wrap(head)).length();
      long size = Files.size(file);
      if (size != length) {
        throw damaged("bytes", size, length);
      }
      byte[] bytes = Arrays.copyOf(head, length);
      new DataInputStream(in).readFully(bytes, HEADER, length - HEADER);
      return of(bytes);
    } catch (EOFException e) {
      throw new IllegalArgumentException(
          "%s: projection: ends early. It is cut off; take another copy.".formatted(file), e);
    } catch (IllegalArgumentException e) {
      throw new IllegalArgumentException(file + ": " + e.getMessage(), e);
    }
  }

  /** Whether both make the same of every vector: their versions are equal. */
  @Override
  public boolean equals(Object other) {
    return other instanceof Projection projection && version.equals(projection.version);
  }

  @Override
  public int hashCode() {
    return version.hashCode();
  }

  /**
   * What tells vectors that went through this from others, in one word, such as {@code
   * pca-3072-2000-0123456789abcdef}.
   */
  public String id() {
    return "%s-%d-%d-%s".formatted(name(), source, target, version);
  }

  private String name() {
    return kind == Kind.CUT ? "truncate" : "pca";
  }

  /** Such as {@code pca 3072 to 2000, version 0123456789abcdef}. */
  @Override
  public String toString() {
    return "%s %d to %d, version %s".formatted(name(), source, target, version);
  }
}
