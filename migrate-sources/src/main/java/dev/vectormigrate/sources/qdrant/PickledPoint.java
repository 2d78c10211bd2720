package dev.vectormigrate.sources.qdrant;

import dev.vectormigrate.sources.numpy.ScratchFiles;
import dev.vectormigrate.sources.pickle.PickleContent;
import dev.vectormigrate.sources.pickle.PickleInput;
import dev.vectormigrate.sources.pickle.PickleReader;
import dev.vectormigrate.sources.pickle.PickleSink;
import dev.vectormigrate.sources.pickle.Pickled.Constant;
import dev.vectormigrate.sources.pickle.Pickled.Dictionary;
import dev.vectormigrate.sources.pickle.Pickled.Instance;
import dev.vectormigrate.sources.pickle.Pickled.Name;
import dev.vectormigrate.sources.pickle.Pickled.Sequence;
import dev.vectormigrate.sources.pickle.Pickled.Text;
import dev.vectormigrate.sources.pickle.PickledJson;
import java.io.IOException;
import java.math.BigInteger;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import java.util.regex.Matcher;
import java.util.regex.Pattern;
import org.jspecify.annotations.Nullable;

/**
 * A point as local mode pickles it: a {@code PointStruct} of the client's generated models, whose
 * {@code __dict__} has {@code id}, {@code vector} and {@code payload}, with pydantic 1 and 2 alike.
 * A vector is a list of numbers, a list of such lists, or a dictionary of names with these or with
 * {@code SparseVector} objects, which have {@code indices} and {@code values}.
 */
final class PickledPoint {

  private static final int MAX_ID_BYTES = 1 << 10;
  private static final Pattern UUID_TEXT =
      Pattern.compile(
          "(?i)(?:urn:uuid:)?\\{?([0-9a-f]{8})-?([0-9a-f]{4})-?([0-9a-f]{4})-?([0-9a-f]{4})"
              + "-?([0-9a-f]{12})}?");

  private final PickledJson values;

  private PickledPoint(PickleInput input) {
    this.values = new PickledJson(input);
  }

  /** What may be in the pickle; any class may stand in a payload, which is then refused. */
  private static final class Content implements PickleContent {

    @Override
    public String expected() {
      return "a point of Qdrant's Python client";
    }

    @Override
    public boolean allows(Name name) {
      return true;
    }

    @Override
    public @Nullable PickleSink sinkFor(Kind kind, Waiting before) {
      return null;
    }
  }

  /**
   * Reads a point. What cannot be read becomes one with a problem.
   *
   * @param otherwise the id of a point that does not tell its own
   */
  static Point read(Path file, byte[] pickle, String otherwise, ScratchFiles scratch)
      throws IOException {
    try (PickleInput input = new PickleInput(file, pickle)) {
      Object root;
      try {
        root = PickleReader.read(input, new Content(), scratch);
      } catch (IOException e) {
        return Point.unreadable(otherwise, null, "point: " + withoutFile(file, e));
      }
      return new PickledPoint(input).point(root, otherwise);
    }
  }

  private static String withoutFile(Path file, IOException e) {
    return String.valueOf(e.getMessage()).replace(file + ": ", "");
  }

  private Point point(Object root, String otherwise) throws IOException {
    String id = otherwise;
    try {
      Dictionary fields = fields(root, "PointStruct");
      id = id(values.get(fields, "id"));
      Map<String, @Nullable Object> payload = payload(values.get(fields, "payload"));
      return Point.of(id, null, payload, vectors(values.get(fields, "vector")));
    } catch (IllegalArgumentException e) {
      return Point.unreadable(id, null, String.valueOf(e.getMessage()));
    }
  }

  private Dictionary fields(@Nullable Object pickled, String className) throws IOException {
    if (pickled instanceof Instance instance
        && instance.name().name().equals(className)
        && instance.state() instanceof Dictionary state) {
      return values.get(state, "__dict__") instanceof Dictionary fields ? fields : state;
    }
    throw new IllegalArgumentException(
        "point: %s, expected %s".formatted(kind(pickled), className));
  }

