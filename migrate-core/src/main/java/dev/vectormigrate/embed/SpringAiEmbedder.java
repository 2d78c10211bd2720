package dev.vectormigrate.embed;

import dev.vectormigrate.model.Vector;
import dev.vectormigrate.spi.TransientException;
import java.util.List;
import java.util.concurrent.atomic.AtomicInteger;
import org.springframework.ai.embedding.EmbeddingModel;
import org.springframework.ai.retry.TransientAiException;

/**
 * Embeds with a model of Spring AI (by release 1.1.8), which stays the caller's. Thread-safe as far
 * as the model is.
 *
 * <p>Needs {@code org.springframework.ai:spring-ai-model}, which the library doesn't bring. Spring
 * AI's {@code TransientAiException}, broken connections and an answer 429 become a {@link
 * TransientException}; Spring AI itself takes 429 for a failure that lasts. Its models try again by
 * themselves, up to ten times: set {@code spring.ai.retry.max-attempts=1}, or both do.
 */
public final class SpringAiEmbedder extends NamedModel {

  private static final Limits LIMITS = Limits.ofBatch(64);

  private final EmbeddingModel model;

  /** Zero until it was asked for. */
  private final AtomicInteger dimension = new AtomicInteger();

  private SpringAiEmbedder(EmbeddingModel model, String modelId, Limits limits) {
    super(modelId, limits);
    this.model = model;
  }

  /**
   * Embeds with a model, 64 texts a call.
   *
   * @param modelId identifies the model for ever: what is kept under this name is used again for
   *     every embedder of the same name
   */
  public static SpringAiEmbedder of(EmbeddingModel model, String modelId) {
    return new SpringAiEmbedder(model, modelId, LIMITS);
  }

  /** The same with other limits. */
  public SpringAiEmbedder withLimits(Limits limits) {
    return new SpringAiEmbedder(model, modelId(), limits);
  }

  /**
   * What the model says, asked once: one that doesn't know it embeds a text.
   *
   * @throws IllegalStateException if that fails
   */
  @Override
  public int dimension() {
    try {
      return dimension.updateAndGet(known -> known == 0 ? model.dimensions() : known);
    } catch (RuntimeException e) {
      throw FrameworkFailure.lasting(modelId(), e);
    }
  }

  /**
   * Embeds texts.
   *
   * @throws IllegalArgumentException if there are more than {@link #maxBatch()}
   * @throws IllegalStateException if the model fails for good
   */
  @Override
  public List<Vector> embed(List<String> texts) throws TransientException {
    checkCount(texts);
    if (texts.isEmpty()) {
      return List.of();
    }
    try {
      return FunctionEmbedder.copies(model.embed(List.copyOf(texts)));
    } catch (RuntimeException e) {
      if (isTransient(e) || isRateLimit(e) || FrameworkFailure.isNetworkFault(e)) {
        throw FrameworkFailure.passing(modelId(), e);
      }
      throw FrameworkFailure.lasting(modelId(), e);
    }
  }

  private static boolean isTransient(RuntimeException thrown) {
    try {
      return Retries.isTransient(thrown);
    } catch (NoClassDefFoundError e) {
      // Without spring-ai-retry nothing can be of its class.
      return false;
    }
  }

  /**
   * The error handler of Spring AI writes "429 - body", the one of its starter "HTTP 429 - body".
   */
  private static boolean isRateLimit(RuntimeException thrown) {
    String message = String.valueOf(thrown.getMessage());
    return message.startsWith("429 - ") || message.startsWith("HTTP 429 - ");
  }

  /** Apart, so that an application without spring-ai-retry can load the class above. */
  private static final class Retries {

    private Retries() {}

    static boolean isTransient(RuntimeException thrown) {
      return thrown instanceof TransientAiException;
    }
  }
}
