package dev.vectormigrate.testkit;

import dev.vectormigrate.model.Distance;
import dev.vectormigrate.model.Json;
import dev.vectormigrate.model.Row;
import dev.vectormigrate.model.Schema;
import dev.vectormigrate.model.Vector;
import java.util.List;
import java.util.Map;
import java.util.stream.IntStream;

/** Rows of a small vector collection, the same for the same number. */
public final class Docs {

  /** The schema of the rows. */
  public static final Schema SCHEMA = Schema.vectorCollection(3, Distance.COSINE);

  private Docs() {}

  /** The row of a number: {@code id-7} with text, metadata and a vector. */
  public static Row row(int number) {
    return Row.of(
        SCHEMA,
        "id-" + number,
        "text " + number,
        Json.of(Map.of("n", (long) number, "x", number + 0.5, "in", Map.of("a", List.of(true)))),
        Vector.of(number, -0.0f, 1));
  }

  /** The rows of the numbers from 0. */
  public static List<Row> rows(int count) {
    return IntStream.range(0, count).mapToObj(Docs::row).toList();
  }
}
