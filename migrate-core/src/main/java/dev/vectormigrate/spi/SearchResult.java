package dev.vectormigrate.spi;

import java.time.Duration;
import java.util.List;

/**
 * What some searches found.
 *
 * @param answers one a query, in order
 * @param index what became of the index
 */
public record SearchResult(List<Answer> answers, IndexUse index) {

  /** What became of the index on the column. */
  public enum IndexUse {
    /** It was used. */
    USED,
    /** There is one that could be, but the target looked at every row. */
    NOT_CHOSEN,
    /** There is none that could answer, or every row was to be looked at. */
    NONE
  }

  public SearchResult {
    answers = List.copyOf(answers);
  }

  /**
   * What one search found.
   *
   * @param hits nearest first; rows without a vector are none
   * @param took until all of them were there; an unmeasured search of the same kind came before the
   *     first
   */
  public record Answer(List<Hit> hits, Duration took) {

    public Answer {
      hits = List.copyOf(hits);
    }
  }

  /**
   * A row that was found.
   *
   * @param id as {@link dev.vectormigrate.model.Row#id()}
   * @param distance as the target computes it; NaN where it is not defined
   */
  public record Hit(String id, double distance) {}
}
