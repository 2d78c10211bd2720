package dev.vectormigrate.sources.chroma;

import dev.vectormigrate.model.Distance;
import dev.vectormigrate.model.Json;
import java.io.IOException;
import java.util.Map;
import org.jspecify.annotations.Nullable;

/**
 * The distance space of a collection.
 *
 * <p>Chroma says it in up to four places, of which some are wrong: {@code schema_str} (1.3 and
 * later), {@code config_json_str} as 1.0 and 1.1 write it, the same column as 0.5.4 to 0.6.x write
 * it, which claims {@code l2} for every collection whose space was given as metadata, and the
 * metadata {@code hnsw:space} of the segment or the collection.
 */
enum DistanceSpace {
  L2(Distance.L2),
  IP(Distance.INNER_PRODUCT),
  COSINE(Distance.COSINE);

  /** How it is called in the model. */
  final Distance distance;

  DistanceSpace(Distance distance) {
    this.distance = distance;
  }

  /**
   * Decides as Chroma does.
   *
   * @param schema {@code collections.schema_str}
   * @param configuration {@code collections.config_json_str}
   * @param metadata {@code hnsw:space} of the vector segment or the collection
   */
  static DistanceSpace of(
      @Nullable String schema, @Nullable String configuration, @Nullable String metadata)
      throws IOException {
    Object stored = configuration == null ? null : parse(configuration);
    Object configured = vectorIndexOf(schema == null ? null : parse(schema));
    return decided(configured == null ? at(stored, "vector_index") : configured, metadata);
  }

  /**
   * Decides by what a server answers about a collection.
   *
   * @param schema its member of that name, which only 1.3 and later have
   * @param configuration its member {@code configuration_json}, where older ones have what is
   *     otherwise the vector index
   * @param metadata {@code hnsw:space} of the collection
   */
  static DistanceSpace ofServer(
      @Nullable Object schema, @Nullable Object configuration, @Nullable String metadata)
      throws IOException {
    Object configured = vectorIndexOf(schema);
    Object claimed = at(configuration, "hnsw_configuration", "space");
    String otherwise = metadata == null && claimed instanceof String text ? text : metadata;
    return decided(configured == null ? configuration : configured, otherwise);
  }

  private static DistanceSpace decided(@Nullable Object configured, @Nullable String metadata)
      throws IOException {
    String space = at(configured, "space") instanceof String text ? text : hnswSpace(configured);
    if (space == null || (metadata != null && isDefault(configured, space))) {
      space = metadata;
    }
    return space == null ? L2 : named(space);
  }

  private static @Nullable String hnswSpace(@Nullable Object configured) {
    if (at(configured, "hnsw", "space") instanceof String text) {
      return text;
    }
    return at(configured, "spann", "space") instanceof String text ? text : null;
  }

  private static @Nullable Object vectorIndexOf(@Nullable Object schema) {
    Object ofEmbedding = at(schema, "keys", "#embedding", "float_list", "vector_index", "config");
    return at(ofEmbedding, "space") != null
        ? ofEmbedding
        : at(schema, "defaults", "float_list", "vector_index", "config");
  }

  /** Chroma lets metadata win over a configuration that nobody changed from its defaults. */
  private static boolean isDefault(@Nullable Object configured, String space) {
    Object hnsw = at(configured, "hnsw");
    return space.equals("l2")
        && isAbsentOr(hnsw, "ef_construction", 100)
        && isAbsentOr(hnsw, "ef_search", 100)
        && isAbsentOr(hnsw, "max_neighbors", 16)
        && isAbsentOr(hnsw, "batch_size", 100)
        && isAbsentOr(hnsw, "sync_threshold", 1000)
        && isAbsentOr(hnsw, "resize_factor", 1.2);
  }

  private static boolean isAbsentOr(@Nullable Object hnsw, String key, double expected) {
    Object value = at(hnsw, key);
    return value == null || (value instanceof Number number && number.doubleValue() == expected);
  }

  private static @Nullable Object at(@Nullable Object json, String... path) {
    Object here = json;
    for (String key : path) {
      here = here instanceof Map<?, ?> object ? object.get(key) : null;
    }
    return here;
  }

  private static @Nullable Object parse(String json) throws IOException {
    try {
      return Json.parse(json).toJava();
    } catch (IllegalArgumentException e) {
      throw new IOException("configuration: " + e.getMessage(), e);
    }
  }

  private static DistanceSpace named(String space) throws IOException {
    return switch (space) {
      case "l2" -> L2;
      case "ip" -> IP;
      case "cosine" -> COSINE;
      default -> throw new IOException("space: '" + space + "', expected l2, ip or cosine");
    };
  }
}
