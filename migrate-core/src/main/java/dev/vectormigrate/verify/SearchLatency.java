package dev.vectormigrate.verify;

import dev.vectormigrate.model.Distance;
import dev.vectormigrate.model.Field;
import dev.vectormigrate.model.Finding;
import dev.vectormigrate.model.VectorIndex.Precision;
import dev.vectormigrate.spi.SampledVector;
import dev.vectormigrate.spi.SearchQuality;
import dev.vectormigrate.spi.SearchResult.IndexUse;
import dev.vectormigrate.spi.VectorSearch.Access;
import dev.vectormigrate.spi.Verifier;
import java.time.Duration;
import java.util.ArrayList;
import java.util.List;
import java.util.Optional;

/**
 * How long searches take as an application makes them. Immutable and thread-safe; see {@link
 * Verifiers#latency()}.
 */
public final class SearchLatency implements Verifier {

  private static final String NAME = "latency";

  private final int count;
  private final int k;
  private final Duration most;

  SearchLatency(int count, int k, Duration most) {
    this.count = count;
    this.k = k;
    this.most = most;
    if (count < 1 || k < 1 || most.isNegative()) {
      throw new IllegalArgumentException(
          "queries %d, k %d, most %s, expected 1 or more, 1 or more, 0 or more"
              .formatted(count, k, most));
    }
  }

  /** How many vectors are searched for; 100 by default. */
  public SearchLatency queries(int newCount) {
    return new SearchLatency(newCount, k, most);
  }

  /** How many of the nearest rows a search asks for; 10 by default. */
  public SearchLatency k(int newK) {
    return new SearchLatency(count, newK, most);
  }

  /** 95 of 100 searches must not take longer; a second by default. */
  public SearchLatency atMost(Duration newMost) {
    return new SearchLatency(count, k, newMost);
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
    Precision form = searches.indexed();
    boolean bits = form == Precision.BIT;
    Optional<Searches.Way> way =
        searches.make(Access.INDEX, form, bits ? 10 * k : k, bits ? 10 * k : 0);
    return way.isEmpty()
        ? List.of(notChecked(searches, "its rows can't be searched by themselves"))
        : judge(searches, way.get());
  }

  private List<Finding> judge(Searches searches, Searches.Way way) {
    SearchQuality quality = searches.quality(way, List.of());
    searches.figures().measured(quality);
    List<Finding> findings = new ArrayList<>();
    if (quality.slow().compareTo(most) > 0) {
      findings.add(
          Finding.error(
              NAME + ".slow",
              "%s: 95 of 100 searches take up to %d ms%s, expected %d ms at most. Build an index,"
                      .formatted(
                          searches.where(),
                          quality.slow().toMillis(),
                          quality.index() == IndexUse.USED ? "" : " without an index",
                          most.toMillis())
                  + " or give the server more memory."));
    }
    if (searches.isIndexMissed(way.result())) {
      findings.add(
          Finding.warning(
              NAME + ".no_index",
              searches.where() + ": no index can answer a search, expected the planned one."));
    }
    return findings;
  }

  private static Finding notChecked(Searches searches, String why) {
    searches.figures().notMeasured(searches.field(), why);
    return Finding.info(NAME + ".not_checked", searches.where() + ": not checked, as " + why + ".");
  }
}
