package dev.vectormigrate.internal;

import dev.vectormigrate.Embedding;
import dev.vectormigrate.EmbeddingException;
import dev.vectormigrate.PlanDescription;
import dev.vectormigrate.internal.TextCutter.Piece;
import dev.vectormigrate.model.Bytes;
import dev.vectormigrate.model.Finding;
import dev.vectormigrate.model.Vector;
import dev.vectormigrate.spi.Embedder;
import dev.vectormigrate.spi.EmbeddingCache;
import dev.vectormigrate.spi.TargetSession;
import java.util.ArrayList;
import java.util.Collection;
import java.util.IdentityHashMap;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import java.util.function.LongSupplier;

/** The models that the datasets of a run ask. Thread-safe; closed at the end of the run. */
final class Embedders implements AutoCloseable {

  private final Map<String, ModelRequests> models = new LinkedHashMap<>();
  private final IdentityHashMap<PlannedDataset, VectorSupply> supplies = new IdentityHashMap<>();
  private final List<PlannedDataset> datasets;

  private Embedders(List<PlannedDataset> datasets) {
    this.datasets = datasets;
  }

  /**
   * Opens what the datasets need; no thread is started before there is something to ask.
   *
   * @param budgets what the run has spent so far, by model; is added to
   * @param rowsLeft rows that are not stored yet; negative where nobody knows
   */
  static Embedders open(
      PlanDescription plan,
      TargetSession session,
      List<PlannedDataset> datasets,
      Map<String, EmbeddingBudget> budgets,
      LongSupplier rowsLeft) {
    Embedders embedders = new Embedders(datasets);
    for (PlannedDataset dataset : datasets) {
      EmbeddedField field = dataset.embedded();
      if (field != null) {
        ModelRequests model =
            embedders.models.computeIfAbsent(
                key(field.how().embedder()),
                key -> {
                  EmbeddingBudget budget =
                      budgets.computeIfAbsent(key, any -> new EmbeddingBudget());
                  return embedders.model(plan, session, field.how().embedder(), budget, rowsLeft);
                });
        embedders.supplies.put(dataset, new Asking(model, field.how()));
      }
    }
    return embedders;
  }

  private static String key(Embedder embedder) {
    return embedder.dimension() + " " + embedder.modelId();
  }

  /** Where datasets differ in how many requests may be under way, the least counts. */
  private ModelRequests model(
      PlanDescription plan,
      TargetSession session,
      Embedder embedder,
      EmbeddingBudget budget,
      LongSupplier rowsLeft) {
    int requests = Integer.MAX_VALUE;
    for (PlannedDataset dataset : datasets) {
      EmbeddedField field = dataset.embedded();
      if (field != null && key(field.how().embedder()).equals(key(embedder))) {
        requests = Math.min(requests, field.how().requests());
      }
    }
    String target = plan.target().name();
    EmbeddingCache cache =
        Failures.atTarget(
            target, () -> session.embeddings(embedder.modelId(), embedder.dimension()));
    return new ModelRequests(target, cache, plan.settings().retry(), requests, budget, rowsLeft);
  }

  /** What a dataset's readers ask. */
  VectorSupply supply(PlannedDataset dataset) {
    return supplies.getOrDefault(dataset, VectorSupply.none());
  }

  /** What was made, for each dataset. */
  List<Finding> findings() {
    List<Finding> findings = new ArrayList<>();
    for (PlannedDataset dataset : datasets) {
      EmbeddedField field = dataset.embedded();
      if (field != null) {
        String name = dataset.dataset().qualifiedName();
        findings.addAll(supply(dataset).counts().ofRun(name, field.how()));
      }
    }
    return findings;
  }

  @Override
  public void close() {
    models.values().forEach(ModelRequests::close);
  }

  private static final class Asking implements VectorSupply {

    private final ModelRequests model;
    private final Embedding how;
    private final EmbeddingCounts counts = new EmbeddingCounts();

    Asking(ModelRequests model, Embedding how) {
      this.model = model;
      this.how = how;
    }

    @Override
    public Map<Bytes, Vector> vectors(Collection<Piece> texts) throws Exception {
      return model.vectors(how, counts, texts);
    }

    @Override
    public void refuse(String what) {
      throw new EmbeddingException(ModelRequests.where(how.embedder()), what, null);
    }

    @Override
    public EmbeddingCounts counts() {
      return counts;
    }
  }
}
