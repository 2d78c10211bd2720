package dev.vectormigrate.model;

import com.fasterxml.jackson.core.JsonFactory;
import com.fasterxml.jackson.core.JsonParser;
import com.fasterxml.jackson.core.JsonProcessingException;
import com.fasterxml.jackson.core.JsonToken;
import com.fasterxml.jackson.core.StreamReadConstraints;
import com.fasterxml.jackson.core.StreamReadFeature;
import java.io.IOException;
import java.io.UncheckedIOException;
import java.math.BigDecimal;
import java.util.ArrayList;
import java.util.Arrays;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import org.jspecify.annotations.Nullable;

/**
 * A JSON document in one canonical form, so that equal documents have equal bytes.
 *
 * <p>The form is chosen such that PostgreSQL's {@code jsonb} keeps every value of it:
 *
 * <ul>
 *   <li>an object's keys are ordered by the length of their UTF-8 bytes, then by the bytes; a key
 *       that occurs twice is refused;
 *   <li>integers are written as digits, without limit;
 *   <li>decimals are written plainly, never with an exponent, always with a fraction (<code>1.0
 *       </code>), without further trailing zeros; so a float stays a float. {@code -0.0} becomes
 *       {@code 0.0}, since {@code jsonb} has no negative zero;
 *   <li>strings are UTF-8; a lone surrogate is refused;
 *   <li>numbers of more than 16,383 digits before or after the point and documents nested deeper
 *       than 500 levels are refused.
 * </ul>
 */
public final class Json {

  private static final JsonFactory FACTORY =
      JsonFactory.builder()
          .streamReadConstraints(
              StreamReadConstraints.builder()
                  .maxNumberLength(2 * CanonicalJsonWriter.MOST_DIGITS + 2)
                  .maxStringLength(256 << 20)
                  .maxNameLength(1 << 20)
                  .maxNestingDepth(CanonicalJsonWriter.MOST_NESTING)
                  .build())
          .enable(StreamReadFeature.STRICT_DUPLICATE_DETECTION)
          .disable(StreamReadFeature.INCLUDE_SOURCE_IN_LOCATION)
          .build();

  private final byte[] utf8;
  private final boolean holdsNul;
  private final boolean hadNegativeZero;

  private Json(CanonicalJsonWriter out) {
    this.utf8 = out.toByteArray();
    this.holdsNul = out.holdsNul();
    this.hadNegativeZero = out.hadNegativeZero();
  }

  /**
   * Makes a document of Java values: null, {@link String}, {@link Boolean}, {@link Integer}, {@link
   * Long}, {@link java.math.BigInteger}, {@link Float}, {@link Double}, {@link BigDecimal}, maps
   * with text keys and collections of these.
   *
   * @throws IllegalArgumentException if a value is of another class, not finite, too long, nested
   *     too deep, or text with a lone surrogate; the message names the key but never the value
   */
  public static Json of(@Nullable Object value) {
    CanonicalJsonWriter out = new CanonicalJsonWriter();
    out.write(value);
    return new Json(out);
  }

  /**
   * Reads JSON text in UTF-8.
   *
   * @throws IllegalArgumentException if it is not one JSON value, or not one that {@link #of}
   *     takes; the message may name a key but never contains a value
   */
  public static Json parse(byte[] utf8) {
    try (JsonParser parser = FACTORY.createParser(utf8)) {
      return parse(parser);
    } catch (JsonProcessingException e) {
      throw malformed(e);
    } catch (IOException e) {
      throw new UncheckedIOException(e);
    }
  }

  /** Reads JSON text; as {@link #parse(byte[])}. */
  public static Json parse(String text) {
    return parse(CanonicalJsonWriter.utf8(text));
  }

  private static Json parse(JsonParser parser) throws IOException {
    parser.nextToken();
    Object value = valueAt(parser);
    if (parser.nextToken() != null) {
      throw new IllegalArgumentException("not JSON: text after the end of the value");
    }
    return of(value);
  }

  private static IllegalArgumentException malformed(JsonProcessingException e) {
    long at = e.getLocation() == null ? -1 : e.getLocation().getByteOffset();
    return new IllegalArgumentException("not JSON: malformed near byte " + at);
  }

  private static @Nullable Object valueAt(JsonParser parser) throws IOException {
    JsonToken token = parser.currentToken();
    if (token == null) {
      throw new IllegalArgumentException("not JSON: empty");
    }
    return switch (token) {
      case START_OBJECT -> objectAt(parser);
      case START_ARRAY -> arrayAt(parser);
      case VALUE_STRING -> parser.getText();
      case VALUE_NUMBER_INT -> integerAt(parser);
      case VALUE_NUMBER_FLOAT -> decimalAt(parser);
      case VALUE_TRUE -> true;
      case VALUE_FALSE -> false;
      case VALUE_NULL -> null;
      default -> throw new IllegalArgumentException("not JSON: " + token);
    };
  }

  private static Number decimalAt(JsonParser parser) throws IOException {
    try {
      BigDecimal decimal = parser.getDecimalValue();
      boolean negativeZero = decimal.signum() == 0 && parser.getText().startsWith("-");
      return negativeZero ? (Number) (-0.0) : decimal;
    } catch (NumberFormatException e) {
      throw CanonicalJsonWriter.tooLong(); // without the cause, whose message holds the number
    }
  }

  private static Object integerAt(JsonParser parser) throws IOException {
    return switch (parser.getNumberType()) {
      case INT, LONG -> parser.getLongValue();
      default -> parser.getBigIntegerValue();
    };
  }

  private static Map<String, @Nullable Object> objectAt(JsonParser parser) throws IOException {
    Map<String, @Nullable Object> object = new LinkedHashMap<>();
    while (parser.nextToken() != JsonToken.END_OBJECT) {
      String key = parser.currentName();
      parser.nextToken();
      object.put(key, valueAt(parser));
    }
    return object;
  }

  private static List<@Nullable Object> arrayAt(JsonParser parser) throws IOException {
    List<@Nullable Object> array = new ArrayList<>();
    while (parser.nextToken() != JsonToken.END_ARRAY) {
      array.add(valueAt(parser));
    }
    return array;
  }

  /** The document as Java values, as {@link #of} takes them; numbers are Long where they fit. */
  public @Nullable Object toJava() {
    try (JsonParser parser = FACTORY.createParser(utf8)) {
      parser.nextToken();
      return valueAt(parser);
    } catch (IOException e) {
      throw new UncheckedIOException(e);
    }
  }

  /** The canonical text in UTF-8; a view that the caller must not change. */
  public byte[] utf8() {
    return utf8;
  }

  /** Whether a key or text contains the character U+0000, which {@code jsonb} cannot hold. */
  public boolean holdsNul() {
    return holdsNul;
  }

  /** Whether this was made of a {@code -0.0}, which has become a {@code 0.0}. */
  public boolean hadNegativeZero() {
    return hadNegativeZero;
  }

  @Override
  public boolean equals(Object other) {
    return other instanceof Json json && Arrays.equals(utf8, json.utf8);
  }

  @Override
  public int hashCode() {
    return Arrays.hashCode(utf8);
  }

  /** Names the size alone, so that no content reaches a log. */
  @Override
  public String toString() {
    return "json of " + utf8.length + " bytes";
  }
}
