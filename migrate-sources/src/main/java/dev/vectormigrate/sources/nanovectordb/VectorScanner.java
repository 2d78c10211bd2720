package dev.vectormigrate.sources.nanovectordb;

import com.fasterxml.jackson.core.JsonParser;
import com.fasterxml.jackson.core.JsonProcessingException;
import com.fasterxml.jackson.core.JsonToken;
import dev.vectormigrate.sources.files.DamagedFileException;
import dev.vectormigrate.sources.files.KeyCheck;
import dev.vectormigrate.sources.files.Ordinals;
import dev.vectormigrate.sources.files.RecordOffsets;
import dev.vectormigrate.sources.json.JsonFile;
import dev.vectormigrate.sources.json.JsonScan;
import java.io.IOException;
import java.io.OutputStream;
import java.nio.file.Path;
import java.util.HashSet;
import java.util.Set;
import java.util.zip.DataFormatException;

/** Looks through a file once. Of one thread. */
final class VectorScanner {

  private final Path file;
  private final JsonScan scan;
  private final JsonParser parser;
  private final KeyCheck ids;
  private final RecordOffsets records = new RecordOffsets();
  private final Ordinals.Builder oversized = new Ordinals.Builder();
  private final Set<String> seen = new HashSet<>();
  private int dimension;
  private int copyDimension;
  private MatrixText matrix = MatrixText.EMPTY;
  private boolean cutOff;
  private boolean additionalData;

  private VectorScanner(Path file, JsonScan scan, KeyCheck ids) {
    this.file = file;
    this.scan = scan;
    this.parser = scan.parser();
    this.ids = ids;
  }

  static VectorScan scan(Path file, Path workDirectory) throws IOException {
    try (JsonScan scan = JsonFile.at(file).scan();
        KeyCheck ids = new KeyCheck(file, workDirectory)) {
      return new VectorScanner(file, scan, ids).scan();
    }
  }

  private VectorScan scan() throws IOException {
    try {
      root();
    } catch (JsonProcessingException e) {
      scan.stamp().check();
      if (!scan.isCutOff(e) || records.count() == 0) {
        throw scan.damaged(e);
      }
      cutOff = true;
    }
    return new VectorScan(
        scan.stamp(),
        scan.fingerprint(),
        records,
        ids.repeated(),
        oversized.build(),
        dimension,
        copyDimension,
        matrix,
        cutOff,
        additionalData);
  }

  private void root() throws IOException {
    scan.enterRootObject();
    while (parser.nextToken() != JsonToken.END_OBJECT) {
      String key = parser.currentName();
      parser.nextToken();
      member(key);
    }
    scan.requireEnd();
    if (!seen.contains("data")) {
      throw new DamagedFileException(
          file, "no data in it, expected a file of nano-vectordb. Check the file");
    }
  }

  private void member(String key) throws IOException {
    switch (key) {
      case "embedding_dim" -> once(key, JsonToken.VALUE_NUMBER_INT, this::dimension);
      case "data" -> once(key, JsonToken.START_ARRAY, this::data);
      case "matrix" -> once(key, JsonToken.VALUE_STRING, this::matrix);
      default -> other();
    }
  }

  private interface Part {
    void read() throws IOException;
  }

  private void once(String key, JsonToken kind, Part part) throws IOException {
    JsonToken actual = parser.currentToken();
    if (actual != kind) {
      throw new DamagedFileException(
          file,
          "%s: %s, expected %s. Check the file"
              .formatted(key, JsonScan.nameOf(actual), JsonScan.nameOf(kind)));
    }
    if (!seen.add(key)) {
      throw new DamagedFileException(file, key + ": twice, expected once. Check the file");
    }
    part.read();
  }

  /** What the application keeps beside the records. */
  private void other() throws IOException {
    JsonToken begin = parser.currentToken();
    long offset = scan.offset();
    parser.skipChildren();
    boolean empty = begin.isStructStart() && scan.offset() == offset + 1;
    additionalData |= !empty && begin != JsonToken.VALUE_NULL;
  }

  private void dimension() throws IOException {
    long value = parser.getNumberType() == JsonParser.NumberType.INT ? parser.getIntValue() : -1;
    if (value < 1 || value > VectorScan.MOST_DIMENSION) {
      throw new DamagedFileException(
          file,
          "embedding_dim: out of range, expected 1 to %d. Check the file"
              .formatted(VectorScan.MOST_DIMENSION));
    }
    dimension = (int) value;
  }

  /** Decodes the text without keeping it, so that it is known to be base64 from end to end. */
  private void matrix() throws IOException {
    long first = scan.tokenOffset() + 1;
    matrix = MatrixText.cutOff(first, scan.stamp().size() - first);
    long bytes = decodedBytes();
    long characters = scan.offset() - 1 - first;
    if (characters != (bytes + 2) / 3 * 4) {
      throw new DamagedFileException(
          file,
          "matrix: written with escapes or spaces, expected plain base64. Load and save it with"
              + " nano-vectordb");
    }
    matrix = new MatrixText(first, characters, bytes, true);
  }

  private long decodedBytes() throws IOException {
    CountingOutput bytes = new CountingOutput();
    try {
      parser.readBinaryValue(bytes);
    } catch (IllegalArgumentException e) {
      // Its message quotes the text.
      throw new DamagedFileException(
          file,
          "matrix: not base64 near byte %d, expected base64. Restore it from a backup"
              .formatted(scan.offset()));
    }
    return bytes.count;
  }

  private static final class CountingOutput extends OutputStream {

    private long count;

    @Override
    public void write(int b) {
      count++;
    }

    @Override
    public void write(byte[] bytes, int offset, int length) {
      count += length;
    }
  }

  private void data() throws IOException {
    while (parser.nextToken() != JsonToken.END_ARRAY) {
      if (parser.currentToken() != JsonToken.START_OBJECT) {
        throw new DamagedFileException(
            file,
            "data: %s for record %d, expected an object. Check the file"
                .formatted(JsonScan.nameOf(parser.currentToken()), records.count()));
      }
      record();
    }
  }

  private void record() throws IOException {
    long offset = scan.tokenOffset();
    RecordOutline outline = RecordOutline.read(parser, copyDimension == 0);
    if (scan.offset() - offset > JsonFile.MOST_RECORD_BYTES) {
      oversized.add(records.count());
    }
    records.add(offset);
    ids.add(outline.id());
    if (outline.copy() != null) {
      copyDimension = dimensionOf(outline.copy());
    }
  }

  /** A copy that cannot be read is no evidence; it is refused where it is needed. */
  private static int dimensionOf(String copy) {
    try {
      return CompressedVector.decode(copy, VectorScan.MOST_DIMENSION).dimension();
    } catch (DataFormatException e) {
      return 0;
    }
  }
}
