package dev.vectormigrate.sources.pickle;

import dev.vectormigrate.sources.numpy.FloatTable;
import dev.vectormigrate.sources.numpy.ScratchFiles;
import dev.vectormigrate.sources.numpy.VectorRows;
import dev.vectormigrate.sources.pickle.Pickled.Constant;
import dev.vectormigrate.sources.pickle.Pickled.Name;
import dev.vectormigrate.sources.pickle.Pickled.Sequence;
import dev.vectormigrate.sources.pickle.Pickled.Text;
import java.io.IOException;
import java.nio.file.Path;
import java.util.List;
import java.util.Set;
import org.jspecify.annotations.Nullable;

/**
 * Reads vectors out of a pickle: a list of lists, tuples or arrays of numbers, an array of two
 * dimensions, or a dictionary that has one of these under {@code embeddings} or {@code vectors}.
 * Nothing else may be in it.
 */
public final class PickledVectors implements PickleContent {

  private static final Set<String> KEYS = Set.of("embeddings", "vectors");
  private static final int MAX_KEY_BYTES = 64;

  private final PickleInput input;
  private final FloatTable.Writer table;
  private @Nullable VectorList list;
  private @Nullable PickledArray array;

  private PickledVectors(PickleInput input, FloatTable.Writer table) {
    this.input = input;
    this.table = table;
  }

  /**
   * Reads a file.
   *
   * @param scratch where lists are written as single precision floats; an array stays in the file
   * @throws IOException if it is cut off or holds anything but vectors
   */
  public static VectorRows read(Path file, ScratchFiles scratch) throws IOException {
    try (PickleInput input = new PickleInput(file);
        FloatTable.Writer table = FloatTable.write(scratch)) {
      PickledVectors vectors = new PickledVectors(input, table);
      Object root = PickleReader.read(input, vectors, scratch);
      return vectors.result(root, scratch);
    }
  }

  private VectorRows result(Object root, ScratchFiles scratch) throws IOException {
    PickledArray found = root instanceof PickledArray a ? a : array;
    if (found != null && (list == null || root == found)) {
      try {
        return found.rows(input, scratch);
      } catch (IOException e) {
        throw new IOException(input.file() + ": " + e.getMessage(), e);
      }
    }
    if (list == null || (root != list && !(root instanceof Root))) {
      throw new IOException(
          input.file()
              + ": no vectors, expected a list of them, an array, or a dictionary with a key"
              + " embeddings or vectors");
    }
    return table.finish();
  }

  @Override
  public String expected() {
    return "lists and arrays of numbers";
  }

  @Override
  public boolean allows(Name name) {
    return NumpyObjects.allows(name);
  }

  @Override
  public Object call(Name name, List<Object> arguments, PickleInput from) throws IOException {
    return NumpyObjects.call(name, arguments, from);
  }

  @Override
  public void fill(Object object, Object state) throws IOException {
    NumpyObjects.fill(object, state, input);
  }

  @Override
  public boolean isSmall(Object value) {
    return value instanceof NumpyObjects.Type;
  }

  @Override
  public @Nullable PickleSink sinkFor(Kind kind, Waiting before) throws IOException {
    if (before.isEmpty()) {
      return kind == Kind.DICTIONARY ? new Root() : kind == Kind.LIST ? newList() : null;
    }
    if (before.value(0) instanceof VectorList || before.target() instanceof VectorList) {
      return kind == Kind.LIST ? new VectorSink() : null;
    }
    boolean ofRoot = before.target() instanceof Root || before.value(1) instanceof Root;
    if (!ofRoot || !(before.value(0) instanceof Text key)) {
      return null;
    }
    return kind == Kind.LIST && isWanted(key) ? newList() : new Ignored();
  }

  private boolean isWanted(Text key) throws IOException {
    return key.length() <= MAX_KEY_BYTES && KEYS.contains(input.read(key, MAX_KEY_BYTES));
  }

  private VectorList newList() throws IOException {
    if (list != null) {
      throw new IOException("both embeddings and vectors, expected one of them");
    }
    list = new VectorList();
    return list;
  }

  /** The dictionary that everything is in. */
  private final class Root extends PickleSink {

    @Override
    protected void entry(Object key, Object value) throws IOException {
      if (value instanceof PickledArray found && key instanceof Text text && isWanted(text)) {
        array = found;
      }
    }
  }

  /** What stands beside the vectors. */
  private static final class Ignored extends PickleSink {

    @Override
    protected void item(Object value) {}

    @Override
    protected void entry(Object key, Object value) {}
  }

  private final class VectorList extends PickleSink {

    @Override
    protected void item(Object value) throws IOException {
      if (value == Constant.NONE) {
        table.addMissing();
      } else if (value instanceof VectorSink vector) {
        table.add(vector.components());
      } else if (value == Constant.FORGOTTEN) {
        throw new IOException(
            "a vector that is the same object as one far before it, expected a copy");
      } else {
        table.add(components(value));
      }
    }

    private FloatTable.Components components(Object value) throws IOException {
      VectorSink vector = new VectorSink();
      if (value instanceof PickledArray found) {
        found.addTo(vector.components(), input);
      } else if (value instanceof Sequence tuple) {
        for (Object item : tuple.items()) {
          vector.item(item);
        }
      } else {
        vector.components().addOther();
      }
      return vector.components();
    }
  }

  /** One vector. */
  private final class VectorSink extends PickleSink {

    private FloatTable.@Nullable Components components;

    /** Begun as late as possible: an earlier vector may still have to be written first. */
    FloatTable.Components components() {
      if (components == null) {
        components = table.begin();
      }
      return components;
    }

    @Override
    protected boolean takesNumbers() {
      return true;
    }

    @Override
    protected void number(double value) throws IOException {
      components().add(value);
    }

    @Override
    protected void number(long value) throws IOException {
      components().add(value);
    }

    @Override
    protected void item(Object value) throws IOException {
      if (value instanceof Double number) {
        components().add(number.doubleValue());
      } else if (value instanceof Long number) {
        components().add(number.longValue());
      } else {
        components().addOther();
      }
    }
  }
}
