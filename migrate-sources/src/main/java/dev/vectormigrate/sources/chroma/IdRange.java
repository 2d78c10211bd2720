package dev.vectormigrate.sources.chroma;

import dev.vectormigrate.spi.Position;
import dev.vectormigrate.spi.Split;
import java.io.IOException;
import java.util.regex.Matcher;
import java.util.regex.Pattern;

/**
 * A split: the records with {@code first <= embeddings.id <= last}.
 *
 * @param first the least value
 * @param last the greatest value
 */
record IdRange(long first, long last) {

  private static final Pattern TOKEN = Pattern.compile("(-?\\d{1,19})\\.\\.(-?\\d{1,19})");

  /** Reads the token of a split of the collection. */
  static IdRange of(Split split, ChromaCollection.Records records) throws IOException {
    if (split.equals(Split.WHOLE)) {
      return new IdRange(records.firstId(), records.lastId());
    }
    Matcher token = TOKEN.matcher(split.token());
    if (!token.matches()) {
      throw new IOException("split '" + split.token() + "': not of this source, expected 1..9");
    }
    return new IdRange(Long.parseLong(token.group(1)), Long.parseLong(token.group(2)));
  }

  Split toSplit() {
    return new Split(first + ".." + last);
  }

  /** The value after which a reader at a position goes on. */
  long after(Position position) throws IOException {
    if (position.equals(Position.START)) {
      return first - 1;
    }
    try {
      return Long.parseLong(position.token());
    } catch (NumberFormatException e) {
      throw new IOException(
          "position '" + position.token() + "': not of this source, expected a number", e);
    }
  }
}
