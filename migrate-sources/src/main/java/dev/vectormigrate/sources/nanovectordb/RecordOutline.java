package dev.vectormigrate.sources.nanovectordb;

import com.fasterxml.jackson.core.JsonParser;
import com.fasterxml.jackson.core.JsonToken;
import java.io.IOException;
import org.jspecify.annotations.Nullable;

/**
 * What there is to know of a record without reading all of it.
 *
 * @param id what {@code __id__} says, null where it is missing or no text or number
 * @param hasCopy whether the record holds a compressed vector
 * @param copy that vector's text, null where it was not asked for
 */
record RecordOutline(@Nullable String id, boolean hasCopy, @Nullable String copy) {

  static final String ID = "__id__";
  static final String COPY = "vector";

  /** Reads the object that a parser stands at the begin of. */
  static RecordOutline read(JsonParser parser, boolean withCopy) throws IOException {
    String id = null;
    boolean hasCopy = false;
    String copy = null;
    while (parser.nextToken() != JsonToken.END_OBJECT) {
      String field = parser.currentName();
      JsonToken token = parser.nextToken();
      if (field.equals(ID) && (token == JsonToken.VALUE_STRING || token.isNumeric())) {
        id = parser.getText();
      } else if (field.equals(COPY) && token == JsonToken.VALUE_STRING) {
        String text = withCopy ? parser.getText() : null;
        hasCopy = text == null || CompressedVector.looksLike(text);
        copy = hasCopy ? text : null;
      } else {
        parser.skipChildren();
      }
    }
    return new RecordOutline(id, hasCopy, copy);
  }
}
