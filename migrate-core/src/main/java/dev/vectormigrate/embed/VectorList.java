package dev.vectormigrate.embed;

import com.fasterxml.jackson.core.JsonFactory;
import com.fasterxml.jackson.core.JsonParser;
import com.fasterxml.jackson.core.JsonProcessingException;
import com.fasterxml.jackson.core.JsonToken;
import com.fasterxml.jackson.core.StreamReadConstraints;
import com.fasterxml.jackson.core.StreamReadFeature;
import com.fasterxml.jackson.core.json.JsonReadFeature;
import dev.vectormigrate.model.Vector;
import dev.vectormigrate.spi.TransientException;
import java.io.IOException;
import java.nio.ByteBuffer;
import java.nio.ByteOrder;
import java.util.ArrayList;
import java.util.Arrays;
import java.util.Base64;
import java.util.List;
import org.jspecify.annotations.Nullable;

/**
 * The vectors of an answer, of which nothing is believed. Each is an array of numbers or base64 of
 * little-endian floats, by itself or as member {@code embedding} of an object; an {@code index}
 * there says whose it is.
 */
final class VectorList {

  /** More components than any model has. */
  static final int MOST_COMPONENTS = 1 << 16;

  private static final JsonFactory FACTORY =
      JsonFactory.builder()
          .streamReadConstraints(
              StreamReadConstraints.builder()
                  .maxNestingDepth(50)
                  .maxStringLength(8 * MOST_COMPONENTS)
                  .build())
          // To be told from what is malformed.
          .enable(JsonReadFeature.ALLOW_NON_NUMERIC_NUMBERS)
          .disable(StreamReadFeature.INCLUDE_SOURCE_IN_LOCATION)
          .build();

  private final String host;
  private final @Nullable Vector[] vectors;
  private int found;
  private int indexed;

  private VectorList(String host, int count) {
    this.host = host;
    this.vectors = new Vector[count];
  }

  /**
   * Reads an answer.
   *
   * @param member where the vectors are
   * @param count how many vectors there must be
   * @return all of them, finite, in the order of the texts
   * @throws TransientException if the answer is cut off
   * @throws IllegalStateException if it is not one of so many vectors
   */
  static List<Vector> read(String host, byte[] body, String member, int count)
      throws TransientException {
    VectorList list = new VectorList(host, count);
    list.checkIsObject(body);
    try (JsonParser parser = FACTORY.createParser(body)) {
      list.readObject(parser, member);
    } catch (JsonProcessingException e) {
      long at = e.getLocation() == null ? -1 : e.getLocation().getByteOffset();
      // Without the cause, whose message quotes the answer.
      throw new TransientException(
          "[%s] answer: malformed near byte %d of %d, expected JSON. It may be cut off"
              .formatted(host, at, body.length),
          null);
    } catch (IOException e) {
      throw new IllegalStateException("[" + host + "] answer: not readable", e);
    }
    return list.complete();
  }

  private void checkIsObject(byte[] body) {
    int at = 0;
    while (at < body.length && Character.isWhitespace(body[at])) {
      at++;
    }
    if (at == body.length || body[at] != '{') {
      throw wrong(
          at == body.length ? "nothing" : body[at] == '<' ? "a page of HTML" : "no JSON object",
          "a JSON object");
    }
  }

  private void readObject(JsonParser parser, String member) throws IOException {
    boolean seen = false;
    parser.nextToken();
    while (parser.nextToken() == JsonToken.FIELD_NAME) {
      boolean isIt = parser.currentName().equals(member) && !seen;
      JsonToken value = parser.nextToken();
      if (isIt && value == JsonToken.START_ARRAY) {
        seen = true;
        readArray(parser);
      } else {
        parser.skipChildren();
      }
    }
    if (parser.nextToken() != null) {
      throw wrong("more behind the object", "its end");
    }
    if (!seen) {
      throw wrong("no array '" + member + "'", "one");
    }
  }

  private void readArray(JsonParser parser) throws IOException {
    while (parser.nextToken() != JsonToken.END_ARRAY) {
      if (parser.currentToken() == JsonToken.START_OBJECT) {
        readItem(parser);
      } else {
        keep(null, vector(parser));
      }
    }
  }

