package dev.vectormigrate.sources.json;

import com.fasterxml.jackson.core.JsonFactory;
import com.fasterxml.jackson.core.JsonParser;
import com.fasterxml.jackson.core.StreamReadConstraints;
import com.fasterxml.jackson.core.StreamReadFeature;
import com.fasterxml.jackson.core.json.JsonReadFeature;
import java.io.BufferedInputStream;
import java.io.ByteArrayInputStream;
import java.io.IOException;
import java.io.InputStream;
import java.io.SequenceInputStream;
import java.nio.channels.Channels;
import java.nio.channels.FileChannel;
import java.nio.charset.StandardCharsets;
import java.nio.file.Path;
import java.nio.file.StandardOpenOption;

/**
 * A file with one JSON value in UTF-8, perhaps after a byte order mark. Immutable and thread-safe.
 *
 * <p>What is read is untrusted: nesting, names and numbers have limits, and so has a text that is
 * asked for as a whole. Python's {@code NaN} and {@code Infinity} are read as numbers, so that the
 * one record that holds them can be refused.
 */
public final class JsonFile {

  /** The largest record that is read as a whole. */
  public static final int MOST_RECORD_BYTES = 64 << 20;

  static final int MOST_NESTING = 500;

  private static final int BUFFER_BYTES = 1 << 16;

  private static final JsonFactory FACTORY =
      JsonFactory.builder()
          .streamReadConstraints(
              StreamReadConstraints.builder()
                  .maxNestingDepth(MOST_NESTING)
                  .maxNumberLength(20_000)
                  .maxNameLength(1 << 20)
                  .maxStringLength(MOST_RECORD_BYTES)
                  .build())
          .enable(JsonReadFeature.ALLOW_NON_NUMERIC_NUMBERS)
          .enable(StreamReadFeature.USE_FAST_DOUBLE_PARSER)
          .disable(StreamReadFeature.INCLUDE_SOURCE_IN_LOCATION)
          .disable(JsonFactory.Feature.CHARSET_DETECTION)
          // Keys of records are all different: remembering them is a leak, and no attack.
          .disable(JsonFactory.Feature.INTERN_FIELD_NAMES)
          .disable(JsonFactory.Feature.FAIL_ON_SYMBOL_HASH_OVERFLOW)
          .build();

  private final Path path;

  private JsonFile(Path path) {
    this.path = path;
  }

  /** The file of a path. */
  public static JsonFile at(Path path) {
    return new JsonFile(path);
  }

  /** Where it is. */
  public Path path() {
    return path;
  }

  /** Begins to look through the file from its start; the caller closes the scan. */
  public JsonScan scan() throws IOException {
    return JsonScan.open(path);
  }

  /**
   * Begins to read inside the file, as if it began with the given text; the caller closes the
   * parser.
   *
   * @param before what makes the rest a JSON value, such as an opening bracket
   * @param offset where the rest begins, in bytes
   */
  public JsonParser parserAt(String before, long offset) throws IOException {
    FileChannel channel = FileChannel.open(path, StandardOpenOption.READ);
    try {
      channel.position(offset);
      InputStream rest = new BufferedInputStream(Channels.newInputStream(channel), BUFFER_BYTES);
      InputStream first = new ByteArrayInputStream(before.getBytes(StandardCharsets.UTF_8));
      return parser(new SequenceInputStream(first, rest));
    } catch (IOException | RuntimeException e) {
      channel.close();
      throw e;
    }
  }

  /**
   * Reads one JSON value that is in memory, within the same limits.
   *
   * @param utf8 what begins with it
   * @param length how many bytes of that are meant
   */
  public static JsonParser parserOf(byte[] utf8, int length) throws IOException {
    return FACTORY.createParser(utf8, 0, length);
  }

  /** Begins to read JSON that is in no file, within the same limits; the caller closes it. */
  public static JsonParser parser(InputStream in) throws IOException {
    return FACTORY.createParser(in);
  }

  /** Begins to read JSON text in UTF-8 that is in memory already; the caller closes the parser. */
  public static JsonParser parser(byte[] utf8) throws IOException {
    return FACTORY.createParser(utf8);
  }
}
