package dev.vectormigrate.sources.pickle;

import java.util.ArrayList;
import java.util.List;
import org.jspecify.annotations.Nullable;

/**
 * What a pickle holds, besides {@link Long}, {@link Double}, {@link java.math.BigInteger} and
 * {@link Boolean}. Texts and bytes stay in the file and are read when they are wanted.
 */
public interface Pickled {

  /** Values without content. */
  enum Constant implements Pickled {
    /** Python's {@code None}. */
    NONE,
    /** A list or dictionary that occurred so long before that it is not held any more. */
    FORGOTTEN
  }

  /**
   * Text in the file.
   *
   * @param place where the opcode stands that it belongs to
   * @param offset its first byte
   * @param length how many bytes it takes in UTF-8
   */
  record Text(long place, long offset, long length) implements Pickled {}

  /**
   * Bytes in the file.
   *
   * @param place where the opcode stands that they belong to
   * @param offset where they begin
   * @param length how many bytes of the file they take
   * @param escaped whether they are stored as the UTF-8 of a text whose characters they are, as
   *     protocol 2 has to
   */
  record Bytes(long place, long offset, long length, boolean escaped) implements Pickled {}

  /** The name of a class or a function, which is never loaded. */
  record Name(String module, String name) implements Pickled {

    @Override
    public String toString() {
      return module + "." + name;
    }
  }

  /** A list, tuple or set. */
  final class Sequence implements Pickled {

    /** What it is. */
    public enum Form {
      LIST,
      TUPLE,
      SET
    }

    private final Form form;
    private final List<Object> items;

    Sequence(Form form, List<Object> items) {
      this.form = form;
      this.items = items;
    }

    /** Which of the three it is. */
    public Form form() {
      return form;
    }

    /** What it holds, in order; not to be changed. */
    public List<Object> items() {
      return items;
    }
  }

  /** A dictionary. */
  final class Dictionary implements Pickled {

    private final List<Object> keys = new ArrayList<>();
    private final List<Object> values = new ArrayList<>();

    void put(Object key, Object value) {
      keys.add(key);
      values.add(value);
    }

    /** How many entries there are; a key may occur twice, then the later one counts. */
    public int size() {
      return keys.size();
    }

    /** The key of an entry. */
    public Object key(int index) {
      return keys.get(index);
    }

    /** The value of an entry. */
    public Object value(int index) {
      return values.get(index);
    }
  }

  /** What a call or a class would have become: its name and what it would have been given. */
  final class Instance implements Pickled {

    private final Name name;
    private final List<Object> arguments;
    private @Nullable Object state;

    Instance(Name name, List<Object> arguments) {
      this.name = name;
      this.arguments = arguments;
    }

    /** The class or function. */
    public Name name() {
      return name;
    }

    /** What it would have been called with. */
    public List<Object> arguments() {
      return arguments;
    }

    /** What it would have been filled with, if anything. */
    public @Nullable Object state() {
      return state;
    }

    void fill(Object filling) {
      this.state = filling;
    }
  }
}
