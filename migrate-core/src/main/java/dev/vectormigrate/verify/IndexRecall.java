package dev.vectormigrate.verify;

import dev.vectormigrate.model.Distance;
import dev.vectormigrate.model.Field;
import dev.vectormigrate.model.Finding;
import dev.vectormigrate.model.VectorIndex.Method;
import dev.vectormigrate.model.VectorIndex.Precision;
import dev.vectormigrate.spi.SampledVector;
import dev.vectormigrate.spi.SearchQuality;
import dev.vectormigrate.spi.SearchResult.Hit;
import dev.vectormigrate.spi.SearchResult.IndexUse;
import dev.vectormigrate.spi.VectorSearch.Access;
import dev.vectormigrate.spi.Verifier;
import java.util.ArrayList;
import java.util.List;
import java.util.Locale;
import java.util.Optional;

/**
 * Whether an index finds what an exact search of the same table finds. Immutable and thread-safe;
 * see {@link Verifiers#indexRecall()}.
 */
public final class IndexRecall implements Verifier {

  private static final String NAME = "index_recall";

  private final int count;
  private final int k;
  private final double expected;
  private final double required;
  private final int effort;

  IndexRecall(int count, int k, double expected, double required, int effort) {
    this.count = count;
    this.k = k;
    this.expected = expected;
    this.required = required;
    this.effort = effort;
    if (count < 1 || k < 1 || !(required >= 0 && required <= 1)) {
      throw new IllegalArgumentException(
          "queries %d, k %d, required %s, expected 1 or more, 1 or more, 0 to 1"
              .formatted(count, k, required));
    }
  }

  /** How many vectors are searched for; 100 by default. */
  public IndexRecall queries(int newCount) {
    return new IndexRecall(newCount, k, expected, required, effort);
  }

  /** How many of the nearest rows count; 10 by default. */
  public IndexRecall k(int newK) {
    return new IndexRecall(count, newK, expected, required, effort);
  }

  /** A recall below this stops the run; 0 by default. */
  public IndexRecall require(double least) {
    return new IndexRecall(count, k, expected, least, effort);
  }

  /** As {@link QueryOverlap#effort}. */
  public IndexRecall effort(int newEffort) {
    return new IndexRecall(count, k, expected, required, newEffort);
  }

  @Override
  public String name() {
    return NAME;
  }

  @Override
  public boolean searches() {
    return true;
  }

  @Override
  public List<Finding> verify(Evidence evidence) throws Exception {
    if (evidence.table().index().method() == Method.NONE) {
      evidence.nothingToCheck("no index is planned");
      return List.of();
    }
    List<Finding> findings = new ArrayList<>();
    SearchFigures figures = new SearchFigures(evidence);
    for (Field field : Searches.columns(evidence.table())) {
      findings.addAll(verify(evidence, field, figures));
    }
    figures.tell("no dense vectors");
    return findings;
  }

  private List<Finding> verify(Evidence evidence, Field field, SearchFigures figures)
      throws Exception {
    Distance distance = Searches.distance(field.type());
    List<SampledVector> queries =
        evidence.queries(field.name(), count).orElse(List.of()).stream()
            .filter(query -> Searches.isUsable(query.vector(), distance))
            .toList();
    Searches searches = new Searches(NAME, evidence, field, queries, k, figures);
    if (queries.isEmpty()) {
      return List.of(notChecked(searches, "no vector is at hand"));
    }
    Optional<Searches.Way> exact = searches.make(Access.EXACT, Precision.FULL, k, 0);
    Precision form = searches.indexed();
    int candidates = form == Precision.BIT ? 10 * k : k;
    int looked = form == Precision.BIT ? Math.max(effort, candidates) : effort;
    Optional<Searches.Way> index = searches.make(Access.INDEX, form, candidates, looked);
    if (exact.isEmpty() || index.isEmpty()) {
      return List.of(notChecked(searches, "its rows can't be searched by themselves"));
    }
    return judge(searches, exact.get(), index.get());
  }

  private List<Finding> judge(Searches searches, Searches.Way exact, Searches.Way index) {
    if (index.result().index() == IndexUse.NONE) {
      searches.figures().notMeasured(searches.field(), "no index can answer a search");
      String message =
          searches.where()
              + ": no index can answer a search, expected the planned one, valid and for the"
              + " column's distance.";
      return List.of(
          searches.isIndexMissed(index.result())
              ? Finding.error(NAME + ".no_index", message)
              : Finding.warning(NAME + ".no_index", message));
    }
    if (index.result().index() == IndexUse.NOT_CHOSEN) {
      searches.figures().notMeasured(searches.field(), "the target looked at every row");
      return List.of(
          Finding.info(
              NAME + ".index_not_chosen",
              searches.where()
                  + ": not measured, as the target looked at every row: so it is with few rows."));
    }
    List<Double> found = new ArrayList<>();
    for (int i = 0; i < searches.queries().size(); i++) {
      List<Hit> truth = defined(searches.hits(exact, i));
      if (!truth.isEmpty()) {
        found.add(part(searches.distance(), truth, defined(searches.hits(index, i))));
      }
    }
    SearchQuality quality = searches.quality(index, found);
    searches.figures().measured(quality);
    return judge(searches, quality);
  }

  private List<Finding> judge(Searches searches, SearchQuality quality) {
    if (quality.mean() >= Math.max(expected, required)) {
      return List.of();
    }
    boolean stops = quality.mean() < required;
    String message =
        String.format(
            Locale.ROOT,
            "%s (%s): the index finds %.3f of the %d nearest rows, expected %.3f. Have it look at"
                + " more candidates, or build it with more.",
            searches.where(),
            quality.form(),
            quality.mean(),
            k,
            stops ? required : expected);
    return List.of(
        stops ? Finding.error(NAME + ".low", message) : Finding.warning(NAME + ".low", message));
  }

  private static Finding notChecked(Searches searches, String why) {
    searches.figures().notMeasured(searches.field(), why);
    return Finding.info(NAME + ".not_checked", searches.where() + ": not checked, as " + why + ".");
  }

  private static List<Hit> defined(List<Hit> hits) {
    return hits.stream().filter(hit -> !Double.isNaN(hit.distance())).toList();
  }

  private static double part(Distance distance, List<Hit> truth, List<Hit> hits) {
    double limit = GroundTruth.tolerated(distance, truth.get(truth.size() - 1).distance());
    long near = hits.stream().filter(hit -> hit.distance() <= limit).count();
    return Math.min(1, (double) near / truth.size());
  }
}
