package dev.vectormigrate.spi;

import dev.vectormigrate.model.Vector;
import java.util.List;

/**
 * Turns texts into vectors. Thread-safe; owned by the caller.
 *
 * <ul>
 *   <li>E1 One vector a text, in the order of the texts.
 *   <li>E2 Every vector has {@link #dimension()} components.
 *   <li>E3 The list of texts is not changed or kept.
 *   <li>E4 Throttling and passing faults are thrown as {@link TransientException}.
 * </ul>
 */
public interface Embedder {

  /** Identifies the model; two models with one id are taken for the same. */
  String modelId();

  /** Components of every vector. */
  int dimension();

  /** The most texts that one call takes. */
  int maxBatch();

  /** Embeds texts; see E1 to E4. */
  List<Vector> embed(List<String> texts) throws Exception;
}
