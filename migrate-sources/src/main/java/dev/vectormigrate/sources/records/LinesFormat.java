package dev.vectormigrate.sources.records;

import dev.vectormigrate.model.Finding;
import java.io.IOException;
import java.nio.file.Path;
import java.util.List;

/** One JSON value a line. */
record LinesFormat(Path file, RecordFields fields) implements RecordFormat {

  @Override
  public RecordCursor open() throws IOException {
    Lines lines =
        Lines.plain(seekable() ? FileParts.from(file, 0) : FileParts.decompressed(file), 0);
    JsonLayout.passMark(lines);
    return new Cursor(lines);
  }

  @Override
  public RecordCursor openAt(long[] places) throws IOException {
    return new Cursor(Lines.plain(FileParts.from(file, places[0]), places[0]));
  }

  @Override
  public boolean seekable() {
    return !FileParts.isCompressed(file);
  }

  @Override
  public boolean isOneValue() {
    return false;
  }

  @Override
  public List<Finding> findings() {
    return List.of();
  }

  private final class Cursor extends LinesCursor {

    Cursor(Lines lines) {
      super(lines);
    }

    @Override
    public RecordContent content() throws IOException {
      return lines().isOversized()
          ? RecordContent.refused(JsonFormat.tooLarge())
          : JsonRecord.read(List.of(new JsonRecord.Part("", lines())), false, fields);
    }
  }
}
