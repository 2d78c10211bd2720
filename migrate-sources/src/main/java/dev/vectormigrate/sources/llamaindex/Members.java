package dev.vectormigrate.sources.llamaindex;

import com.fasterxml.jackson.core.JsonParser;
import dev.vectormigrate.sources.files.FileWindow;
import dev.vectormigrate.sources.json.JsonFile;
import java.io.Closeable;
import java.io.IOException;
import java.nio.file.Path;

/** Reads members of one object of a file where they are. Of one thread. */
final class Members implements Closeable {

  private static final int USUAL_BYTES = 1 << 16;

  private final Path file;
  private final FileWindow window;

  Members(Path file) throws IOException {
    this.file = file;
    this.window = new FileWindow(file, USUAL_BYTES);
  }

  /**
   * Where a member is.
   *
   * @param first the byte with which its key begins
   * @param past the one after its value
   */
  record Place(long first, long past) {

    boolean isTooLarge() {
      return past - first > JsonFile.MOST_RECORD_BYTES;
    }
  }

  /** A parser that stands at the value, and knows its key; the caller closes it. */
  JsonParser at(Place place) throws IOException {
    int length = (int) (place.past() - place.first());
    byte[] object = new byte[length + 2];
    object[0] = '{';
    window.at(place.first(), length).get(object, 1, length);
    object[length + 1] = '}';
    return atValue(JsonFile.parser(object));
  }

  /** As {@link #at} for a member of any size, which is not read as a whole. */
  String key(Place place) throws IOException {
    try (JsonParser parser = JsonFile.at(file).parserAt("{", place.first())) {
      return atValue(parser).currentName();
    }
  }

  private static JsonParser atValue(JsonParser parser) throws IOException {
    parser.nextToken();
    parser.nextToken();
    parser.nextToken();
    return parser;
  }

  @Override
  public void close() throws IOException {
    window.close();
  }
}
