package dev.vectormigrate.sources.pickle;

import dev.vectormigrate.model.Json;
import dev.vectormigrate.sources.pickle.Pickled.Bytes;
import dev.vectormigrate.sources.pickle.Pickled.Constant;
import dev.vectormigrate.sources.pickle.Pickled.Dictionary;
import dev.vectormigrate.sources.pickle.Pickled.Instance;
import dev.vectormigrate.sources.pickle.Pickled.Sequence;
import dev.vectormigrate.sources.pickle.Pickled.Text;
import java.io.IOException;
import java.math.BigInteger;
import java.time.DateTimeException;
import java.time.LocalDate;
import java.time.LocalDateTime;
import java.time.format.DateTimeFormatter;
import java.util.ArrayList;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Locale;
import java.util.Map;
import org.jspecify.annotations.Nullable;

/**
 * Turns pickled values into those that JSON has. Of one thread.
 *
 * <p>A value that cannot be turned is an {@link IllegalArgumentException}, whose message names keys
 * and classes but never a value.
 */
public final class PickledJson {

  private static final int MAX_TEXT_BYTES = 32 << 20;
  private static final int MAX_NAME_BYTES = 1 << 16;

  /**
   * A pickle may refer to a list many times from a list that it refers to many times, and so on.
   */
  private static final long MAX_BYTES = 128 << 20;

  private static final int VALUE_BYTES = 16;

  private static final DateTimeFormatter MICROSECONDS =
      DateTimeFormatter.ofPattern("uuuu-MM-dd'T'HH:mm:ss.SSSSSS");
  private static final DateTimeFormatter SECONDS =
      DateTimeFormatter.ofPattern("uuuu-MM-dd'T'HH:mm:ss");

  private final PickleInput input;
  private long bytes;

  /** For the values of one record of a pickle. */
  public PickledJson(PickleInput input) {
    this.input = input;
  }

  /** The value under a name, null where there is none. */
  public @Nullable Object get(Dictionary dictionary, String name) throws IOException {
    Object found = null;
    for (int i = 0; i < dictionary.size(); i++) {
      if (dictionary.key(i) instanceof Text key
          && key.length() == name.length()
          && input.read(key, name.length()).equals(name)) {
        found = dictionary.value(i);
      }
    }
    return found;
  }

  /** A text of Unicode characters, of 32 MiB at most. */
  public String text(String what, Text pickled) throws IOException {
    if (pickled.length() > MAX_TEXT_BYTES) {
      throw new IllegalArgumentException(
          "%s: %d bytes, expected at most %d".formatted(what, pickled.length(), MAX_TEXT_BYTES));
    }
    spend(pickled.length());
    String text = input.read(pickled, MAX_TEXT_BYTES);
    try {
      Json.of(text);
      return text;
    } catch (IllegalArgumentException e) {
      throw new IllegalArgumentException(what + ": " + e.getMessage(), e);
    }
  }

  /** What a dictionary with names as keys holds. */
  public Map<String, @Nullable Object> object(Dictionary dictionary) throws IOException {
    Map<String, @Nullable Object> object = new LinkedHashMap<>();
    for (int i = 0; i < dictionary.size(); i++) {
      if (!(dictionary.key(i) instanceof Text key) || key.length() > MAX_NAME_BYTES) {
        throw new IllegalArgumentException(
            "a key that is " + kind(dictionary.key(i)) + ", expected a short text");
      }
      spend(key.length());
      String name = input.read(key, MAX_NAME_BYTES);
      try {
        object.put(name, value(dictionary.value(i)));
      } catch (IllegalArgumentException e) {
        throw new IllegalArgumentException("key '" + name + "': " + e.getMessage(), e);
      }
    }
    return object;
  }

  private void spend(long more) {
    bytes += more;
    if (bytes > MAX_BYTES) {
      throw new IllegalArgumentException("more than " + MAX_BYTES + " bytes, expected fewer");
    }
  }

  private @Nullable Object value(Object pickled) throws IOException {
    spend(VALUE_BYTES);
    if (pickled instanceof Text text) {
      return text("text", text);
    }
    if (pickled == Constant.NONE) {
      return null;
    }
    if (pickled instanceof Boolean || pickled instanceof Number) {
      return pickled;
    }
    if (pickled instanceof Dictionary dictionary) {
      return object(dictionary);
    }
    if (pickled instanceof Sequence sequence && sequence.form() != Sequence.Form.SET) {
      return list(sequence);
    }
    String date = pickled instanceof Instance instance ? date(instance) : null;
    if (date == null) {
      throw new IllegalArgumentException(kind(pickled) + ", which JSON has no value for");
    }
    return date;
  }

  private List<@Nullable Object> list(Sequence sequence) throws IOException {
    List<@Nullable Object> list = new ArrayList<>();
    for (Object item : sequence.items()) {
      list.add(value(item));
    }
    return list;
  }

  /** The text of a date, or of a time without zone, as Python's {@code isoformat} has it. */
  private @Nullable String date(Instance instance) throws IOException {
    boolean onlyBytes = instance.arguments().size() == 1;
    if (!instance.name().module().equals("datetime") || !onlyBytes) {
      return null;
    }
    byte[] bytes =
        instance.arguments().get(0) instanceof Bytes stored ? input.read(stored, 16) : new byte[0];
    try {
      return switch (instance.name().name()) {
        case "date" -> bytes.length == 4 ? day(bytes).toString() : null;
        case "datetime" -> bytes.length == 10 ? time(bytes) : null;
        default -> null;
      };
    } catch (DateTimeException e) {
      return null;
    }
  }

  private static LocalDate day(byte[] bytes) {
    return LocalDate.of(((bytes[0] & 0xFF) << 8) | (bytes[1] & 0xFF), bytes[2], bytes[3]);
  }

  private static String time(byte[] bytes) {
    int micros = ((bytes[7] & 0xFF) << 16) | ((bytes[8] & 0xFF) << 8) | (bytes[9] & 0xFF);
    LocalDateTime time = day(bytes).atTime(bytes[4], bytes[5], bytes[6], micros * 1_000);
    return time.format(micros == 0 ? SECONDS : MICROSECONDS);
  }

  /** What a value is, for messages. */
  public static String kind(Object pickled) {
    if (pickled instanceof Instance instance) {
      return instance.name().toString();
    }
    if (pickled instanceof Sequence sequence) {
      return "a " + sequence.form().name().toLowerCase(Locale.ROOT);
    }
    if (pickled == Constant.FORGOTTEN) {
      return "an object that is shared with a document far before it";
    }
    return pickled instanceof BigInteger ? "a number" : pickled.getClass().getSimpleName();
  }
}
