package dev.vectormigrate.sources.pickle;

import java.io.IOException;
import java.util.ArrayList;
import java.util.List;
import org.jspecify.annotations.Nullable;

/** The values above one mark. What a sink will get goes there as soon as nothing can claim it. */
final class PickleFrame {

  /**
   * The operands of the opcode that looks back furthest, and a pair that it may leave behind: these
   * many newest values may still become part of another one.
   */
  private static final int CLAIMABLE = 8;

  final @Nullable Object target;
  final @Nullable PickleSink sink;
  final boolean dictionary;

  /** How many values were held when the mark was set. */
  final long heldBefore;

  private final List<Object> values = new ArrayList<>(CLAIMABLE);
  private boolean flushed;

  PickleFrame(@Nullable Object target, long heldBefore) {
    this.target = target;
    this.heldBefore = heldBefore;
    Streamed streamed = target instanceof Streamed s ? s : null;
    this.sink = streamed == null ? null : streamed.sink();
    this.dictionary = streamed != null && streamed.kind() == PickleContent.Kind.DICTIONARY;
  }

  /** A container whose content goes to a sink. */
  record Streamed(PickleContent.Kind kind, PickleSink sink) {}

  /** The sink for numbers that can go there without a detour. */
  @Nullable PickleSink numbers() {
    boolean direct = sink != null && sink.takesNumbers() && values.isEmpty();
    flushed |= direct;
    return direct ? sink : null;
  }

  /**
   * Adds a value.
   *
   * @return whether an earlier one went to the sink
   */
  boolean push(Object value) throws IOException {
    values.add(value);
    if (sink == null || values.size() <= CLAIMABLE) {
      return false;
    }
    give(dictionary ? 2 : 1);
    return true;
  }

  private void give(int count) throws IOException {
    flushed = true;
    List<Object> oldest = values.subList(0, count);
    if (sink != null) {
      put(sink, oldest);
    }
    oldest.clear();
  }

  private void put(PickleSink into, List<Object> items) throws IOException {
    if (dictionary) {
      for (int i = 0; i < items.size(); i += 2) {
        into.entry(unwrapped(items.get(i)), unwrapped(items.get(i + 1)));
      }
    } else {
      for (Object item : items) {
        into.item(unwrapped(item));
      }
    }
  }

  static Object unwrapped(Object value) {
    return value instanceof Streamed streamed ? streamed.sink() : value;
  }

  /** Gives all that is left to the sink. */
  void finish() throws IOException {
    if (dictionary && values.size() % 2 != 0) {
      throw new IOException("a dictionary with half an entry");
    }
    if (!values.isEmpty()) {
      give(values.size());
    }
  }

  Object pop() throws IOException {
    if (values.isEmpty()) {
      throw new IOException(
          flushed ? "numbers inside something else than a list" : "an empty stack");
    }
    return values.remove(values.size() - 1);
  }

  @Nullable Object value(int fromNewest) {
    return fromNewest < values.size() ? values.get(values.size() - 1 - fromNewest) : null;
  }

  /** All values; none may have gone to a sink. */
  List<Object> all() throws IOException {
    if (flushed) {
      throw new IOException("numbers inside something else than a list");
    }
    return values;
  }

  boolean isEmpty() {
    return values.isEmpty();
  }
}
