package dev.vectormigrate.sources.chroma;

import dev.vectormigrate.model.Field;
import dev.vectormigrate.model.FieldType;
import dev.vectormigrate.model.Schema;
import java.util.ArrayList;
import java.util.List;
import org.jspecify.annotations.Nullable;

/**
 * One collection as SQLite describes it.
 *
 * @param id its UUID; the topic in the queue ends with it
 * @param dimension components of its vectors, 0 where it never got one
 * @param vectorSegment names the folder of the vector index; null where there is none
 * @param metadataSegment owns its rows in {@code embeddings}
 * @param records which rows these are
 * @param log what the queue has of it
 * @param indexedSeq the last queue entry in the vector index; -1 where SQLite does not say
 * @param appliedSeq the last queue entry in the metadata tables
 * @param hasUris whether any record has a URI
 */
record ChromaCollection(
    String id,
    String tenant,
    String database,
    String name,
    int dimension,
    DistanceSpace space,
    @Nullable String vectorSegment,
    String metadataSegment,
    Records records,
    Log log,
    long indexedSeq,
    long appliedSeq,
    boolean hasUris) {

  /** Conventional name of the field for {@code chroma:uri}. */
  static final String URI = "uri";

  /** How many records there are and which values {@code embeddings.id} has for them. */
  record Records(long count, long firstId, long lastId) {

    static final Records NONE = new Records(0, 0, 0);

    /** Whether it is cheaper to sort the segment's rows for each page than to skip the others. */
    boolean areScattered(int pageSize) {
      return count / (double) pageSize * count < (double) lastId - firstId;
    }
  }

  /** How many entries the queue has and which numbers. */
  record Log(long count, long firstSeq, long lastSeq) {

    static final Log NONE = new Log(0, -1, -1);
  }

  List<String> namespace() {
    return List.of(tenant, database);
  }

  /** Whether the queue has entries that a crash kept from the metadata tables. */
  boolean hasUnapplied() {
    return log.lastSeq() > appliedSeq;
  }

  Schema schema() {
    return schema(dimension, space, hasUris);
  }

  static Schema schema(int dimension, DistanceSpace space, boolean hasUris) {
    Schema conventional = Schema.vectorCollection(dimension, space.distance);
    if (!hasUris) {
      return conventional;
    }
    List<Field> fields = new ArrayList<>(conventional.fields());
    fields.add(conventional.indexOf(Schema.TEXT) + 1, Field.optional(URI, FieldType.TEXT));
    return new Schema(fields, conventional.key());
  }
}
