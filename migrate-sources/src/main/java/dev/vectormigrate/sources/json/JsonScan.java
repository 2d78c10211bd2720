package dev.vectormigrate.sources.json;

import com.fasterxml.jackson.core.JsonParser;
import com.fasterxml.jackson.core.JsonProcessingException;
import com.fasterxml.jackson.core.JsonToken;
import com.fasterxml.jackson.core.exc.StreamConstraintsException;
import com.fasterxml.jackson.core.io.JsonEOFException;
import dev.vectormigrate.sources.files.DamagedFileException;
import dev.vectormigrate.sources.files.FileStamp;
import dev.vectormigrate.sources.files.FingerprintedInput;
import java.io.Closeable;
import java.io.IOException;
import java.io.PushbackInputStream;
import java.nio.file.Path;
import java.util.Arrays;
import org.jspecify.annotations.Nullable;

/** One look through a JSON file, which tells where things are and takes the fingerprint. */
public final class JsonScan implements Closeable {

  private static final byte[] BYTE_ORDER_MARK = {(byte) 0xEF, (byte) 0xBB, (byte) 0xBF};

  private final Path file;
  private final FileStamp stamp;
  private final FingerprintedInput in;
  private final JsonParser parser;
  private final int begin;

  private JsonScan(
      Path file, FileStamp stamp, FingerprintedInput in, JsonParser parser, int begin) {
    this.file = file;
    this.stamp = stamp;
    this.in = in;
    this.parser = parser;
    this.begin = begin;
  }

  static JsonScan open(Path file) throws IOException {
    FileStamp stamp = FileStamp.of(file);
    FingerprintedInput in = FingerprintedInput.open(file);
    try {
      PushbackInputStream text = new PushbackInputStream(in, BYTE_ORDER_MARK.length);
      byte[] first = text.readNBytes(BYTE_ORDER_MARK.length);
      boolean marked = Arrays.equals(first, BYTE_ORDER_MARK);
      if (!marked) {
        text.unread(first);
      }
      // Left open, because the fingerprint goes on where the parser stops.
      JsonParser parser = JsonFile.parser(text).disable(JsonParser.Feature.AUTO_CLOSE_SOURCE);
      return new JsonScan(file, stamp, in, parser, marked ? first.length : 0);
    } catch (IOException | RuntimeException e) {
      in.close();
      throw e;
    }
  }

  /** What reads the file; stands before the first token. */
  public JsonParser parser() {
    return parser;
  }

  /** The byte with which the current token begins. */
  public long tokenOffset() {
    return begin + parser.currentTokenLocation().getByteOffset();
  }

  /** The byte after what was parsed so far. */
  public long offset() {
    return begin + parser.currentLocation().getByteOffset();
  }

  /** The file when the scan began. */
  public FileStamp stamp() {
    return stamp;
  }

  /** Goes on to the file's value, which must be an object. */
  public void enterRootObject() throws IOException {
    JsonToken token = parser.nextToken();
    if (token != JsonToken.START_OBJECT) {
      throw new DamagedFileException(
          file, "%s, expected a JSON object. Check the file".formatted(nameOf(token)));
    }
  }

  /** Makes sure that nothing follows the file's value. */
  public void requireEnd() throws IOException {
    if (!isAtEnd()) {
      throw new DamagedFileException(
          file, "more after its JSON value, expected its end. Check the file");
    }
  }

  private boolean isAtEnd() throws IOException {
    try {
      return parser.nextToken() == null;
    } catch (JsonProcessingException e) {
      return false;
    }
  }

  /** What people call a token; null is the end. */
  public static String nameOf(@Nullable JsonToken token) {
    if (token == null) {
      return "empty";
    }
    return switch (token) {
      case START_OBJECT -> "an object";
      case START_ARRAY -> "an array";
      case VALUE_STRING -> "a text";
      case VALUE_NUMBER_INT, VALUE_NUMBER_FLOAT -> "a number";
      case VALUE_TRUE, VALUE_FALSE -> "a boolean";
      case VALUE_NULL -> "null";
      default -> "no value";
    };
  }

  /** Whether a failure of the parser says no more than that the file ends too early. */
  public boolean isCutOff(JsonProcessingException e) {
    // Of a word such as true that is cut off, the parser says that it does not know it.
    return e instanceof JsonEOFException
        || (!(e instanceof StreamConstraintsException) && offset() >= stamp.size());
  }

  private long byteOf(JsonProcessingException e) {
    return e.getLocation() == null ? offset() : begin + e.getLocation().getByteOffset();
  }

  /** What a failure of the parser means; without its own message, which quotes the file. */
  public DamagedFileException damaged(JsonProcessingException e) {
    if (isCutOff(e)) {
      return new DamagedFileException(
          file,
          "ends at byte %d, expected more. The file is cut off; restore it from a backup"
              .formatted(stamp.size()));
    }
    if (e instanceof StreamConstraintsException) {
      return new DamagedFileException(
          file,
          ("a value near byte %d is beyond the limits, expected at most %d levels of nesting,"
                  + " numbers of 20000 digits and names of 1 MiB. Check the file")
              .formatted(byteOf(e), JsonFile.MOST_NESTING));
    }
    return new DamagedFileException(
        file, "malformed near byte %d, expected JSON. Check the file".formatted(byteOf(e)));
  }

  /** Reads to the end and tells the fingerprint of the whole file, which must be as it was. */
  public String fingerprint() throws IOException {
    String fingerprint = in.fingerprint();
    stamp.check();
    return fingerprint;
  }

  @Override
  public void close() throws IOException {
    parser.close();
    in.close();
  }
}
