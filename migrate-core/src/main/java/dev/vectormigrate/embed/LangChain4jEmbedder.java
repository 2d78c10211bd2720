package dev.vectormigrate.embed;

import dev.langchain4j.data.segment.TextSegment;
import dev.langchain4j.exception.HttpException;
import dev.langchain4j.exception.RetriableException;
import dev.langchain4j.model.embedding.EmbeddingModel;
import dev.vectormigrate.model.Vector;
import dev.vectormigrate.spi.TransientException;
import java.util.ArrayList;
import java.util.List;
import java.util.concurrent.atomic.AtomicInteger;

/**
 * Embeds with a model of LangChain4j (by release 1.13.0), which stays the caller's. Thread-safe as
 * far as the model is.
 *
 * <p>Needs {@code dev.langchain4j:langchain4j-core}, which the library doesn't bring. LangChain4j's
 * {@code RetriableException}, which rate limits, time-outs and faults of a server are, its {@code
 * HttpException} of 429 and 5xx, and broken connections become a {@link TransientException}. Set
 * the model's own retries to 0, or both try again. LangChain4j tells no time to wait.
 */
public final class LangChain4jEmbedder extends NamedModel {

  private static final Limits LIMITS = Limits.ofBatch(64);

  private final EmbeddingModel model;

  /** Zero until it was asked for. */
  private final AtomicInteger dimension = new AtomicInteger();

  private LangChain4jEmbedder(EmbeddingModel model, String modelId, Limits limits) {
    super(modelId, limits);
    this.model = model;
  }

  /**
   * Embeds with a model, 64 texts a call.
   *
   * @param modelId identifies the model for ever: what is kept under this name is used again for
   *     every embedder of the same name
   */
  public static LangChain4jEmbedder of(EmbeddingModel model, String modelId) {
    return new LangChain4jEmbedder(model, modelId, LIMITS);
  }

  /** The same with other limits. */
  public LangChain4jEmbedder withLimits(Limits limits) {
    return new LangChain4jEmbedder(model, modelId(), limits);
  }

  /**
   * What the model says, asked once: one that doesn't know it embeds a text.
   *
   * @throws IllegalStateException if that fails
   */
  @Override
  public int dimension() {
    try {
      return dimension.updateAndGet(known -> known == 0 ? model.dimension() : known);
    } catch (RuntimeException e) {
      throw FrameworkFailure.lasting(modelId(), e);
    }
  }

  /**
   * Embeds texts.
   *
   * @throws IllegalArgumentException if a text is blank, which LangChain4j refuses, or there are
   *     more than {@link #maxBatch()}
   * @throws IllegalStateException if the model fails for good
   */
  @Override
  public List<Vector> embed(List<String> texts) throws TransientException {
    checkCount(texts);
    checkNoneBlank(texts);
    if (texts.isEmpty()) {
      return List.of();
    }
    try {
      return vectors(model.embedAll(texts.stream().map(TextSegment::from).toList()).content());
    } catch (RuntimeException e) {
      if (mayPass(e)) {
        throw FrameworkFailure.passing(modelId(), e);
      }
      throw FrameworkFailure.lasting(modelId(), e);
    }
  }

  private static boolean mayPass(RuntimeException thrown) {
    return thrown instanceof RetriableException
        || (thrown instanceof HttpException http
            && (http.statusCode() == 429 || http.statusCode() >= 500))
        || FrameworkFailure.isNetworkFault(thrown);
  }

  private static List<Vector> vectors(List<dev.langchain4j.data.embedding.Embedding> given) {
    List<Vector> vectors = new ArrayList<>(given.size());
    given.forEach(embedding -> vectors.add(Vector.of(embedding.vector())));
    return vectors;
  }
}
