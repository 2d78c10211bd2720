package dev.vectormigrate.sources.simplevectorstore;

import com.fasterxml.jackson.core.JsonParser;
import com.fasterxml.jackson.core.JsonProcessingException;
import com.fasterxml.jackson.core.JsonToken;
import dev.vectormigrate.sources.numpy.FloatTable;
import dev.vectormigrate.sources.numpy.ScratchFiles;
import dev.vectormigrate.sources.numpy.VectorRows;
import java.io.BufferedInputStream;
import java.io.IOException;
import java.io.InputStream;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.Set;

/**
 * Reads vectors from JSON: an array of arrays of numbers, alone or under {@code embeddings} or
 * {@code vectors} of an object.
 */
final class JsonVectors {

  private static final Set<String> KEYS = Set.of("embeddings", "vectors");

  private final JsonParser parser;
  private final FloatTable.Writer table;

  private JsonVectors(JsonParser parser, FloatTable.Writer table) {
    this.parser = parser;
    this.table = table;
  }

  static VectorRows read(Path file, ScratchFiles scratch) throws IOException {
    try (InputStream in = withoutMark(file);
        JsonParser parser = EntryIndex.JSON.createParser(in);
        FloatTable.Writer table = FloatTable.write(scratch)) {
      new JsonVectors(parser, table).run();
      return table.finish();
    } catch (JsonProcessingException e) {
      long at = e.getLocation() == null ? -1 : e.getLocation().getByteOffset();
      throw new IOException(
          file + ": malformed near byte " + at + ", expected JSON. Restore it from a backup", e);
    } catch (IOException e) {
      throw new IOException(file + ": " + e.getMessage(), e);
    }
  }

  private static InputStream withoutMark(Path file) throws IOException {
    InputStream in = new BufferedInputStream(Files.newInputStream(file), 1 << 16);
    in.mark(1);
    if (in.read() == 0xEF) {
      in.skipNBytes(2);
    } else {
      in.reset();
    }
    return in;
  }

  private void run() throws IOException {
    boolean found = false;
    JsonToken first = parser.nextToken();
    if (first == JsonToken.START_ARRAY) {
      found = true;
      vectors();
    } else if (first == JsonToken.START_OBJECT) {
      while (parser.nextToken() == JsonToken.FIELD_NAME) {
        boolean wanted = KEYS.contains(parser.currentName());
        boolean array = parser.nextToken() == JsonToken.START_ARRAY;
        if (wanted && array && !found) {
          found = true;
          vectors();
        } else {
          parser.skipChildren();
        }
      }
    }
    if (!found || parser.nextToken() != null) {
      throw new IOException(
          "expected one array of vectors, or an object with one called embeddings or vectors");
    }
  }

  private void vectors() throws IOException {
    while (parser.nextToken() != JsonToken.END_ARRAY) {
      JsonToken token = parser.currentToken();
      if (token == null) {
        throw new IOException(
            "ends early, expected the end of the array. Restore it from a backup");
      }
      if (token == JsonToken.VALUE_NULL) {
        table.addMissing();
      } else {
        table.add(vector());
      }
    }
  }

  private FloatTable.Components vector() throws IOException {
    FloatTable.Components components = table.begin();
    if (parser.currentToken() != JsonToken.START_ARRAY) {
      parser.skipChildren();
      components.addOther();
      return components;
    }
    while (parser.nextToken() != JsonToken.END_ARRAY) {
      add(components);
    }
    return components;
  }

  private void add(FloatTable.Components components) throws IOException {
    JsonToken token = parser.currentToken();
    if (token == JsonToken.VALUE_NUMBER_FLOAT) {
      components.add(parser.getDoubleValue());
    } else if (token == JsonToken.VALUE_NUMBER_INT && isLong()) {
      components.add(parser.getLongValue());
    } else if (token == JsonToken.VALUE_NUMBER_INT) {
      components.add(parser.getBigIntegerValue().doubleValue());
    } else {
      parser.skipChildren();
      components.addOther();
    }
  }

  private boolean isLong() throws IOException {
    return parser.getNumberType() != JsonParser.NumberType.BIG_INTEGER;
  }
}
