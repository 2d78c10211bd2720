package dev.vectormigrate.internal;

import dev.vectormigrate.model.Vector;
import dev.vectormigrate.spi.Embedder;
import java.util.ArrayList;
import java.util.Collections;
import java.util.List;
import java.util.concurrent.atomic.AtomicInteger;
import java.util.function.UnaryOperator;

/**
 * A model whose vectors are made of a text's length and first character, that counts words as
 * tokens and does what a test wants before it answers. Thread-safe.
 */
final class ScriptedEmbedder implements Embedder {

  /** What happens before an answer; may block or throw. */
  interface Action {

    /**
     * @param call number of the call, from 1
     */
    void run(int call, List<String> texts) throws Exception;
  }

  private final AtomicInteger calls = new AtomicInteger();
  private final AtomicInteger underWay = new AtomicInteger();
  private final AtomicInteger mostUnderWay = new AtomicInteger();
  private final List<String> embedded = Collections.synchronizedList(new ArrayList<>());
  private volatile String model = "lengths";
  private volatile int dimension = 3;
  private volatile int maxBatch = 4;
  private volatile int maxTokens;
  private volatile int maxBatchTokens;
  private volatile Action action = (call, texts) -> {};
  private volatile UnaryOperator<List<Vector>> change = vectors -> vectors;

  ScriptedEmbedder model(String id) {
    model = id;
    return this;
  }

  ScriptedEmbedder dimension(int components) {
    dimension = components;
    return this;
  }

  ScriptedEmbedder maxBatch(int texts) {
    maxBatch = texts;
    return this;
  }

  ScriptedEmbedder maxTokens(int words) {
    maxTokens = words;
    return this;
  }

  ScriptedEmbedder maxBatchTokens(int words) {
    maxBatchTokens = words;
    return this;
  }

  ScriptedEmbedder before(Action newAction) {
    action = newAction;
    return this;
  }

  ScriptedEmbedder answering(UnaryOperator<List<Vector>> newChange) {
    change = newChange;
    return this;
  }

  /** The vector of a text. */
  static Vector vector(String text) {
    return Vector.of(text.length(), text.codePointAt(0), 1);
  }

  /** Calls that began. */
  int calls() {
    return calls.get();
  }

  /** The most calls that were under way at once. */
  int mostUnderWay() {
    return mostUnderWay.get();
  }

  /** Texts that were answered, in the order of the answers. */
  List<String> embedded() {
    return List.copyOf(embedded);
  }

  @Override
  public String modelId() {
    return model;
  }

  @Override
  public int dimension() {
    return dimension;
  }

  @Override
  public int maxBatch() {
    return maxBatch;
  }

  @Override
  public int maxTokens() {
    return maxTokens;
  }

  @Override
  public int maxBatchTokens() {
    return maxBatchTokens;
  }

  @Override
  public int tokens(String text) {
    return text.isBlank() ? 0 : text.strip().split("\\s+").length;
  }

  @Override
  public List<Vector> embed(List<String> texts) throws Exception {
    int now = underWay.incrementAndGet();
    mostUnderWay.accumulateAndGet(now, Math::max);
    try {
      action.run(calls.incrementAndGet(), texts);
      List<Vector> answer = change.apply(texts.stream().map(ScriptedEmbedder::vector).toList());
      embedded.addAll(texts);
      return answer;
    } finally {
      underWay.decrementAndGet();
    }
  }
}
