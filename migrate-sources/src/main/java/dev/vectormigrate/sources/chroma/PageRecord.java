package dev.vectormigrate.sources.chroma;

import dev.vectormigrate.model.Json;
import dev.vectormigrate.model.Row;
import dev.vectormigrate.model.Schema;
import dev.vectormigrate.model.Vector;
import dev.vectormigrate.sources.chroma.RecordIds.RecordId;
import dev.vectormigrate.spi.RejectedRowException;
import java.nio.charset.CharacterCodingException;
import java.sql.ResultSet;
import java.sql.SQLException;
import java.util.ArrayList;
import java.util.HashMap;
import java.util.List;
import java.util.Map;
import org.jspecify.annotations.Nullable;

/** A record while its parts come together. Of one thread. */
final class PageRecord {

  private static final String DOCUMENT = "chroma:document";
  private static final String URI = "chroma:uri";

  /** What the column {@code kind} of the metadata query means. */
  private static final int TEXT = 0;

  private static final int INTEGER = 1;
  private static final int FLOAT = 2;
  private static final int BOOLEAN = 3;

  private final RecordId id;
  private final Map<String, Object> metadata = new HashMap<>();
  private @Nullable String document;
  private @Nullable String uri;
  private @Nullable Vector vector;
  private @Nullable String rejection;

  /** Where its vector is, as {@link VectorLocator} says. */
  long place;

  PageRecord(RecordId id) {
    this.id = id;
  }

  long row() {
    return id.row;
  }

  byte[] idUtf8() {
    return id.utf8;
  }

  /** Keeps the first reason why the record cannot be moved. */
  void reject(String reason) {
    if (rejection == null) {
      rejection = reason;
    }
  }

  void setVector(Vector found) {
    vector = found;
  }

  /**
   * Takes a row of a metadata table: key, kind and value in the columns 2 to 4.
   *
   * @return about how many bytes it has
   */
  int take(ResultSet row, boolean element) throws SQLException {
    byte[] key = row.getBytes(2);
    int kind = row.getInt(3);
    int bytes = key.length + Long.BYTES;
    try {
      if (kind == TEXT) {
        byte[] text = row.getBytes(4);
        bytes += text.length;
        put(StrictUtf8.decode(key), StrictUtf8.decode(text), element);
      } else if (kind <= BOOLEAN) {
        put(StrictUtf8.decode(key), number(row, kind), element);
      }
    } catch (CharacterCodingException e) {
      reject("metadata '" + StrictUtf8.decodeLeniently(key) + "': not UTF-8 text");
    }
    return bytes;
  }

  private static Object number(ResultSet row, int kind) throws SQLException {
    return switch (kind) {
      case INTEGER -> row.getLong(4);
      case FLOAT -> row.getDouble(4);
      default -> row.getLong(4) != 0;
    };
  }

  private void put(String key, Object value, boolean element) {
    if (element) {
      append(key, value);
    } else if (key.equals(DOCUMENT)) {
      document = text(key, value);
    } else if (key.equals(URI)) {
      uri = text(key, value);
    } else {
      metadata.put(key, value);
    }
  }

  @SuppressWarnings("unchecked")
  private void append(String key, Object value) {
    Object list = metadata.get(key);
    if (!(list instanceof List)) {
      list = new ArrayList<>();
      metadata.put(key, list);
    }
    ((List<Object>) list).add(value);
  }

  private @Nullable String text(String key, Object value) {
    if (value instanceof String text) {
      return text;
    }
    reject("metadata '" + key + "': " + value.getClass().getSimpleName() + ", expected text");
    return null;
  }

  /** The finished row. */
  Row toRow(Schema schema) throws RejectedRowException {
    if (rejection != null) {
      throw new RejectedRowException(StrictUtf8.decodeLeniently(id.utf8), rejection);
    }
    String name = idText();
    return schema.size() == 4
        ? Row.of(schema, name, document, json(name), vector)
        : Row.of(schema, name, document, uri, json(name), vector);
  }

  private String idText() throws RejectedRowException {
    try {
      return StrictUtf8.decode(id.utf8);
    } catch (CharacterCodingException e) {
      throw new RejectedRowException(StrictUtf8.decodeLeniently(id.utf8), "id: not UTF-8 text");
    }
  }

  private @Nullable Json json(String name) throws RejectedRowException {
    try {
      return metadata.isEmpty() ? null : Json.of(metadata);
    } catch (IllegalArgumentException e) {
      throw new RejectedRowException(name, "metadata: " + e.getMessage());
    }
  }
}
