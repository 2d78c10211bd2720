package dev.vectormigrate.pgvector;

import dev.vectormigrate.model.Dataset;
import dev.vectormigrate.model.Distance;
import dev.vectormigrate.model.Json;
import dev.vectormigrate.model.Row;
import dev.vectormigrate.model.Schema;
import dev.vectormigrate.model.Vector;
import dev.vectormigrate.spi.Position;
import dev.vectormigrate.spi.RowReader;
import dev.vectormigrate.spi.SourceSession;
import dev.vectormigrate.spi.SourceStore;
import dev.vectormigrate.spi.Split;
import java.util.ArrayList;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import java.util.OptionalLong;
import java.util.SplittableRandom;
import org.jspecify.annotations.Nullable;

/** A source of rows that are computed from their numbers: the same in every process. */
final class GeneratedSource implements SourceStore {

  static final int DIMENSION = 16;
  static final Schema SCHEMA = Schema.vectorCollection(DIMENSION, Distance.COSINE);
  static final String DATASET = "docs";

  private static final String[] PIECES = {
    "plain",
    "Grüße",
    "日本語",
    "\uD83D\uDE80\uD834\uDD1E",
    "",
    "\"quoted\"\\",
    "tab\tand\nline",
    "e\u0301"
  };

  /** Called before a row is read; may block. */
  interface Gate {

    /**
     * @param inSplit the row's number inside its split, from 0
     */
    void beforeRow(int inSplit) throws InterruptedException;
  }

  private final int rows;
  private final Gate gate;

  private GeneratedSource(int rows, Gate gate) {
    this.rows = rows;
    this.gate = gate;
  }

  static GeneratedSource of(int rows) {
    return new GeneratedSource(rows, inSplit -> {});
  }

  GeneratedSource gate(Gate newGate) {
    return new GeneratedSource(rows, newGate);
  }

  static String id(int number) {
    return "id-%06d".formatted(number);
  }

  static Row row(int number) {
    SplittableRandom random = new SplittableRandom(number);
    return Row.of(SCHEMA, id(number), text(number), metadata(number), vector(number, random));
  }

  private static @Nullable String text(int number) {
    if (number % 53 == 0) {
      return null;
    }
    return number % 47 == 0 ? "" : PIECES[number % PIECES.length] + " " + number;
  }

  private static @Nullable Json metadata(int number) {
    if (number % 59 == 0) {
      return null;
    }
    Map<String, Object> object = new LinkedHashMap<>();
    object.put("n", (long) number);
    object.put("x", number + 0.5);
    object.put("whole", (double) number);
    object.put("tags", List.of(PIECES[number % 3], number % 2 == 0));
    object.put("inner", Map.of("k" + number % 5, PIECES[(number + 1) % PIECES.length]));
    return Json.of(object);
  }

  private static @Nullable Vector vector(int number, SplittableRandom random) {
    if (number % 97 == 0) {
      return null;
    }
    float[] components = new float[DIMENSION];
    for (int i = 0; i < DIMENSION; i++) {
      components[i] = (float) (random.nextDouble() * 2 - 1);
    }
    components[number % DIMENSION] = -0.0f;
    return Vector.wrap(components);
  }

  @Override
  public String name() {
    return "generated";
  }

  @Override
  public SourceSession open() {
    return new Session();
  }

  private final class Session implements SourceSession {

    @Override
    public List<Dataset> datasets() {
      return List.of(
          new Dataset(
              List.of(), DATASET, SCHEMA, OptionalLong.of(rows), "rows=" + rows, List.of()));
    }

    @Override
    public List<Split> split(Dataset dataset, int parts) {
      List<Split> splits = new ArrayList<>();
      for (int i = 0; i < parts; i++) {
        splits.add(new Split((long) rows * i / parts + "-" + (long) rows * (i + 1) / parts));
      }
      return splits;
    }

    @Override
    public RowReader read(Dataset dataset, Split split, Position after) {
      String[] range = split.token().split("-", 2);
      int from = Integer.parseInt(range[0]);
      int next = after.equals(Position.START) ? from : Integer.parseInt(after.token());
      return new Reader(from, next, Integer.parseInt(range[1]), after);
    }

    @Override
    public void close() {}
  }

  private final class Reader implements RowReader {

    private final int from;
    private final int end;
    private int next;
    private Position position;

    Reader(int from, int next, int end, Position position) {
      this.from = from;
      this.next = next;
      this.end = end;
      this.position = position;
    }

    @Override
    public @Nullable Row next() throws InterruptedException {
      if (next >= end) {
        return null;
      }
      gate.beforeRow(next - from);
      position = new Position(String.valueOf(next + 1));
      return row(next++);
    }

    @Override
    public Position position() {
      return position;
    }

    @Override
    public void close() {}
  }
}
