package dev.vectormigrate.sources.faiss;

import dev.vectormigrate.model.Json;
import dev.vectormigrate.sources.pickle.PickleInput;
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
 * Turns a pickled document into text and JSON. With pydantic, the state of a document is a
 * dictionary whose {@code __dict__} has the fields; before, it was the fields themselves.
 */
final class DocumentValues {

  private static final int MAX_TEXT_BYTES = 32 << 20;
  private static final int MAX_NAME_BYTES = 1 << 16;
  private static final DateTimeFormatter MICROSECONDS =
      DateTimeFormatter.ofPattern("uuuu-MM-dd'T'HH:mm:ss.SSSSSS");
  private static final DateTimeFormatter SECONDS =
      DateTimeFormatter.ofPattern("uuuu-MM-dd'T'HH:mm:ss");

  private final PickleInput input;

  DocumentValues(PickleInput input) {
    this.input = input;
  }

  /** The document, or why it cannot be moved. */
  StoredDocument read(Object pickled) throws IOException {
    try {
      return document(pickled);
    } catch (IllegalArgumentException e) {
      return StoredDocument.refused(String.valueOf(e.getMessage()));
    }
  }

  private StoredDocument document(Object pickled) throws IOException {
    if (!(pickled instanceof Instance instance) || !instance.name().name().equals("Document")) {
      throw new IllegalArgumentException("document: " + kind(pickled) + ", expected a Document");
    }
    if (!(instance.state() instanceof Dictionary state)) {
      throw new IllegalArgumentException("document: without state, expected its fields");
    }
    Dictionary fields = get(state, "__dict__") instanceof Dictionary inner ? inner : state;
    Object content = get(fields, "page_content");
    if (content != null && content != Constant.NONE && !(content instanceof Text)) {
      throw new IllegalArgumentException("text: " + kind(content) + ", expected text");
    }
    String text = content instanceof Text found ? text("text", found) : null;
    return new StoredDocument(null, text, metadata(get(fields, "metadata")));
  }

  private Json metadata(@Nullable Object pickled) throws IOException {
    if (pickled == null || pickled == Constant.NONE) {
      return Json.of(Map.of());
    }
    if (!(pickled instanceof Dictionary dictionary)) {
      throw new IllegalArgumentException("metadata: " + kind(pickled) + ", expected a dictionary");
    }
    try {
      return Json.of(object(dictionary));
    } catch (IllegalArgumentException e) {
      throw new IllegalArgumentException("metadata: " + e.getMessage(), e);
    }
  }

  private @Nullable Object get(Dictionary dictionary, String name) throws IOException {
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

  private String text(String what, Text pickled) throws IOException {
    if (pickled.length() > MAX_TEXT_BYTES) {
      throw new IllegalArgumentException(
          "%s: %d bytes, expected at most %d".formatted(what, pickled.length(), MAX_TEXT_BYTES));
    }
    String text = input.read(pickled, MAX_TEXT_BYTES);
    try {
      Json.of(text);
      return text;
    } catch (IllegalArgumentException e) {
      throw new IllegalArgumentException(what + ": " + e.getMessage(), e);
    }
  }

  private Map<String, @Nullable Object> object(Dictionary dictionary) throws IOException {
    Map<String, @Nullable Object> object = new LinkedHashMap<>();
    for (int i = 0; i < dictionary.size(); i++) {
      if (!(dictionary.key(i) instanceof Text key) || key.length() > MAX_NAME_BYTES) {
        throw new IllegalArgumentException(
            "a key that is " + kind(dictionary.key(i)) + ", expected a short text");
      }
      String name = input.read(key, MAX_NAME_BYTES);
      try {
        object.put(name, value(dictionary.value(i)));
      } catch (IllegalArgumentException e) {
        throw new IllegalArgumentException("key '" + name + "': " + e.getMessage(), e);
      }
    }
    return object;
  }

  private @Nullable Object value(Object pickled) throws IOException {
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

  private static String kind(Object pickled) {
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
