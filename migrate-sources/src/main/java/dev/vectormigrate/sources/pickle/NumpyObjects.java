package dev.vectormigrate.sources.pickle;

import dev.vectormigrate.sources.numpy.ElementType;
import dev.vectormigrate.sources.pickle.Pickled.Bytes;
import dev.vectormigrate.sources.pickle.Pickled.Name;
import dev.vectormigrate.sources.pickle.Pickled.Sequence;
import dev.vectormigrate.sources.pickle.Pickled.Text;
import java.io.IOException;
import java.nio.ByteBuffer;
import java.nio.ByteOrder;
import java.util.ArrayList;
import java.util.List;
import java.util.Set;
import org.jspecify.annotations.Nullable;

/**
 * Understands how NumPy 1 and 2 pickle arrays, their types and single numbers: up to protocol 4 as
 * an empty array whose state has version, shape, type, order and bytes; in protocol 5 as a call
 * with bytes, type, shape and order.
 */
final class NumpyObjects {

  private static final int MAX_NAME_BYTES = 64;

  private static final Set<String> MODULES =
      Set.of(
          "numpy",
          "numpy.core.multiarray",
          "numpy._core.multiarray",
          "numpy.core.numeric",
          "numpy._core.numeric",
          "_codecs");

  private static final Set<String> NAMES =
      Set.of("_reconstruct", "ndarray", "dtype", "scalar", "_frombuffer", "encode");

  private NumpyObjects() {}

  static boolean allows(Name name) {
    return MODULES.contains(name.module()) && NAMES.contains(name.name());
  }

  /** The type of an array; its byte order comes later. */
  static final class Type {

    private final String name;
    private String order = "<";

    Type(String name) {
      this.name = name;
    }

    ElementType elements() throws IOException {
      return ElementType.of(order + name);
    }
  }

  static Object call(Name name, List<Object> arguments, PickleInput input) throws IOException {
    return switch (name.name()) {
      case "_reconstruct" -> new PickledArray(null);
      case "dtype" -> new Type(text(arguments, 0, input));
      case "scalar" -> scalar(arguments, input);
      case "_frombuffer" -> new PickledArray(fromBuffer(arguments, input));
      case "encode" -> encoded(arguments, input);
      default -> throw malformed(name.name());
    };
  }

  static void fill(Object object, Object state, PickleInput input) throws IOException {
    List<Object> parts = state instanceof Sequence s ? s.items() : List.of();
    if (object instanceof Type type) {
      String order = text(parts, 1, input);
      type.order = order.equals("=") ? "<" : order;
    } else if (object instanceof PickledArray array) {
      array.fill(
          new PickledArray.Content(
              type(parts, 2), shape(parts, 1), Boolean.TRUE.equals(at(parts, 3)), data(parts, 4)));
    } else {
      throw malformed("state");
    }
  }

  private static PickledArray.Content fromBuffer(List<Object> arguments, PickleInput input)
      throws IOException {
    return new PickledArray.Content(
        type(arguments, 1),
        shape(arguments, 2),
        text(arguments, 3, input).equals("F"),
        data(arguments, 0));
  }

  private static Object scalar(List<Object> arguments, PickleInput input) throws IOException {
    ElementType type = type(arguments, 0);
    ByteBuffer bytes =
        ByteBuffer.wrap(input.read(data(arguments, 1), 4 * Long.BYTES)).order(type.order());
    if (bytes.remaining() != type.bytes() || !type.isNumber()) {
      throw malformed("scalar");
    }
    if (type.kind() == ElementType.Kind.FLOAT && type.bytes() == Double.BYTES) {
      return bytes.getDouble();
    }
    if (type.kind() == ElementType.Kind.SIGNED && type.bytes() == Long.BYTES) {
      return bytes.getLong();
    }
    return smallScalar(type, bytes);
  }

  private static Object smallScalar(ElementType type, ByteBuffer bytes) {
    if (type.kind() == ElementType.Kind.FLOAT) {
      float[] value = new float[1];
      type.decode(bytes, value);
      return (double) value[0];
    }
    long value = 0;
    for (int i = 0; i < type.bytes(); i++) {
      int shift = type.order() == ByteOrder.LITTLE_ENDIAN ? i : type.bytes() - 1 - i;
      value |= (bytes.get() & 0xFFL) << (8 * shift);
    }
    int unused = Long.SIZE - 8 * type.bytes();
    return type.kind() == ElementType.Kind.SIGNED ? value << unused >> unused : value;
  }

  /** Protocol 2 has no bytes: it stores the text that Latin-1 would turn into them. */
  private static Bytes encoded(List<Object> arguments, PickleInput input) throws IOException {
    if (!(at(arguments, 0) instanceof Text text)
        || !text(arguments, 1, input).replace("-", "").startsWith("latin")) {
      throw malformed("encode");
    }
    return new Bytes(text.place(), text.offset(), text.length(), true);
  }

  private static @Nullable Object at(List<Object> items, int index) {
    return index < items.size() ? items.get(index) : null;
  }

  private static ElementType type(List<Object> items, int index) throws IOException {
    if (!(at(items, index) instanceof Type type)) {
      throw malformed("type");
    }
    return type.elements();
  }

  private static Bytes data(List<Object> items, int index) throws IOException {
    if (!(at(items, index) instanceof Bytes bytes)) {
      throw malformed("data");
    }
    return bytes;
  }

  private static String text(List<Object> items, int index, PickleInput input) throws IOException {
    if (!(at(items, index) instanceof Text text)) {
      throw malformed("text");
    }
    return input.read(text, MAX_NAME_BYTES);
  }

  private static List<Long> shape(List<Object> items, int index) throws IOException {
    List<Long> shape = new ArrayList<>();
    for (Object size : at(items, index) instanceof Sequence s ? s.items() : List.of()) {
      if (!(size instanceof Long length) || length < 0) {
        throw malformed("shape");
      }
      shape.add(length);
    }
    return shape;
  }

  private static IOException malformed(String what) {
    return new IOException("an array of NumPy with an unknown " + what);
  }
}
