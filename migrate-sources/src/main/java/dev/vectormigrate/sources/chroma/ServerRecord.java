package dev.vectormigrate.sources.chroma;

import dev.vectormigrate.model.Json;
import dev.vectormigrate.model.Row;
import dev.vectormigrate.model.Schema;
import dev.vectormigrate.model.Vector;
import dev.vectormigrate.sources.chroma.ChromaDirectory.MissingVectors;
import dev.vectormigrate.spi.RejectedRowException;
import java.nio.ByteBuffer;
import java.nio.charset.StandardCharsets;
import java.security.MessageDigest;
import org.jspecify.annotations.Nullable;

/**
 * A record as a server answers it.
 *
 * @param vector null where Chroma has lost it
 * @param rejection why it can't be moved; null where it can
 */
record ServerRecord(
    String id,
    @Nullable String document,
    @Nullable String uri,
    @Nullable Json metadata,
    @Nullable Vector vector,
    @Nullable String rejection) {

  /** One of which nothing but the id could be had. */
  static ServerRecord refused(String id, String reason) {
    return new ServerRecord(id, null, null, null, null, reason);
  }

  boolean lacksVector() {
    return vector == null && rejection == null;
  }

  /** The row of this, or the reason why there is none. */
  Row toRow(Schema schema, MissingVectors missing) throws RejectedRowException {
    if (rejection != null) {
      throw new RejectedRowException(id, rejection);
    }
    if (vector == null && missing == MissingVectors.REJECT) {
      throw new RejectedRowException(id, MissingVectors.REASON);
    }
    int dimension = schema.field(schema.indexOf(Schema.EMBEDDING)).type().dimension();
    if (vector != null && vector.dimension() != dimension) {
      throw new RejectedRowException(
          id,
          "vector: dimension %d, expected %d as the collection says"
              .formatted(vector.dimension(), dimension));
    }
    return schema.size() == 4
        ? Row.of(schema, id, document, metadata, vector)
        : Row.of(schema, id, document, uri, metadata, vector);
  }

  /** 16 bytes that tell this from any other content. */
  byte[] fingerprint(MessageDigest sha256) {
    put(sha256, 'i', utf8(id));
    put(sha256, 'd', utf8(document));
    put(sha256, 'u', utf8(uri));
    put(sha256, 'm', metadata == null ? null : metadata.utf8());
    put(sha256, 'v', vector == null ? null : bytes(vector));
    put(sha256, 'r', utf8(rejection));
    return ByteBuffer.allocate(RecordList.FINGERPRINT_BYTES)
        .put(sha256.digest(), 0, RecordList.FINGERPRINT_BYTES)
        .array();
  }

  private static byte @Nullable [] utf8(@Nullable String text) {
    return text == null ? null : text.getBytes(StandardCharsets.UTF_8);
  }

  private static byte[] bytes(Vector vector) {
    ByteBuffer bytes = ByteBuffer.allocate(Float.BYTES * vector.dimension());
    vector.putInto(bytes);
    return bytes.array();
  }

  private static void put(MessageDigest sha256, char tag, byte @Nullable [] value) {
    ByteBuffer head = ByteBuffer.allocate(1 + Integer.BYTES).put((byte) tag);
    sha256.update(head.putInt(value == null ? -1 : value.length).array());
    if (value != null) {
      sha256.update(value);
    }
  }
}
