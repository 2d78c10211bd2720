package dev.vectormigrate.sources.json;

import com.fasterxml.jackson.core.JsonParser;
import com.fasterxml.jackson.core.JsonToken;
import dev.vectormigrate.model.Vector;
import java.io.IOException;
import java.util.Arrays;
import org.jspecify.annotations.Nullable;

/**
 * A JSON array of numbers as a vector of single precision. It is always read to its end; what is
 * wrong with it is told afterwards, so that a reader can refuse its record and go on.
 *
 * @param vector null where there is none, or none that can be used
 * @param dimension how many elements the array has, of whatever kind; 0 where there is no array
 * @param rounded whether a number was not exactly one of single precision
 * @param problem why it cannot be used, without any number of it; null where it can, or is missing
 */
public record JsonVector(
    @Nullable Vector vector, int dimension, boolean rounded, @Nullable String problem) {

  /** More than any embedding model has, by far. */
  public static final int MOST_DIMENSION = 1 << 16;

  /** No vector. */
  public static final JsonVector MISSING = new JsonVector(null, 0, false, null);

  /** How the program that wrote a vector held its numbers, which decides how they are read. */
  public enum Precision {
    /**
     * As floats, written with just the digits that tell a float from its neighbours, as Java does.
     * The text is read straight as a float: by way of a double it would be rounded twice, and could
     * end beside the float that was written.
     */
    SINGLE,
    /**
     * As doubles, as Python does. The text is read as the double that the program had, and that is
     * rounded once, as the program would itself where it needs a float.
     */
    DOUBLE
  }

  /** Reads the value that a parser stands at, which afterwards stands at its last token. */
  public static JsonVector read(JsonParser parser, Precision precision) throws IOException {
    JsonToken token = parser.currentToken();
    if (token == JsonToken.VALUE_NULL) {
      return MISSING;
    }
    if (token != JsonToken.START_ARRAY) {
      parser.skipChildren();
      return unusable(0, JsonScan.nameOf(token) + ", expected an array of numbers");
    }
    return new Reading(parser, precision).vector();
  }

  private static JsonVector unusable(int dimension, String problem) {
    return new JsonVector(null, dimension, false, problem);
  }

  /**
   * Why it cannot be used beside others of a dimension; null where it can, or is missing.
   *
   * @param usual the dimension of the others
   */
  public @Nullable String problemBeside(int usual) {
    if (problem != null || vector == null || dimension == usual) {
      return problem;
    }
    return "dimension %d, expected %d as most have".formatted(dimension, usual);
  }

  private static final class Reading {

    private final JsonParser parser;
    private final Precision precision;
    private float[] components = new float[1 << 10];
    private int size;
    private boolean rounded;
    private @Nullable String problem;

    Reading(JsonParser parser, Precision precision) {
      this.parser = parser;
      this.precision = precision;
    }

    JsonVector vector() throws IOException {
      while (parser.nextToken() != JsonToken.END_ARRAY) {
        element(parser.currentToken());
      }
      if (size == 0) {
        note("no components, expected some");
      }
      return problem == null
          ? new JsonVector(Vector.wrap(Arrays.copyOf(components, size)), size, rounded, null)
          : unusable(size, problem);
    }

    private void element(JsonToken token) throws IOException {
      if (!token.isNumeric()) {
        parser.skipChildren();
        note(JsonScan.nameOf(token) + " among its components, expected only numbers");
        add(0);
      } else {
        add(number());
      }
    }

    private float number() throws IOException {
      float component;
      if (precision == Precision.SINGLE) {
        component = parser.getFloatValue();
      } else {
        double exact = parser.getDoubleValue();
        component = (float) exact;
        rounded |= component != exact;
      }
      if (!Float.isFinite(component)) {
        note("NaN, infinite or too large for single precision, expected finite numbers");
      }
      return component;
    }

    private void add(float component) {
      if (size == MOST_DIMENSION) {
        note("more than %d components, expected at most so many".formatted(MOST_DIMENSION));
        return;
      }
      if (size == components.length) {
        components = Arrays.copyOf(components, 2 * size);
      }
      components[size++] = component;
    }

    private void note(String reason) {
      if (problem == null) {
        problem = reason;
      }
    }
  }
}
