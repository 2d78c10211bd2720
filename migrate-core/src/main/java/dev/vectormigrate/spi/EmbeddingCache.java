package dev.vectormigrate.spi;

import dev.vectormigrate.model.Bytes;
import dev.vectormigrate.model.Vector;
import java.util.List;
import java.util.Map;

/**
 * Vectors that a model has made of texts before, by any migration: what was paid for is not paid
 * for again. Thread-safe; closed by the engine.
 *
 * <ul>
 *   <li>C1 What {@link #store} returned from is found by any later session, also after a kill.
 *   <li>C2 Storing a text's vector again changes nothing.
 *   <li>C3 A cache serves one model; the vectors of others are not found.
 *   <li>C4 No text is kept, only its SHA-256 hash of 32 bytes.
 * </ul>
 */
public interface EmbeddingCache extends AutoCloseable {

  /** The known vectors among those of the given texts' hashes. */
  Map<Bytes, Vector> find(List<Bytes> hashes) throws Exception;

  /** Keeps vectors, in a transaction of its own. */
  void store(Map<Bytes, Vector> vectors) throws Exception;

  @Override
  void close();
}
