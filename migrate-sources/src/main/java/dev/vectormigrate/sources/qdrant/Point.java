package dev.vectormigrate.sources.qdrant;

import dev.vectormigrate.model.Json;
import java.util.Map;
import org.jspecify.annotations.Nullable;

/** A point as the store has it. Of one thread. */
final class Point {

  private final String id;
  private final @Nullable String shardKey;
  private final Map<String, @Nullable Object> payload;
  private final Map<String, StoredVector> vectors;
  private final @Nullable String problem;
  private @Nullable Json json;

  private Point(
      String id,
      @Nullable String shardKey,
      Map<String, @Nullable Object> payload,
      Map<String, StoredVector> vectors,
      @Nullable String problem) {
    this.id = id;
    this.shardKey = shardKey;
    this.payload = payload;
    this.vectors = vectors;
    this.problem = problem;
  }

  /** A point; absent vectors are not in the map, the one without name has the name "". */
  static Point of(
      String id,
      @Nullable String shardKey,
      Map<String, @Nullable Object> payload,
      Map<String, StoredVector> vectors) {
    return new Point(id, shardKey, payload, vectors, null);
  }

  /** A point that is there and cannot be read. */
  static Point unreadable(String id, @Nullable String shardKey, String problem) {
    return new Point(id, shardKey, Map.of(), Map.of(), problem);
  }

  String id() {
    return id;
  }

  @Nullable String shardKey() {
    return shardKey;
  }

  /** Why it cannot be read, null if it can. */
  @Nullable String problem() {
    return problem;
  }

  Map<String, StoredVector> vectors() {
    return vectors;
  }

  /** The text under a key of the payload, null where there is none. */
  @Nullable String text(String key) {
    return payload.get(key) instanceof String text ? text : null;
  }

  boolean hasText(String key) {
    return payload.get(key) instanceof String;
  }

  /**
   * The payload.
   *
   * @throws IllegalArgumentException if JSON has no such value
   */
  Json payload() {
    if (json == null) {
      json = Json.of(payload);
    }
    return json;
  }
}
