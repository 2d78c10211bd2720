package dev.vectormigrate.spi;

import dev.vectormigrate.model.Vector;
import java.nio.charset.StandardCharsets;
import java.util.List;

/**
 * Turns texts into vectors. Thread-safe; owned by the caller.
 *
 * <ul>
 *   <li>E1 One vector a text, in the order of the texts.
 *   <li>E2 Every vector has {@link #dimension()} components.
 *   <li>E3 The list of texts is not changed or kept.
 *   <li>E4 Throttling and passing faults are thrown as {@link TransientException}, with how long to
 *       wait where the service says so. An embedder tries nothing twice itself.
 *   <li>E5 Equal texts get equal vectors, as far as the model does that: an answer may be kept and
 *       used for ever.
 *   <li>E6 Several calls may be under way at once.
 * </ul>
 */
public interface Embedder {

  /** Identifies the model; two models with one id are taken for the same. */
  String modelId();

  /** Components of every vector. */
  int dimension();

  /** The most texts that one call takes. */
  int maxBatch();

  /** The most tokens that one text may have; 0 where there is no limit, or nobody knows it. */
  default int maxTokens() {
    return 0;
  }

  /** The most tokens that the texts of one call may have together; 0 where there is no limit. */
  default int maxBatchTokens() {
    return 0;
  }

  /**
   * How many tokens the model sees in a text. By default an estimate that is rather too high than
   * too low: one for three bytes of UTF-8.
   */
  default int tokens(String text) {
    return text.getBytes(StandardCharsets.UTF_8).length / 3 + 1;
  }

  /** Embeds texts; see E1 to E6. */
  List<Vector> embed(List<String> texts) throws Exception;
}
