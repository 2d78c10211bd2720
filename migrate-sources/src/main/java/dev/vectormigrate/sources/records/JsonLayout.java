package dev.vectormigrate.sources.records;

import com.fasterxml.jackson.core.JsonParser;
import com.fasterxml.jackson.core.JsonProcessingException;
import dev.vectormigrate.sources.files.DamagedFileException;
import dev.vectormigrate.sources.json.JsonFile;
import java.io.IOException;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.List;
import java.util.Set;

/**
 * How one JSON value holds records.
 *
 * @param shape of it
 * @param columns the arrays or the object that they are in
 * @param others members that belong to no record
 */
record JsonLayout(Shape shape, List<Column> columns, List<String> others) {

  private static final Set<String> USUAL =
      Set.of(
          "ids",
          "id",
          "texts",
          "contents",
          "documents",
          "chunks",
          "metadatas",
          "metadata",
          "vectors",
          "embeddings");
  private static final int MOST_COLUMNS = 64;
  private static final int LOOKED_AT_BYTES = 1 << 10;

  /** What the value is. */
  enum Shape {
    /** An array of records, perhaps the only one in an object. */
    ARRAY,
    /** An object, whose keys are the ids of records. */
    KEYED,
    /** An object of arrays, each with one part of every record. */
    COLUMNS
  }

  /**
   * An array or object with records or parts of them.
   *
   * @param name of an array of parts, else empty
   * @param offset of the byte after the opening bracket
   */
  record Column(String name, long offset) {}

  JsonLayout {
    columns = List.copyOf(columns);
    others = List.copyOf(others);
  }

  char close() {
    return shape == Shape.KEYED ? '}' : ']';
  }

  /** Whether the records end where the value does. */
  boolean isRoot() {
    return shape != Shape.COLUMNS && others.isEmpty() && columns.get(0).name().isEmpty();
  }

  /** The key of a record under which each column is; empty where it is the whole record. */
  List<String> keys(RecordFields fields) {
    return shape == Shape.COLUMNS
        ? fields.keysOf(columns.stream().map(Column::name).toList())
        : List.of("");
  }

  /**
   * Looks at a file, through all of it where it may be one of columns. Values that are objects make
   * it one of records by their ids, whatever else is in it, so that none of them is passed over.
   */
  static JsonLayout of(Path file) throws IOException {
    try (JsonElements root =
        new JsonElements(file, FileParts.from(file, 0), 0, '}', LOOKED_AT_BYTES)) {
      passMark(root);
      root.passBlanks();
      int open = root.peek();
      root.pass();
      Column whole = new Column("", root.position());
      if (open == '[') {
        return new JsonLayout(Shape.ARRAY, List.of(whole), List.of());
      }
      if (open != '{') {
        throw new DamagedFileException(
            file, "no JSON array or object, expected one of records. Check the file");
      }
      return ofObject(file, root, whole);
    }
  }

  /** A byte order mark is no part of the text. */
  static void passMark(Pieces text) throws IOException {
    for (int expected : new int[] {0xEF, 0xBB, 0xBF}) {
      if (text.peek() != expected) {
        return;
      }
      text.pass();
    }
  }

  private static JsonLayout ofObject(Path file, JsonElements root, Column whole)
      throws IOException {
    List<Column> columns = new ArrayList<>();
    List<String> others = new ArrayList<>();
    JsonLayout keyed = new JsonLayout(Shape.KEYED, List.of(whole), List.of());
    while (root.next()) {
      int value = valueStart(root);
      if (value < 0 || root.bytes()[value] == '{') {
        return keyed;
      }
      if (root.bytes()[value] == '[') {
        columns.add(new Column(name(file, root), root.offset() + value + 1));
      } else if (others.size() < MOST_COLUMNS) {
        others.add(name(file, root));
      }
      if (columns.size() + others.size() >= MOST_COLUMNS) {
        return keyed;
      }
    }
    root.requireEnd();
    return columns.isEmpty() ? keyed : ofColumns(file, columns, others);
  }

  private static JsonLayout ofColumns(Path file, List<Column> columns, List<String> others)
      throws IOException {
    if (columns.size() == 1) {
      return new JsonLayout(Shape.ARRAY, columns, others);
    }
    List<String> names = columns.stream().map(Column::name).toList();
    if (names.stream().noneMatch(USUAL::contains)) {
      throw new DamagedFileException(
          file,
          "an object of several arrays, expected one of them to be called ids, texts, metadatas,"
              + " vectors or embeddings. Save an array of records");
    }
    return new JsonLayout(Shape.COLUMNS, columns, others);
  }

  /** The position of the value of a member in its bytes, -1 where there is none. */
  private static int valueStart(Pieces member) {
    byte[] bytes = member.bytes();
    boolean quoted = false;
    for (int i = 0; i < member.length(); i++) {
      if (quoted && bytes[i] == '\\') {
        i++;
      } else if (bytes[i] == '"') {
        quoted = !quoted;
      } else if (!quoted && bytes[i] == ':') {
        return firstVisible(bytes, i + 1, member.length());
      }
    }
    return -1;
  }

  private static int firstVisible(byte[] bytes, int from, int length) {
    for (int i = from; i < length; i++) {
      if (!Pieces.isBlank(bytes[i])) {
        return i;
      }
    }
    return -1;
  }

  private static String name(Path file, Pieces member) throws IOException {
    byte[] object = new byte[member.length() + 1];
    object[0] = '{';
    System.arraycopy(member.bytes(), 0, object, 1, member.length());
    try (JsonParser parser = JsonFile.parserOf(object, object.length)) {
      parser.nextToken();
      parser.nextToken();
      return String.valueOf(parser.currentName());
    } catch (JsonProcessingException e) {
      throw new DamagedFileException(
          file, "malformed near byte %d, expected JSON. Check the file".formatted(member.offset()));
    }
  }
}
