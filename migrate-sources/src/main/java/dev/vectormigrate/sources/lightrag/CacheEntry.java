package dev.vectormigrate.sources.lightrag;

import com.fasterxml.jackson.core.JsonParser;
import com.fasterxml.jackson.core.JsonToken;
import java.io.IOException;
import java.util.Map;
import org.jspecify.annotations.Nullable;

/**
 * What decides how a cached model response is called.
 *
 * @param isResponse whether it is one at all
 * @param type what it was asked for
 */
record CacheEntry(boolean isResponse, String type) {

  private static final String RESPONSE = "return";
  private static final String TYPE = "cache_type";
  private static final String DEFAULT_TYPE = "extract";

  /** Python's text for null. */
  private static final String NULL_TYPE = "None";

  /** Whether a key is that of a flat cache: mode, type and hash. */
  static boolean isFlat(String key) {
    return key.chars().filter(c -> c == ':').count() == 2;
  }

  /** Reads the object that a parser stands at the begin of. */
  static CacheEntry read(JsonParser parser) throws IOException {
    boolean isResponse = false;
    String type = DEFAULT_TYPE;
    while (parser.nextToken() != JsonToken.END_OBJECT) {
      String field = parser.currentName();
      JsonToken token = parser.nextToken();
      isResponse |= field.equals(RESPONSE);
      if (field.equals(TYPE) && token.isScalarValue()) {
        type = token == JsonToken.VALUE_NULL ? NULL_TYPE : parser.getText();
      } else {
        parser.skipChildren();
      }
    }
    return new CacheEntry(isResponse, type);
  }

  /** Looks at a value that was read as a whole. */
  static CacheEntry of(@Nullable Object value) {
    if (!(value instanceof Map<?, ?> members)) {
      return new CacheEntry(false, DEFAULT_TYPE);
    }
    Object type = members.containsKey(TYPE) ? members.get(TYPE) : DEFAULT_TYPE;
    return new CacheEntry(
        members.containsKey(RESPONSE), type == null ? NULL_TYPE : type.toString());
  }

  String key(String mode, String hash) {
    return mode + ":" + type + ":" + hash;
  }
}