  private static String kind(@Nullable Object pickled) {
    return pickled == null ? "nothing" : PickledJson.kind(pickled);
  }

  private String id(@Nullable Object pickled) throws IOException {
    if (pickled instanceof Long number && number >= 0) {
      return number.toString();
    }
    if (pickled instanceof BigInteger number
        && number.signum() > 0
        && number.bitLength() <= Long.SIZE) {
      return number.toString();
    }
    if (pickled instanceof Text text && text.length() <= MAX_ID_BYTES) {
      return canonical(values.text("id", text));
    }
    throw new IllegalArgumentException("id: " + kind(pickled) + ", expected a number or a UUID");
  }

  /** Every way to write a UUID that a server takes; another text stays as it is. */
  private static String canonical(String text) {
    Matcher uuid = UUID_TEXT.matcher(text);
    if (!uuid.matches()) {
      return text;
    }
    List<String> groups = new ArrayList<>();
    for (int i = 1; i <= uuid.groupCount(); i++) {
      groups.add(uuid.group(i));
    }
    return String.join("-", groups).toLowerCase(java.util.Locale.ROOT);
  }

  private Map<String, @Nullable Object> payload(@Nullable Object pickled) throws IOException {
    if (pickled == null || pickled == Constant.NONE) {
      return Map.of();
    }
    if (!(pickled instanceof Dictionary dictionary)) {
      throw new IllegalArgumentException("payload: " + kind(pickled) + ", expected a dictionary");
    }
    try {
      return values.object(dictionary);
    } catch (IllegalArgumentException e) {
      throw new IllegalArgumentException("payload: " + e.getMessage(), e);
    }
  }

  private Map<String, StoredVector> vectors(@Nullable Object pickled) throws IOException {
    Map<String, StoredVector> vectors = new LinkedHashMap<>();
    if (pickled instanceof Dictionary named) {
      for (int i = 0; i < named.size(); i++) {
        if (!(named.key(i) instanceof Text key)) {
          throw new IllegalArgumentException("vector: a name that is no text, expected one");
        }
        String name = values.text("name of a vector", key);
        if (named.value(i) != Constant.NONE) {
          vectors.put(name, vector(named.value(i)));
        }
      }
    } else if (pickled != null && pickled != Constant.NONE) {
      vectors.put("", vector(pickled));
    }
    return vectors;
  }

  private StoredVector vector(Object pickled) throws IOException {
    if (pickled instanceof Instance) {
      Dictionary fields = fields(pickled, "SparseVector");
      return new StoredVector.Sparse(
          positions(items(values.get(fields, "indices"))),
          floats(items(values.get(fields, "values"))));
    }
    List<Object> items = items(pickled);
    if (!items.isEmpty() && items.get(0) instanceof Sequence) {
      List<float[]> vectors = new ArrayList<>();
      for (Object item : items) {
        vectors.add(floats(items(item)));
      }
      return new StoredVector.Multi(vectors);
    }
    return new StoredVector.Dense(floats(items));
  }

  private static List<Object> items(@Nullable Object pickled) {
    if (pickled instanceof Sequence sequence && sequence.form() != Sequence.Form.SET) {
      return sequence.items();
    }
    throw new IllegalArgumentException("vector: " + kind(pickled) + ", expected a list of numbers");
  }

  private static float[] floats(List<Object> items) {
    float[] floats = new float[items.size()];
    for (int i = 0; i < floats.length; i++) {
      if (!(items.get(i) instanceof Number number)) {
        throw new IllegalArgumentException(
            "vector: " + kind(items.get(i)) + " among its numbers, expected numbers");
      }
      // Not of a long directly: the client makes doubles of all numbers first.
      floats[i] = (float) number.doubleValue();
    }
    return floats;
  }

  private static int[] positions(List<Object> items) {
    int[] positions = new int[items.size()];
    for (int i = 0; i < positions.length; i++) {
      if (!(items.get(i) instanceof Long position) || position < 0 || position >>> 32 != 0) {
        throw new IllegalArgumentException(
            "vector: a position that is no unsigned number of 32 bits, expected one");
      }
      positions[i] = (int) (long) position;
    }
    return positions;
  }
}
