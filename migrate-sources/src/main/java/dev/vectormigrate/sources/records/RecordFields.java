package dev.vectormigrate.sources.records;

import dev.vectormigrate.model.Field;
import dev.vectormigrate.model.FieldType;
import dev.vectormigrate.model.Schema;
import java.nio.charset.StandardCharsets;
import java.security.MessageDigest;
import java.security.NoSuchAlgorithmException;
import java.util.ArrayList;
import java.util.HexFormat;
import java.util.LinkedHashSet;
import java.util.List;
import java.util.Set;
import org.jspecify.annotations.Nullable;

/**
 * What the parts of a record are: its id, its text, its vectors and its metadata. Immutable and
 * thread-safe.
 *
 * <p>A part is named by a path: a key of the record, or keys joined with dots, such as {@code
 * payload.id}; a key that itself holds dots is found first. A part that nobody named is the first
 * of these that a record has, with a value that it can have:
 *
 * <ul>
 *   <li>id: {@code id}, {@code _id}, {@code uuid}, {@code doc_id}, {@code chunk_id}; a text or an
 *       integer. A record without one is called by the name of its file and its number, from 0, as
 *       in {@code chunks#17}.
 *   <li>text: {@code text}, {@code content}, {@code page_content}, {@code document}, {@code chunk}
 *   <li>vector: {@code embedding}, {@code vector}, {@code values}, {@code embeddings}; an array, or
 *       a text with one
 *   <li>metadata: {@code metadata}, an object
 * </ul>
 *
 * <p>Nothing is dropped: whatever else a record holds is added to its metadata, with its type. A
 * record is refused where such a key is in its metadata already, where a part that was named has a
 * value that it cannot have, and where an id that was named is missing.
 */
public final class RecordFields {

  /** The usual names. */
  public static final RecordFields DEFAULT =
      new RecordFields(
          new Part(List.of("id", "_id", "uuid", "doc_id", "chunk_id"), false),
          new Part(List.of("text", "content", "page_content", "document", "chunk"), false),
          List.of(
              new VectorPart(
                  Schema.EMBEDDING,
                  new Part(List.of("embedding", "vector", "values", "embeddings"), false))),
          new Part(List.of(Schema.METADATA), false));

  private final Part id;
  private final Part text;
  private final List<VectorPart> vectors;
  private final Part metadata;

  private RecordFields(Part id, Part text, List<VectorPart> vectors, Part metadata) {
    this.id = id;
    this.text = text;
    this.vectors = List.copyOf(vectors);
    this.metadata = metadata;
  }

  /**
   * Where a part is.
   *
   * @param paths the places, best first
   * @param named whether a person said so
   */
  record Part(List<String> paths, boolean named) {

    Part {
      paths = List.copyOf(paths);
    }

    static Part of(String path) {
      if (path.isEmpty()) {
        throw new IllegalArgumentException("path of a field: empty, expected a key of the records");
      }
      return new Part(List.of(path), true);
    }

    Part within(List<String> keys) {
      for (String path : paths) {
        if (keys.contains(path)) {
          return new Part(List.of(path), named);
        }
      }
      return this;
    }

    /** What people call it. */
    String name() {
      return paths.get(0);
    }
  }

  /**
   * A vector and what its field is called.
   *
   * @param field of the dataset
   * @param part of the record
   */
  record VectorPart(String field, Part part) {}

  /** These fields with another id; a record without it is refused. */
  public RecordFields withId(String path) {
    return new RecordFields(Part.of(path), text, vectors, metadata);
  }

  /** These fields with another text. */
  public RecordFields withText(String path) {
    return new RecordFields(id, Part.of(path), vectors, metadata);
  }

  /**
   * These fields with other vectors. A single one becomes the field {@code embedding}; of several,
   * each becomes a field called like its path. Without any, no vector is read.
   */
  public RecordFields withVectors(String... paths) {
    List<VectorPart> parts = new ArrayList<>();
    for (String path : paths) {
      parts.add(new VectorPart(paths.length == 1 ? Schema.EMBEDDING : path, Part.of(path)));
    }
    RecordFields fields = new RecordFields(id, text, parts, metadata);
    fields.schema(new int[paths.length]); // which refuses names that occur twice
    return fields;
  }

