package dev.vectormigrate.sources.records;

import dev.vectormigrate.model.Finding;
import dev.vectormigrate.sources.files.DamagedFileException;
import dev.vectormigrate.sources.json.JsonFile;
import java.io.IOException;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.List;

/** One JSON value with records. */
record JsonFormat(Path file, JsonLayout layout, RecordFields fields) implements RecordFormat {

  static JsonFormat of(Path file, RecordFields fields) throws IOException {
    return new JsonFormat(file, JsonLayout.of(file), fields);
  }

  @Override
  public RecordCursor open() throws IOException {
    return openAt(layout.columns().stream().mapToLong(JsonLayout.Column::offset).toArray());
  }

  @Override
  public RecordCursor openAt(long[] places) throws IOException {
    List<JsonElements> columns = new ArrayList<>();
    try {
      for (long place : places) {
        columns.add(new JsonElements(file, FileParts.from(file, place), place, layout.close()));
      }
      return new Cursor(columns);
    } catch (IOException | RuntimeException e) {
      for (JsonElements column : columns) {
        column.close();
      }
      throw e;
    }
  }

  @Override
  public boolean seekable() {
    return true;
  }

  @Override
  public boolean isOneValue() {
    return true;
  }

  @Override
  public List<Finding> findings() {
    return layout.others().isEmpty()
        ? List.of()
        : List.of(
            Finding.warning(
                "records.others",
                "keys of the file that belong to no record and are not moved: "
                    + String.join(", ", layout.others())));
  }

  private final class Cursor implements RecordCursor {

    private final List<JsonElements> columns;
    private final List<String> keys = layout.keys(fields);

    Cursor(List<JsonElements> columns) {
      this.columns = columns;
    }

    @Override
    public boolean next() throws IOException {
      boolean more = columns.get(0).next();
      for (int i = 1; i < columns.size(); i++) {
        if (columns.get(i).next() != more) {
          throw new DamagedFileException(
              file,
              "arrays '%s' and '%s' differ in length, expected the same. Save them again"
                  .formatted(layout.columns().get(0).name(), layout.columns().get(i).name()));
        }
      }
      if (!more && layout.isRoot()) {
        columns.get(0).requireEnd();
      }
      return more;
    }

    @Override
    public long[] places() {
      return columns.stream().mapToLong(Pieces::offset).toArray();
    }

    @Override
    public RecordContent content() throws IOException {
      List<JsonRecord.Part> parts = new ArrayList<>();
      for (int i = 0; i < columns.size(); i++) {
        JsonElements column = columns.get(i);
        if (column.isOversized()) {
          return RecordContent.refused(tooLarge());
        }
        parts.add(new JsonRecord.Part(keys.get(i), column));
      }
      return JsonRecord.read(parts, layout.shape() == JsonLayout.Shape.KEYED, fields);
    }

    @Override
    public boolean isOpen() {
      return false;
    }

    @Override
    public void close() throws IOException {
      for (JsonElements column : columns) {
        column.close();
      }
    }
  }

  static String tooLarge() {
    return "record: too large, expected at most %d bytes".formatted(JsonFile.MOST_RECORD_BYTES);
  }
}
