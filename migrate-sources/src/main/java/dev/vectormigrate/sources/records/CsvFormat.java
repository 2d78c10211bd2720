package dev.vectormigrate.sources.records;

import com.fasterxml.jackson.core.JsonParseException;
import com.fasterxml.jackson.core.JsonParser;
import com.fasterxml.jackson.core.JsonProcessingException;
import com.fasterxml.jackson.core.JsonToken;
import com.fasterxml.jackson.core.StreamReadConstraints;
import com.fasterxml.jackson.dataformat.csv.CsvFactory;
import com.fasterxml.jackson.dataformat.csv.CsvSchema;
import dev.vectormigrate.model.Finding;
import dev.vectormigrate.sources.files.DamagedFileException;
import dev.vectormigrate.sources.json.JsonFile;
import dev.vectormigrate.sources.json.JsonScan;
import dev.vectormigrate.sources.json.JsonValue;
import java.io.IOException;
import java.nio.ByteBuffer;
import java.nio.charset.CharacterCodingException;
import java.nio.charset.StandardCharsets;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.HashSet;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import org.jspecify.annotations.Nullable;

/**
 * Rows of text with a header, as RFC 4180 describes them.
 *
 * @param file where they are
 * @param delimiter between fields
 * @param header names of the columns
 * @param fields of the records, each where the header has it
 */
record CsvFormat(Path file, char delimiter, List<String> header, RecordFields fields)
    implements RecordFormat {

  private static final CsvFactory FACTORY =
      CsvFactory.builder()
          .streamReadConstraints(
              StreamReadConstraints.builder().maxStringLength(JsonFile.MOST_RECORD_BYTES).build())
          .build();

  /** A header of more columns than this is none. */
  private static final int MOST_COLUMNS = 10_000;

  /** Reads the header, in which all fields that a person named must be. */
  static CsvFormat of(Path file, char delimiter, RecordFields fields) throws IOException {
    CsvFormat withoutHeader = new CsvFormat(file, delimiter, List.of(), fields);
    try (Lines lines = withoutHeader.lines()) {
      if (!lines.next()) {
        throw new DamagedFileException(file, "empty, expected a header. Check the file");
      }
      List<String> header = withoutHeader.header(lines);
      for (String path : fields.named()) {
        if (!header.contains(path)) {
          throw new DamagedFileException(
              file,
              "no column '%s' among the %d of its header, expected one. Name another field or"
                      .formatted(path, header.size())
                  + " delimiter");
        }
      }
      return new CsvFormat(file, delimiter, header, fields.within(header));
    }
  }

  private List<String> header(Lines lines) throws IOException {
    List<String> header;
    try {
      header = cells(lines);
    } catch (CharacterCodingException | JsonProcessingException e) {
      header = List.of();
    }
    if (lines.isOversized() || header.isEmpty() || header.size() > MOST_COLUMNS) {
      throw new DamagedFileException(
          file, "no header in its first line, expected names of columns in UTF-8. Check the file");
    }
    if (new HashSet<>(header).size() < header.size()) {
      throw new DamagedFileException(
          file, "two columns of one name in its header, expected different ones. Rename one");
    }
    return header;
  }

  private Lines lines() throws IOException {
    Lines lines =
        Lines.quoted(
            seekable() ? FileParts.from(file, 0) : FileParts.decompressed(file), 0, delimiter);
    JsonLayout.passMark(lines);
    return lines;
  }

  private List<String> cells(Lines line) throws IOException {
    String text =
        StandardCharsets.UTF_8
            .newDecoder()
            .decode(ByteBuffer.wrap(line.bytes(), 0, line.length()))
            .toString();
    List<String> cells = new ArrayList<>();
    try (JsonParser parser = FACTORY.createParser(text)) {
      parser.setSchema(CsvSchema.emptySchema().withColumnSeparator(delimiter));
      for (JsonToken token = parser.nextToken(); token != null; token = parser.nextToken()) {
        // A bare carriage return is the end of a row to the parser, and none to the lines.
        if ((token == JsonToken.START_ARRAY && !cells.isEmpty()) || cells.size() > MOST_COLUMNS) {
          throw new JsonParseException(parser, "more than one row, or too many columns");
        }
        if (token == JsonToken.VALUE_STRING) {
          cells.add(parser.getText());
        }
      }
    }
    return cells;
  }

  @Override
  public RecordCursor open() throws IOException {
    Lines lines = lines();
    try {
      lines.next();
      return new Cursor(lines);
    } catch (IOException | RuntimeException e) {
      lines.close();
      throw e;
    }
  }

  @Override
  public RecordCursor openAt(long[] places) throws IOException {
    return new Cursor(Lines.quoted(FileParts.from(file, places[0]), places[0], delimiter));
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
      if (lines().isOversized()) {
        return lines().isQuoted() ? missingQuote() : RecordContent.refused(JsonFormat.tooLarge());
      }
      if (lines().isQuoted()) {
        return missingQuote();
      }
      try {
        return content(cells(lines()));
      } catch (CharacterCodingException e) {
        return RecordContent.refused("record: not UTF-8, expected Unicode text");
      } catch (JsonProcessingException e) {
        return RecordContent.malformed(
            "record: text after a closing quotation mark or a bare carriage return, expected fields of"
                + " one row");
      }
    }

    private RecordContent missingQuote() {
      return RecordContent.malformed(
          "record: a quotation mark is not closed, expected it before the end of the file");
    }

    private RecordContent content(List<String> cells) throws IOException {
      if (cells.size() != header.size()) {
        return RecordContent.malformed(
            "record: %d columns, expected %d as in the header"
                .formatted(cells.size(), header.size()));
      }
      Map<String, @Nullable Object> members = new LinkedHashMap<>();
      for (int i = 0; i < cells.size(); i++) {
        members.put(header.get(i), cells.get(i));
      }
      String problem = null;
      if (String.valueOf(members.get(fields.id().name())).isEmpty()) {
        members.put(fields.id().name(), null);
      }
      if (fields.metadata().named()) {
        problem = readMetadata(fields.metadata().name(), members);
      }
      return new RecordContent(null, members, problem, false);
    }

    private @Nullable String readMetadata(String name, Map<String, @Nullable Object> members)
        throws IOException {
      String cell = String.valueOf(members.get(name));
      if (cell.isBlank()) {
        members.put(name, null);
        return null;
      }
      byte[] utf8 = cell.getBytes(StandardCharsets.UTF_8);
      try (JsonParser parser = JsonFile.parserOf(utf8, utf8.length)) {
        if (parser.nextToken() != JsonToken.START_OBJECT) {
          return "metadata: %s, expected a JSON object"
              .formatted(JsonScan.nameOf(parser.currentToken()));
        }
        JsonValue value = JsonValue.read(parser);
        members.put(name, value.java());
        return value.problem() == null ? null : "metadata: " + value.problem();
      } catch (JsonProcessingException e) {
        return "metadata: no JSON, expected a JSON object";
      }
    }
  }
}