  private void readItem(JsonParser parser) throws IOException {
    Integer index = null;
    Vector vector = null;
    while (parser.nextToken() == JsonToken.FIELD_NAME) {
      String name = parser.currentName();
      parser.nextToken();
      if (name.equals("embedding")) {
        vector = vector(parser);
      } else if (name.equals("index") && parser.currentToken() == JsonToken.VALUE_NUMBER_INT) {
        index = parser.getIntValue();
      } else {
        parser.skipChildren();
      }
    }
    if (vector == null) {
      throw wrong("no vector in item " + (found + 1), "one");
    }
    keep(index, vector);
  }

  private void keep(@Nullable Integer index, Vector vector) {
    int at = index == null ? found : index;
    found++;
    indexed += index == null ? 0 : 1;
    if (indexed != 0 && indexed != found) {
      throw wrong("an index at some vectors only", "one at all or none");
    }
    if (index != null && (at < 0 || at >= vectors.length)) {
      throw wrong("a vector with index " + at, "0 to " + (vectors.length - 1));
    }
    if (at < vectors.length) {
      if (vectors[at] != null) {
        throw wrong("two vectors with index " + at, "one");
      }
      vectors[at] = vector;
    }
  }

  private Vector vector(JsonParser parser) throws IOException {
    Vector vector =
        switch (parser.currentToken()) {
          case START_ARRAY -> ofNumbers(parser);
          case VALUE_STRING -> ofBase64(parser.getText());
          default -> throw wrong(inVector("neither array nor text"), "numbers or base64");
        };
    if (vector.dimension() == 0) {
      throw wrong(inVector("an empty vector"), "components");
    }
    if (!vector.isFinite()) {
      throw wrong(inVector("NaN or infinity"), "finite numbers");
    }
    return vector;
  }

  private Vector ofNumbers(JsonParser parser) throws IOException {
    float[] components = new float[256];
    int size = 0;
    while (parser.nextToken() != JsonToken.END_ARRAY) {
      if (!parser.currentToken().isNumeric()) {
        throw wrong(inVector("what is no number"), "numbers");
      }
      if (size == MOST_COMPONENTS) {
        throw wrong(inVector("more than " + size + " components"), "a vector of a model");
      }
      if (size == components.length) {
        components = Arrays.copyOf(components, 2 * size);
      }
      components[size++] = number(parser);
    }
    return Vector.wrap(Arrays.copyOf(components, size));
  }

  /** Rounded once, from the decimal text: by way of a double it would be rounded twice. */
  private static float number(JsonParser parser) throws IOException {
    return parser.currentToken() == JsonToken.VALUE_NUMBER_FLOAT && parser.isNaN()
        ? Float.NaN
        : Float.parseFloat(parser.getText());
  }

  private Vector ofBase64(String text) {
    byte[] bytes;
    try {
      bytes = Base64.getDecoder().decode(text);
    } catch (IllegalArgumentException e) {
      // Without the cause, whose message names characters.
      throw wrong(inVector("a text that is no base64"), "it");
    }
    if (bytes.length % Float.BYTES != 0) {
      throw wrong(inVector(bytes.length + " bytes"), "four for each component");
    }
    float[] components = new float[bytes.length / Float.BYTES];
    ByteBuffer.wrap(bytes).order(ByteOrder.LITTLE_ENDIAN).asFloatBuffer().get(components);
    return Vector.wrap(components);
  }

  private String inVector(String what) {
    return what + " in item " + (found + 1);
  }

  private List<Vector> complete() {
    if (found != vectors.length) {
      throw wrong(found + " vectors", String.valueOf(vectors.length));
    }
    List<Vector> complete = new ArrayList<>(found);
    for (Vector vector : vectors) {
      // All are there: as many as expected, and none twice.
      if (vector != null) {
        complete.add(vector);
      }
    }
    return complete;
  }

  private IllegalStateException wrong(String actual, String expected) {
    return new IllegalStateException(
        "[%s] answer: %s, expected %s. Check address and model".formatted(host, actual, expected));
  }
}