  /** These fields with another object of metadata. */
  public RecordFields withMetadata(String path) {
    return new RecordFields(id, text, vectors, Part.of(path));
  }

  Part id() {
    return id;
  }

  Part text() {
    return text;
  }

  List<VectorPart> vectors() {
    return vectors;
  }

  Part metadata() {
    return metadata;
  }

  /** Where vectors may be. */
  Set<String> vectorPaths() {
    Set<String> paths = new LinkedHashSet<>();
    vectors.forEach(vector -> paths.addAll(vector.part().paths()));
    return paths;
  }

  /**
   * These fields for records that all have the same keys: each part that nobody named is at the
   * first place that is there, and any text there may be a vector.
   */
  RecordFields within(List<String> keys) {
    List<VectorPart> found = new ArrayList<>();
    for (VectorPart vector : vectors) {
      Part part = vector.part().within(keys);
      found.add(new VectorPart(vector.field(), new Part(part.paths(), keys.contains(part.name()))));
    }
    return new RecordFields(id.within(keys), text.within(keys), found, metadata);
  }

  /** The paths that a person named. */
  List<String> named() {
    List<String> named = new ArrayList<>();
    List<Part> parts = new ArrayList<>(List.of(id, text, metadata));
    vectors.forEach(vector -> parts.add(vector.part()));
    for (Part part : parts) {
      if (part.named()) {
        named.add(part.name());
      }
    }
    return named;
  }

  /** The keys of records under which the columns of a file are parts of them, all different. */
  List<String> keysOf(List<String> columns) {
    Set<String> keys = new LinkedHashSet<>();
    for (String column : columns) {
      String key = keyOf(column);
      keys.add(columns.contains(key) || keys.contains(key) ? column : key);
    }
    return List.copyOf(keys);
  }

  private String keyOf(String column) {
    return switch (column) {
      case "ids" -> keyOf(column, id);
      case "texts", "contents", "documents", "chunks" -> keyOf(column, text);
      case "metadatas" -> keyOf(column, metadata);
      case "vectors" -> vectors.isEmpty() ? column : keyOf(column, vectors.get(0).part());
      default -> column;
    };
  }

  private static String keyOf(String column, Part part) {
    return part.named() ? column : part.name();
  }

  /**
   * The schema of rows.
   *
   * @param dimensions of the vectors, in order
   */
  Schema schema(int[] dimensions) {
    List<Field> fields =
        new ArrayList<>(
            List.of(
                Field.required(Schema.ID, FieldType.TEXT),
                Field.optional(Schema.TEXT, FieldType.TEXT),
                Field.optional(Schema.METADATA, FieldType.JSON)));
    for (int i = 0; i < vectors.size(); i++) {
      fields.add(Field.optional(vectors.get(i).field(), FieldType.vector(dimensions[i], null)));
    }
    return new Schema(fields, List.of(Schema.ID));
  }

  /** A short text that is different for different fields. */
  String hash() {
    try {
      byte[] hash =
          MessageDigest.getInstance("SHA-256").digest(toString().getBytes(StandardCharsets.UTF_8));
      return HexFormat.of().formatHex(hash, 0, Long.BYTES);
    } catch (NoSuchAlgorithmException e) {
      throw new IllegalStateException("SHA-256: missing, expected of every Java platform", e);
    }
  }

  @Override
  public boolean equals(@Nullable Object other) {
    return other instanceof RecordFields fields
        && id.equals(fields.id)
        && text.equals(fields.text)
        && vectors.equals(fields.vectors)
        && metadata.equals(fields.metadata);
  }

  @Override
  public int hashCode() {
    return toString().hashCode();
  }

  /** The paths of all parts. */
  @Override
  public String toString() {
    return "id=%s text=%s vectors=%s metadata=%s".formatted(id, text, vectors, metadata);
  }
}
