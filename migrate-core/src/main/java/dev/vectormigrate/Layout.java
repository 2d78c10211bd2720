package dev.vectormigrate;

import dev.vectormigrate.model.Dataset;
import java.util.List;

/**
 * A ready-made arrangement of tables, such as those that a framework reads. Immutable and
 * thread-safe.
 */
public interface Layout {

  /** What stays the same as long as the layout gives the same mappings; part of the plan's text. */
  String name();

  /**
   * Maps a dataset. What the plan itself says of the dataset comes afterwards and wins.
   *
   * @throws IllegalArgumentException if the layout has no place for it
   */
  void map(Dataset dataset, DatasetMapping.Builder mapping);

  /** Rows of its own that the layout puts beside a dataset's; none by default. */
  default List<Companion> companions(Dataset dataset) {
    return List.of();
  }
}
