package dev.vectormigrate.sources.records;

import com.fasterxml.jackson.core.JsonParser;
import com.fasterxml.jackson.core.JsonProcessingException;
import com.fasterxml.jackson.core.JsonToken;
import dev.vectormigrate.model.Vector;
import dev.vectormigrate.sources.json.JsonFile;
import dev.vectormigrate.sources.numpy.ArrayRows;
import java.io.IOException;
import java.io.UncheckedIOException;
import java.nio.charset.StandardCharsets;
import java.util.Arrays;
import java.util.regex.Matcher;
import java.util.regex.Pattern;
import org.jspecify.annotations.Nullable;

/**
 * A vector as a record writes it, each number rounded to the nearest single precision float.
 *
 * @param vector the components as far as they could be read
 * @param problem why they cannot be moved, without any of them; null where they can
 */
record Components(Vector vector, @Nullable String problem) {

  private static final Pattern SEPARATOR = Pattern.compile("[;\\s]+");
  private static final Pattern NUMBER =
      Pattern.compile("[-+]?(\\d{1,400}\\.?\\d{0,400}|\\.\\d{1,400})([eE][-+]?\\d{1,9})?");

  /** Reads the array that a parser stands at, which afterwards stands at its end. */
  static Components read(JsonParser parser) throws IOException {
    Gathering gathering = new Gathering();
    while (parser.nextToken() != JsonToken.END_ARRAY) {
      if (parser.currentToken().isNumeric()) {
        gathering.add(parser.getDoubleValue());
      } else {
        gathering.note("something other than numbers in it, expected numbers");
        parser.skipChildren();
      }
    }
    return gathering.finish();
  }

  /**
   * Reads text: a JSON array, or numbers with blanks or semicolons between them. NumPy prints
   * arrays in brackets without commas, cuts their digits and leaves out what is in the middle of
   * long ones, so what looks like that is refused.
   */
  static Components parse(String text) {
    String trimmed = text.strip();
    if (!trimmed.startsWith("[")) {
      return split(trimmed);
    }
    if (looksPrinted(trimmed)) {
      return unusable(
          "printed by NumPy, which leaves digits or numbers out, expected a JSON array. Write it"
              + " with json.dumps(vector.tolist())");
    }
    byte[] utf8 = trimmed.getBytes(StandardCharsets.UTF_8);
    try (JsonParser parser = JsonFile.parserOf(utf8, utf8.length)) {
      parser.nextToken();
      Components components = read(parser);
      return parser.nextToken() == null ? components : notAnArray();
    } catch (JsonProcessingException e) {
      return notAnArray();
    } catch (IOException e) {
      throw new UncheckedIOException(e);
    }
  }

  private static boolean looksPrinted(String text) {
    boolean withoutCommas =
        text.indexOf(',') < 0 && text.substring(1).strip().matches("(?s)[^\\s\\]]+\\s+[^\\s\\]].*");
    return withoutCommas || text.contains("...");
  }

  private static Components notAnArray() {
    return unusable("text that is no array, expected a JSON array of numbers");
  }

  private static Components split(String text) {
    Gathering gathering = new Gathering();
    Matcher separator = SEPARATOR.matcher(text);
    int from = 0;
    while (from < text.length()) {
      int to = separator.find(from) ? separator.start() : text.length();
      String number = text.substring(from, to);
      if (!NUMBER.matcher(number).matches()) {
        return unusable(
            "text that is no list of numbers, expected a JSON array, or numbers with blanks or"
                + " semicolons between them");
      }
      gathering.add(Double.parseDouble(number));
      from = to == text.length() ? to : separator.end();
    }
    return gathering.finish();
  }

  private static Components unusable(String problem) {
    return new Components(Vector.of(), problem);
  }

  private static final class Gathering {

    private float[] values = new float[64];
    private int size;
    private @Nullable String problem;

    void add(double value) {
      if (size == ArrayRows.MAX_DIMENSION) {
        note("more than %d components, expected fewer".formatted(ArrayRows.MAX_DIMENSION));
        return;
      }
      if (size == values.length) {
        values = Arrays.copyOf(values, 2 * size);
      }
      values[size++] = (float) value;
    }

    void note(String reason) {
      if (problem == null) {
        problem = reason;
      }
    }

    Components finish() {
      Vector vector = Vector.wrap(Arrays.copyOf(values, size));
      if (size == 0) {
        note("no components, expected some");
      } else if (!vector.isFinite()) {
        note("a component is NaN, infinite or too large for single precision, expected a number");
      }
      return new Components(vector, problem);
    }
  }
}
