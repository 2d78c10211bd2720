package dev.vectormigrate.sources.pickle;

import dev.vectormigrate.sources.pickle.Pickled.Instance;
import dev.vectormigrate.sources.pickle.Pickled.Name;
import java.io.IOException;
import java.util.List;
import org.jspecify.annotations.Nullable;

/** Says what may be in a pickle, and where it goes. */
public interface PickleContent {

  /** What may be in the pickle, for messages, such as {@code lists of numbers}. */
  String expected();

  /** Whether the name of a class or function may occur. It is never loaded or called. */
  boolean allows(Name name);

  /**
   * The sink of a new list, dictionary or set; null if it shall be held.
   *
   * @param before what was read before it and is still waiting for its place
   */
  @Nullable PickleSink sinkFor(Kind kind, Waiting before) throws IOException;

  /** What stands for the result of a call; {@link Instance} keeps name and arguments. */
  default Object call(Name name, List<Object> arguments, PickleInput input) throws IOException {
    return new Instance(name, arguments);
  }

  /** Fills an object that {@link #call} returned with its state. */
  default void fill(Object object, Object state) throws IOException {
    if (!(object instanceof Instance instance)) {
      throw new IOException("a state of something that has none");
    }
    instance.fill(state);
  }

  /** Whether a result of {@link #call} is one of few, so that all of them can be remembered. */
  default boolean isSmall(Object value) {
    return false;
  }

  /** Kinds of containers. */
  enum Kind {
    LIST,
    DICTIONARY,
    SET
  }

  /** What a new container may belong to. */
  interface Waiting {

    /** The container that the values since the last mark will most likely go to, if any. */
    @Nullable Object target();

    /** A value since the last mark, the newest being 0; null where there are not so many. */
    @Nullable Object value(int fromNewest);

    /** Whether nothing at all was read before. */
    boolean isEmpty();
  }
}
