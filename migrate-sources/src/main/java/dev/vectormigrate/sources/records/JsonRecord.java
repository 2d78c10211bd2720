package dev.vectormigrate.sources.records;

import com.fasterxml.jackson.core.JsonParseException;
import com.fasterxml.jackson.core.JsonParser;
import com.fasterxml.jackson.core.JsonProcessingException;
import com.fasterxml.jackson.core.JsonToken;
import com.fasterxml.jackson.core.exc.StreamConstraintsException;
import dev.vectormigrate.sources.json.JsonFile;
import dev.vectormigrate.sources.json.JsonScan;
import dev.vectormigrate.sources.json.JsonValue;
import java.io.IOException;
import java.util.HashSet;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import java.util.Set;
import org.jspecify.annotations.Nullable;

/** Reads one record of the bytes of its parts. Of one thread. */
final class JsonRecord {

  private final RecordFields fields;
  private final Set<String> vectorPaths;
  private final Map<String, @Nullable Object> members = new LinkedHashMap<>();
  private @Nullable String key;
  private @Nullable String problem;

  private JsonRecord(RecordFields fields, Set<String> vectorPaths) {
    this.fields = fields;
    this.vectorPaths = vectorPaths;
  }

  /**
   * The bytes of one value.
   *
   * @param column to which the value belongs; empty for the whole record
   * @param bytes which stand at it
   */
  record Part(String column, Pieces bytes) {}

  /**
   * Reads a record.
   *
   * @param keyed whether its only part begins with a key and a colon
   */
  static RecordContent read(List<Part> parts, boolean keyed, RecordFields fields)
      throws IOException {
    Set<String> vectorPaths = fields.vectorPaths();
    RecordContent content = read(parts, keyed, fields, vectorPaths);
    Set<String> others = otherVectors(content.members(), fields);
    if (others.isEmpty()) {
      return content;
    }
    // They are plain values of the record, and are read as such.
    vectorPaths.removeAll(others);
    return read(parts, keyed, fields, vectorPaths);
  }

  /** Arrays where a vector might have been, had not a better place had one. */
  private static Set<String> otherVectors(
      Map<String, @Nullable Object> members, RecordFields fields) {
    Set<String> others = new HashSet<>();
    for (RecordFields.VectorPart vector : fields.vectors()) {
      boolean found = false;
      for (String path : vector.part().paths()) {
        if (found && members.get(path) instanceof Components) {
          others.add(path);
        }
        found |= MappedRecord.isVector(members.get(path));
      }
    }
    return others;
  }

  private static RecordContent read(
      List<Part> parts, boolean keyed, RecordFields fields, Set<String> vectorPaths)
      throws IOException {
    JsonRecord record = new JsonRecord(fields, vectorPaths);
    try {
      for (Part part : parts) {
        record.part(part, keyed);
      }
    } catch (StreamConstraintsException e) {
      return RecordContent.refused(
          "record: beyond the limits, expected at most 500 levels of nesting, numbers of 20000"
              + " digits and names of 1 MiB");
    } catch (JsonProcessingException e) {
      return malformed();
    }
    return new RecordContent(record.key, record.members, record.problem, false);
  }

  private static RecordContent malformed() {
    return RecordContent.malformed("record: malformed, expected JSON in UTF-8");
  }

  private void part(Part part, boolean keyed) throws IOException {
    byte[] bytes = keyed ? inBraces(part.bytes()) : part.bytes().bytes();
    try (JsonParser parser =
        JsonFile.parserOf(bytes, keyed ? bytes.length : part.bytes().length())) {
      require(parser, parser.nextToken() != null);
      if (keyed) {
        require(parser, parser.nextToken() == JsonToken.FIELD_NAME);
        key = parser.currentName();
        parser.nextToken();
      }
      if (part.column().isEmpty()) {
        record(parser);
      } else {
        members.put(part.column(), value(parser, part.column()));
      }
      require(parser, !keyed || parser.nextToken() == JsonToken.END_OBJECT);
      require(parser, parser.nextToken() == null);
    }
  }

  private static byte[] inBraces(Pieces member) {
    byte[] bytes = new byte[member.length() + 2];
    bytes[0] = '{';
    System.arraycopy(member.bytes(), 0, bytes, 1, member.length());
    bytes[bytes.length - 1] = '}';
    return bytes;
  }

  private static void require(JsonParser parser, boolean wellFormed) throws IOException {
    if (!wellFormed) {
      throw new JsonParseException(parser, "malformed");
    }
  }

  private void record(JsonParser parser) throws IOException {
    if (parser.currentToken() == JsonToken.START_OBJECT) {
      members.putAll(object(parser, ""));
    } else if (parser.currentToken() == JsonToken.VALUE_STRING) {
      members.put(fields.text().name(), parser.getText());
    } else {
      note("record: %s, expected an object".formatted(JsonScan.nameOf(parser.currentToken())));
      parser.skipChildren();
    }
  }

  private Map<String, @Nullable Object> object(JsonParser parser, String prefix)
      throws IOException {
    Map<String, @Nullable Object> object = new LinkedHashMap<>();
    while (parser.nextToken() != JsonToken.END_OBJECT) {
      String name = parser.currentName();
      parser.nextToken();
      if (object.containsKey(name)) {
        note("record: key '%s': twice, expected once".formatted(name));
      }
      object.put(name, value(parser, prefix + name));
    }
    return object;
  }

  private @Nullable Object value(JsonParser parser, String path) throws IOException {
    JsonToken token = parser.currentToken();
    if (token == JsonToken.START_ARRAY && vectorPaths.contains(path)) {
      return Components.read(parser);
    }
    if (token == JsonToken.START_OBJECT && leadsToVector(path)) {
      return object(parser, path + ".");
    }
    JsonValue value = JsonValue.read(parser);
    if (value.problem() != null) {
      note("record: key '%s': %s".formatted(path, value.problem()));
    }
    return value.java();
  }

  private boolean leadsToVector(String path) {
    return vectorPaths.stream().anyMatch(vector -> vector.startsWith(path + "."));
  }

  private void note(String reason) {
    if (problem == null) {
      problem = reason;
    }
  }
}
