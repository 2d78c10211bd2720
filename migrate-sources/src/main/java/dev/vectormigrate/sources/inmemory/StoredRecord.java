package dev.vectormigrate.sources.inmemory;

import com.fasterxml.jackson.core.JsonParser;
import com.fasterxml.jackson.core.JsonToken;
import dev.vectormigrate.sources.json.JsonValue;
import dev.vectormigrate.sources.json.JsonVector;
import java.io.IOException;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import org.jspecify.annotations.Nullable;

/**
 * One record as it is in the file.
 *
 * @param id what the record itself says it is, null where that is no text
 * @param vector its vector
 * @param members everything else, as Java values; the caller may change the map
 * @param problem why it cannot be migrated, null where it can
 */
record StoredRecord(
    @Nullable String id,
    JsonVector vector,
    Map<String, @Nullable Object> members,
    @Nullable String problem) {

  private static final String ID = "id";

  /** Reads the object that a parser stands at the begin of. */
  static StoredRecord read(JsonParser parser, StoreFormat format) throws IOException {
    return new Reading(parser, format, true).read();
  }

  /** As {@link #read}, but passes over all members. */
  static StoredRecord outline(JsonParser parser, StoreFormat format) throws IOException {
    return new Reading(parser, format, false).read();
  }

  private static final class Reading {

    private final JsonParser parser;
    private final StoreFormat format;
    private final boolean whole;
    private final Map<String, @Nullable Object> members = new LinkedHashMap<>();
    private @Nullable String id;
    private JsonVector vector = JsonVector.MISSING;
    private boolean vectorFound;
    private @Nullable String problem;

    Reading(JsonParser parser, StoreFormat format, boolean whole) {
      this.parser = parser;
      this.format = format;
      this.whole = whole;
    }

    StoredRecord read() throws IOException {
      object(format.vectorPath(), true);
      return new StoredRecord(id, vector, members, problem);
    }

    /**
     * @param path where the vector is, from here
     */
    private void object(List<String> path, boolean outermost) throws IOException {
      while (parser.nextToken() != JsonToken.END_OBJECT) {
        String name = parser.currentName();
        JsonToken token = parser.nextToken();
        if (name.equals(path.get(0))) {
          vector(path.subList(1, path.size()), token);
        } else if (outermost && name.equals(ID) && token == JsonToken.VALUE_STRING) {
          id = parser.getText();
        } else {
          member(name);
        }
      }
    }

    private void vector(List<String> path, JsonToken token) throws IOException {
      if (!path.isEmpty() && token == JsonToken.START_OBJECT) {
        object(path, false);
        return;
      }
      if (vectorFound) {
        note("its vector: twice, expected once");
      }
      vectorFound = true;
      vector = JsonVector.read(parser, format.precision());
    }

    private void member(String name) throws IOException {
      if (!whole) {
        parser.skipChildren();
        return;
      }
      JsonValue value = JsonValue.read(parser);
      if (value.problem() != null) {
        note(name + ": " + value.problem());
      }
      if (members.containsKey(name)) {
        note(name + ": twice, expected once");
      }
      members.put(name, value.java());
    }

    private void note(String reason) {
      if (problem == null) {
        problem = reason;
      }
    }
  }
}
