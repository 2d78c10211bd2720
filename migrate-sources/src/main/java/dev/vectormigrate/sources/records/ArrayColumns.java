package dev.vectormigrate.sources.records;

import dev.vectormigrate.model.Finding;
import dev.vectormigrate.sources.numpy.NpyFile;
import java.io.Closeable;
import java.io.IOException;
import java.nio.charset.CharacterCodingException;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.Arrays;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import java.util.Objects;
import org.jspecify.annotations.Nullable;

/**
 * Arrays of texts and integers beside the vectors in one archive, which are parts of records;
 * perhaps with a file of further parts.
 *
 * @param file the archive
 * @param arrays by the key of a record under which they are, all of the same length
 * @param length how many elements they have
 * @param beside records with the other parts
 */
record ArrayColumns(
    Path file, Map<String, NpyFile> arrays, long length, @Nullable RecordFormat beside)
    implements RecordFormat {

  @Override
  public RecordCursor open() throws IOException {
    return cursor(0, beside == null ? null : beside.open());
  }

  @Override
  public RecordCursor openAt(long[] places) throws IOException {
    long[] rest = Arrays.copyOfRange(places, 1, places.length);
    return cursor(places[0], beside == null ? null : beside.openAt(rest));
  }

  private RecordCursor cursor(long first, @Nullable RecordCursor others) throws IOException {
    Map<String, NpyFile.Values> columns = new LinkedHashMap<>();
    try {
      for (Map.Entry<String, NpyFile> array : arrays.entrySet()) {
        columns.put(array.getKey(), array.getValue().values());
      }
      return new Cursor(columns, others, first);
    } catch (IOException | RuntimeException e) {
      close(columns, others);
      throw e;
    }
  }

  private static void close(Map<String, NpyFile.Values> columns, @Nullable RecordCursor others)
      throws IOException {
    List<Closeable> all = new ArrayList<>(columns.values());
    if (others != null) {
      all.add(others);
    }
    for (Closeable one : all) {
      one.close();
    }
  }

  @Override
  public boolean seekable() {
    return beside == null || beside.seekable();
  }

  @Override
  public boolean isOneValue() {
    return beside != null && beside.isOneValue();
  }

  @Override
  public List<Finding> findings() {
    return beside == null ? List.of() : beside.findings();
  }

  private final class Cursor implements RecordCursor {

    private final Map<String, NpyFile.Values> columns;
    private final @Nullable RecordCursor others;
    private long next;

    Cursor(Map<String, NpyFile.Values> columns, @Nullable RecordCursor others, long first) {
      this.columns = columns;
      this.others = others;
      this.next = first;
    }

    /** Ends with the file beside, so that a difference in number is seen. */
    @Override
    public boolean next() throws IOException {
      boolean more = others == null ? next < length : others.next();
      next += more ? 1 : 0;
      return more;
    }

    @Override
    public long[] places() {
      long[] rest = others == null ? new long[0] : others.places();
      long[] places = new long[1 + rest.length];
      places[0] = next - 1;
      System.arraycopy(rest, 0, places, 1, rest.length);
      return places;
    }

    @Override
    public RecordContent content() throws IOException {
      RecordContent content =
          others == null
              ? new RecordContent(null, new LinkedHashMap<>(), null, false)
              : others.content();
      String problem = content.problem();
      for (Map.Entry<String, NpyFile.Values> column : columns.entrySet()) {
        String found = next > length ? null : add(column, content.members());
        problem = problem == null ? found : problem;
      }
      return new RecordContent(content.key(), content.members(), problem, content.malformed());
    }

    private @Nullable String add(
        Map.Entry<String, NpyFile.Values> column, Map<String, @Nullable Object> members)
        throws IOException {
      String key = column.getKey();
      try {
        Object value = column.getValue().at(next - 1);
        Object other = members.put(key, value);
        return other == null || Objects.equals(other, value)
            ? null
            : "record: key '%s' differs between the archive and the file beside it".formatted(key);
      } catch (CharacterCodingException e) {
        return "record: key '%s': not Unicode text".formatted(key);
      }
    }

    @Override
    public boolean isOpen() {
      return others != null && others.isOpen();
    }

    @Override
    public void close() throws IOException {
      ArrayColumns.close(columns, others);
    }
  }
}
