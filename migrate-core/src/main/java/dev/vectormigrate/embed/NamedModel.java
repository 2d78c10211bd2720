package dev.vectormigrate.embed;

import dev.vectormigrate.spi.Embedder;
import java.util.List;

/** What all embedders of this package say of their model. */
abstract class NamedModel implements Embedder {

  private final String modelId;
  private final Limits limits;

  NamedModel(String modelId, Limits limits) {
    if (modelId.isBlank()) {
      throw new IllegalArgumentException("modelId: blank, expected a name of the model");
    }
    this.modelId = modelId;
    this.limits = limits;
  }

  @Override
  public final String modelId() {
    return modelId;
  }

  @Override
  public final int maxBatch() {
    return limits.maxBatch();
  }

  @Override
  public final int maxTokens() {
    return limits.maxTokens();
  }

  @Override
  public final int maxBatchTokens() {
    return limits.maxBatchTokens();
  }

  final Limits limits() {
    return limits;
  }

  /** Refuses more texts than one call takes. */
  final void checkCount(List<String> texts) {
    if (texts.size() > limits.maxBatch()) {
      throw new IllegalArgumentException(
          "[%s] call: %d texts, expected at most %d. Give fewer at once"
              .formatted(modelId, texts.size(), limits.maxBatch()));
    }
  }

  /** Refuses a text of which a model can say nothing. */
  final void checkNoneBlank(List<String> texts) {
    for (int i = 0; i < texts.size(); i++) {
      // As the frameworks see it: they trim control characters too.
      if (texts.get(i).trim().isEmpty() || texts.get(i).isBlank()) {
        throw new IllegalArgumentException(
            "[%s] text %d of %d: blank, expected words. Leave such texts out"
                .formatted(modelId, i + 1, texts.size()));
      }
    }
  }

  @Override
  public String toString() {
    return modelId;
  }
}
