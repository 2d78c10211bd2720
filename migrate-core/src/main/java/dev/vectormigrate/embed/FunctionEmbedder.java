package dev.vectormigrate.embed;

import dev.vectormigrate.model.Vector;
import java.util.ArrayList;
import java.util.List;

/**
 * Embeds with a function of the application. Thread-safe as far as the function is, which may be
 * called from several threads at once.
 */
public final class FunctionEmbedder extends NamedModel {

  private static final Limits LIMITS = Limits.ofBatch(64);

  /** Turns texts into as many vectors, in their order. */
  @FunctionalInterface
  public interface Embedding {

    /**
     * Embeds texts.
     *
     * @param texts not to be changed
     * @throws dev.vectormigrate.spi.TransientException if the same call may succeed later
     */
    List<float[]> embed(List<String> texts) throws Exception;
  }

  private final int dimension;
  private final Embedding function;

  private FunctionEmbedder(String modelId, int dimension, Embedding function, Limits limits) {
    super(modelId, limits);
    if (dimension < 1) {
      throw new IllegalArgumentException("dimension: %d, expected at least 1".formatted(dimension));
    }
    this.dimension = dimension;
    this.function = function;
  }

  /**
   * Embeds with a function, of 64 texts a call.
   *
   * @param modelId identifies the model for ever: what is kept under this name is used again for
   *     every embedder of the same name
   * @param dimension components of every vector
   */
  public static FunctionEmbedder of(String modelId, int dimension, Embedding function) {
    return new FunctionEmbedder(modelId, dimension, function, LIMITS);
  }

  /** The same with other limits. */
  public FunctionEmbedder withLimits(Limits limits) {
    return new FunctionEmbedder(modelId(), dimension, function, limits);
  }

  @Override
  public int dimension() {
    return dimension;
  }

  /** Embeds texts. What the function throws comes through as it is. */
  @Override
  public List<Vector> embed(List<String> texts) throws Exception {
    checkCount(texts);
    return copies(function.embed(List.copyOf(texts)));
  }

  static List<Vector> copies(List<float[]> given) {
    List<Vector> vectors = new ArrayList<>(given.size());
    given.forEach(components -> vectors.add(Vector.of(components)));
    return vectors;
  }
}
