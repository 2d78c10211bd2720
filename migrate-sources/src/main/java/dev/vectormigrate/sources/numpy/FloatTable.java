package dev.vectormigrate.sources.numpy;

import dev.vectormigrate.model.Vector;
import dev.vectormigrate.sources.files.FileWindow;
import java.io.Closeable;
import java.io.IOException;
import java.nio.ByteBuffer;
import java.nio.ByteOrder;
import java.nio.file.Path;
import java.util.LinkedHashMap;
import java.util.Map;
import org.jspecify.annotations.Nullable;

/**
 * Vectors of any dimensions in two scratch files: their components, and for each vector where its
 * components begin and how many there are.
 */
public final class FloatTable implements VectorRows {

  private static final ElementType COMPONENT =
      new ElementType(ElementType.Kind.FLOAT, Float.BYTES, ByteOrder.BIG_ENDIAN);
  private static final int ENTRY_BYTES = Long.BYTES + Integer.BYTES;
  private static final int MISSING = -1;
  private static final int NOT_NUMBERS = -2;

  /** A store with more dimensions than this has no usual one. */
  private static final int MAX_COUNTED_DIMENSIONS = 1_000;

  private final Path components;
  private final Path entries;
  private final long count;
  private final int dimension;
  private final long rounded;
  private final long missing;

  private FloatTable(Path components, Path entries, Writer writer) {
    this.components = components;
    this.entries = entries;
    this.count = writer.count;
    this.dimension = writer.usualDimension();
    this.rounded = writer.rounded;
    this.missing = writer.missing;
  }

  /** Begins a table; the caller closes the writer. */
  public static Writer write(ScratchFiles scratch) throws IOException {
    return new Writer(scratch.newFile("components"), scratch.newFile("entries"));
  }

  /** Takes vectors. Of one thread. */
  public static final class Writer implements Closeable {

    private final Path componentsFile;
    private final Path entriesFile;
    private final ScratchWriter components;
    private final ScratchWriter entries;
    private final Map<Integer, Long> dimensions = new LinkedHashMap<>();
    private long count;
    private long rounded;
    private long missing;
    private long begun;

    private Writer(Path componentsFile, Path entriesFile) throws IOException {
      this.componentsFile = componentsFile;
      this.entriesFile = entriesFile;
      this.components = new ScratchWriter(componentsFile);
      this.entries = new ScratchWriter(entriesFile);
    }

    /** Begins the components of a vector; those of the one before are complete then. */
    public Components begin() {
      begun++;
      return new Components(this, components.position(), begun);
    }

    /** Adds a vector; the same components may be added more than once. */
    public void add(Components vector) throws IOException {
      if (vector.numbers) {
        countDimension(vector.dimension);
        rounded += vector.exact ? 0 : 1;
      }
      entry(vector.start, vector.numbers ? vector.dimension : NOT_NUMBERS);
    }

    private void countDimension(int dimension) {
      if (dimensions.size() < MAX_COUNTED_DIMENSIONS || dimensions.containsKey(dimension)) {
        dimensions.merge(dimension, 1L, Long::sum);
      }
    }

    /** Adds a place without a vector. */
    public void addMissing() throws IOException {
      missing++;
      entry(components.position(), MISSING);
    }

    private void entry(long at, int length) throws IOException {
      entries.writeLong(at);
      entries.writeInt(length);
      count++;
    }

    private int usualDimension() {
      int usual = 0;
      long most = 0;
      for (Map.Entry<Integer, Long> entry : dimensions.entrySet()) {
        if (entry.getValue() > most) {
          most = entry.getValue();
          usual = entry.getKey();
        }
      }
      return usual;
    }

    /** Ends the table. */
    public FloatTable finish() throws IOException {
      close();
      return new FloatTable(componentsFile, entriesFile, this);
    }

    @Override
    public void close() throws IOException {
      components.close();
      entries.close();
    }
  }

  /** The components of one vector, one after another. Of one thread. */
  public static final class Components {

    private final Writer writer;
    private final long start;
    private final long number;
    private int dimension;
    private boolean exact = true;
    private boolean numbers = true;

    private Components(Writer writer, long start, long number) {
      this.writer = writer;
      this.start = start;
      this.number = number;
    }

    /** Adds a component. */
    public void add(double value) throws IOException {
      exact &= ElementType.isFloat(value);
      addRounded((float) value);
    }

    /** Adds a component. */
    public void add(long value) throws IOException {
      exact &= ElementType.isFloat(value);
      addRounded((float) value);
    }

    private void addRounded(float value) throws IOException {
      if (writer.begun != number) {
        throw new IOException("components of a vector after those of the next one began");
      }
      if (dimension == ArrayRows.MAX_DIMENSION) {
        throw new IOException(
            "a vector of more than %d components, expected fewer"
                .formatted(ArrayRows.MAX_DIMENSION));
      }
      dimension++;
      writer.components.writeFloat(value);
    }

    /**
     * Adds components.
     *
     * @param wereExact whether none of them was rounded before
     */
    public void addAll(float[] values, boolean wereExact) throws IOException {
      exact &= wereExact;
      for (float value : values) {
        addRounded(value);
      }
    }

    /** Says that there is something that is no number. */
    public void addOther() {
      numbers = false;
    }
  }

  @Override
  public long count() {
    return count;
  }

  @Override
  public int dimension() {
    return dimension;
  }

  @Override
  public long rounded() {
    return rounded;
  }

  @Override
  public long missing() {
    return missing;
  }

  @Override
  public Reader open() throws IOException {
    FileWindow index = new FileWindow(entries, ENTRY_BYTES);
    try {
      return new TableReader(index, new VectorDecoder(components, dimension, COMPONENT), dimension);
    } catch (IOException e) {
      index.close();
      throw e;
    }
  }

  private record TableReader(FileWindow entries, VectorDecoder components, int dimension)
      implements Reader {

    @Override
    public @Nullable Vector vector(long number) throws IOException, UnusableVectorException {
      ByteBuffer entry = entries.at(number * ENTRY_BYTES, ENTRY_BYTES);
      long at = entry.getLong();
      int length = entry.getInt();
      if (length == MISSING) {
        return null;
      }
      if (length == NOT_NUMBERS) {
        throw new UnusableVectorException("something other than numbers in it, expected numbers");
      }
      if (length != dimension) {
        throw new UnusableVectorException(
            "dimension " + length + ", expected " + dimension + " as most have");
      }
      return components.vectorAt(at);
    }

    @Override
    public void close() throws IOException {
      entries.close();
      components.close();
    }
  }
}
