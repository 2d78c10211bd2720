package dev.vectormigrate.verify;

import dev.vectormigrate.model.Distance;
import dev.vectormigrate.model.Field;
import dev.vectormigrate.model.FieldType.Kind;
import dev.vectormigrate.model.Finding;
import dev.vectormigrate.model.Vector;
import dev.vectormigrate.model.VectorIndex.Method;
import dev.vectormigrate.model.VectorIndex.Precision;
import dev.vectormigrate.spi.Embedder;
import dev.vectormigrate.spi.RowReader;
import dev.vectormigrate.spi.SampledVector;
import dev.vectormigrate.spi.SearchQuality;
import dev.vectormigrate.spi.SearchResult.IndexUse;
import dev.vectormigrate.spi.VectorSearch.Access;
import dev.vectormigrate.spi.Verifier;
import java.util.ArrayList;
import java.util.List;
import java.util.Locale;
import java.util.Optional;

/**
 * Whether searches find in the target what is nearest in the source. Immutable and thread-safe; see
 * {@link Verifiers#queryOverlap()}.
 */
public final class QueryOverlap implements Verifier {

  /** The part of the nearest rows that must be found where nobody says otherwise. */
  public static final double DEFAULT_LEAST = 0.8;

  private static final String NAME = "query_overlap";
  private static final String GATE = "recall_gate";
  private static final int DEFAULT_RANKED_AGAIN = 10;

  private final Scope scope;
  private final int count;
  private final int k;
  private final double least;
  private final int effort;
  private final int rankedAgain;
  private final Queries given;

  /** What is measured. */
  enum Scope {
    /** Every column, as it is searched. */
    EVERYTHING,
    /** Columns that lost something by design. */
    LOSSY,
    /** Every column, in the forms that it could have. */
    FORMS
  }

  /** Queries that the caller has; made when they are needed. */
  private interface Queries {
    List<Vector> get() throws Exception;
  }

  private QueryOverlap(
      Scope scope, int count, int k, double least, int effort, int rankedAgain, Queries given) {
    this.scope = scope;
    this.count = atLeastOne("queries", count);
    this.k = atLeastOne("k", k);
    this.least = least;
    this.effort = effort;
    this.rankedAgain = atLeastOne("rankedAgain", rankedAgain);
    this.given = given;
    if (!(least >= 0 && least <= 1)) {
      throw new IllegalArgumentException("least: " + least + ", expected 0 to 1");
    }
  }

  private static int atLeastOne(String what, int value) {
    if (value < 1 || value > 10_000) {
      throw new IllegalArgumentException(what + ": " + value + ", expected 1 to 10,000");
    }
    return value;
  }

  static QueryOverlap of(Scope scope, double least) {
    return new QueryOverlap(scope, 100, 10, least, 0, DEFAULT_RANKED_AGAIN, List::of);
  }

  /** How many vectors of the source are searched for; 100 by default. */
  public QueryOverlap queries(int newCount) {
    return new QueryOverlap(scope, newCount, k, least, effort, rankedAgain, given);
  }

  /** Searches for these vectors instead of vectors of the source. */
  public QueryOverlap queries(List<Vector> vectors) {
    List<Vector> kept = List.copyOf(vectors);
    return new QueryOverlap(scope, count, k, least, effort, rankedAgain, () -> kept);
  }

  /** Searches for these texts instead of vectors of the source, with the model of the column. */
  public QueryOverlap queries(List<String> texts, Embedder embedder) {
    List<String> kept = List.copyOf(texts);
    return new QueryOverlap(
        scope, count, k, least, effort, rankedAgain, () -> embedded(kept, embedder));
  }

  private static List<Vector> embedded(List<String> texts, Embedder embedder) throws Exception {
    List<Vector> vectors = new ArrayList<>();
    for (int i = 0; i < texts.size(); i += embedder.maxBatch()) {
      int end = Math.min(texts.size(), i + embedder.maxBatch());
      vectors.addAll(embedder.embed(texts.subList(i, end)));
    }
    return vectors;
  }

  /** How many of the nearest rows count; 10 by default. */
  public QueryOverlap k(int newK) {
    return new QueryOverlap(scope, count, newK, least, effort, rankedAgain, given);
  }

  /** The part of the nearest rows that must be found on average; 0.8 by default. */
  public QueryOverlap atLeast(double newLeast) {
    return new QueryOverlap(scope, count, k, newLeast, effort, rankedAgain, given);
  }

  /**
   * How many candidates (HNSW: {@code hnsw.ef_search}) or lists (IVFFlat: {@code ivfflat.probes})
   * the index looks at for a search, as the application is going to set it; by default it is left
   * to the target.
   */
  public QueryOverlap effort(int newEffort) {
    return new QueryOverlap(scope, count, k, least, newEffort, rankedAgain, given);
  }

  /** Over an index of bits, how many times {@code k} rows are ranked again; 10 by default. */
  public QueryOverlap rankedAgain(int times) {
    return new QueryOverlap(scope, count, k, least, effort, times, given);
  }

  @Override
  public String name() {
    return switch (scope) {
      case EVERYTHING -> NAME;
      case LOSSY -> GATE;
      case FORMS -> "representations";
    };
  }

  @Override
  public boolean searches() {
    return true;
  }

  @Override
  public List<Finding> verify(Evidence evidence) throws Exception {
    List<Finding> findings = new ArrayList<>();
    SearchFigures figures = new SearchFigures(evidence);
    for (Field field : evidence.table().schema().fields()) {
      if (field.type().kind() == Kind.SPARSE_VECTOR && scope == Scope.EVERYTHING) {
        findings.add(notChecked(evidence, figures, field, "its vectors are sparse", false));
      } else if (field.type().kind().isDense() && isWanted(evidence, field)) {
        findings.addAll(verify(evidence, figures, field));
      }
    }
    figures.tell(scope == Scope.LOSSY ? "no vectors that lost something" : "no dense vectors");
    return findings;
  }

  private boolean isWanted(Evidence evidence, Field field) {
    return scope != Scope.LOSSY
        || evidence.table().isLossy(field)
        || evidence.table().isIndexLossy(field);
  }

  private List<Finding> verify(Evidence evidence, SearchFigures figures, Field field)
      throws Exception {
    if (evidence.table().schema().key().isEmpty()) {
      return List.of(notChecked(evidence, figures, field, "its rows have no key", true));
    }
    List<SampledVector> own = new ArrayList<>();
    given.get().forEach(vector -> own.add(new SampledVector("", vector)));
    Optional<List<SampledVector>> all =
        own.isEmpty() ? evidence.queries(field.name(), count) : Optional.of(own);
    if (all.isEmpty()) {
      return List.of(
          notChecked(evidence, figures, field, "the source's own vectors are not at hand", true));
    }
    Optional<Finding> misfit = misfit(evidence, field, all.get());
    if (misfit.isPresent()) {
      figures.notMeasured(field, "a query has another dimension");
      return List.of(misfit.get());
    }
    Distance distance = Searches.distance(field.type());
    List<SampledVector> usable =
        all.get().stream().filter(q -> Searches.isUsable(q.vector(), distance)).toList();
    List<Finding> findings = new ArrayList<>();
    if (usable.size() < all.get().size()) {
      findings.add(
          Finding.info(
              name() + ".skipped",
              "table %s, column '%s': %d of %d queries have no direction, or a component that is no"
                      .formatted(
                          evidence.table().name(),
                          field.name(),
                          all.get().size() - usable.size(),
                          all.get().size())
                  + " number, and were left out."));
    }
    Searches searches = new Searches(name(), evidence, field, usable, k, figures);
    findings.addAll(measure(searches));
    return findings;
  }

  /** Of reduced vectors nobody here knows how many components they had. */
  private Optional<Finding> misfit(Evidence evidence, Field field, List<SampledVector> queries) {
    int expected = evidence.table().isReduced(field.name()) ? 0 : field.type().dimension();
    return queries.stream()
        .map(query -> query.vector().dimension())
        .filter(dimension -> expected > 0 && dimension != expected)
        .findFirst()
        .map(
            dimension ->
                Finding.error(
                    name() + ".dimension",
                    "table %s, column '%s': a query of %d dimensions, expected %d. Make queries with the model of the column."
                        .formatted(evidence.table().name(), field.name(), dimension, expected)));
  }

  private List<Finding> measure(Searches searches) throws Exception {
    if (searches.queries().isEmpty()) {
      return List.of(nothingToFind(searches));
    }
    boolean halves = isMeasuredInHalves(searches.field());
    boolean fit = halves && searches.fitHalfPrecision();
    List<Searches.Way> ways = new ArrayList<>();
    for (Attempt attempt : attempts(searches, fit)) {
      searches
          .make(attempt.access(), attempt.form(), k * rankedAgain, attempt.effort())
          .ifPresent(ways::add);
    }
    Optional<RowReader> originals = searches.evidence().originals(searches.field().name());
    if (ways.isEmpty() || originals.isEmpty()) {
      originals.ifPresent(RowReader::close);
      String why =
          ways.isEmpty()
              ? "its rows can't be searched by themselves"
              : "the source's own vectors are not at hand";
      return List.of(
          notChecked(searches.evidence(), searches.figures(), searches.field(), why, true));
    }
    GroundTruth truth = new GroundTruth(searches.distance(), searches.queries(), k);
    ways.forEach(way -> searches.announce(way, truth));
    truth.read(originals.get(), searches.field().name());
    List<Finding> findings = judge(searches, ways, truth);
    if (halves && !fit) {
      findings.add(tooLargeForHalves(searches));
    }
    return findings;
  }

  private boolean isMeasuredInHalves(Field field) {
    return scope == Scope.FORMS && field.type().kind() == Kind.VECTOR;
  }

  private Finding tooLargeForHalves(Searches searches) {
    return Finding.info(
        name() + ".half_range",
        searches.where()
            + ": half precision has no room for components beyond 65,504, which some vectors have,"
            + " so it was not measured.");
  }

  /** One way to search. */
  private record Attempt(Access access, Precision form, int effort) {}

  private List<Attempt> attempts(Searches searches, boolean halves) {
    List<Attempt> attempts = new ArrayList<>();
    attempts.add(new Attempt(Access.EXACT, Precision.FULL, 0));
    if (scope == Scope.FORMS) {
      if (halves) {
        attempts.add(new Attempt(Access.EXACT, Precision.HALF, 0));
      }
      attempts.add(new Attempt(Access.EXACT, Precision.BIT, 0));
    }
    if (searches.evidence().table().index().method() != Method.NONE) {
      attempts.add(new Attempt(Access.INDEX, searches.indexed(), effort(searches)));
    }
    return attempts;
  }

  /** An index of bits that looks at fewer candidates than are ranked again finds no more. */
  private int effort(Searches searches) {
    return searches.indexed() == Precision.BIT ? Math.max(effort, k * rankedAgain) : effort;
  }

  private List<Finding> judge(Searches searches, List<Searches.Way> ways, GroundTruth truth) {
    List<Finding> findings = new ArrayList<>();
    for (Searches.Way way : ways) {
      List<Double> found = searches.found(way, truth);
      if (found.isEmpty()) {
        findings.add(nothingToFind(searches));
        return findings;
      }
      SearchQuality quality = searches.quality(way, found);
      boolean throughIndex = way.search().access() == Access.INDEX;
      if (!throughIndex || way.result().index() != IndexUse.NONE) {
        searches.figures().measured(quality);
      }
      if (scope != Scope.FORMS && quality.mean() < least) {
        findings.add(tooLow(searches, quality));
      }
      if (throughIndex) {
        indexFinding(searches, way).ifPresent(findings::add);
      }
    }
    return findings;
  }

  private Finding tooLow(Searches searches, SearchQuality quality) {
    boolean exact = quality.access() == Access.EXACT;
    String message =
        String.format(
            Locale.ROOT,
            "%s (%s): %s searches find %.3f of the %d nearest rows of the source, expected %.3f. %s",
            searches.where(),
            quality.form(),
            exact ? "exact" : "indexed",
            quality.mean(),
            k,
            least,
            exact
                ? "Keep more of the vectors, or compare the distance with the source's."
                : "Have the index look at more candidates, or hold more of the vectors.");
    return Finding.error(name() + ".low", message);
  }

  private Optional<Finding> indexFinding(Searches searches, Searches.Way way) {
    if (way.result().index() == IndexUse.USED) {
      return Optional.empty();
    }
    if (way.result().index() == IndexUse.NOT_CHOSEN) {
      return Optional.of(
          Finding.info(
              name() + ".index_not_chosen",
              searches.where()
                  + ": the target looked at every row, although there is an index: so it is with few"
                  + " rows. How well the index finds them was not measured."));
    }
    String message =
        searches.where()
            + ": no index can answer these searches, so only exact ones were measured.";
    return Optional.of(
        searches.isIndexMissed(way.result())
            ? Finding.warning(name() + ".no_index", message)
            : Finding.info(name() + ".no_index", message));
  }

  private Finding nothingToFind(Searches searches) {
    searches.figures().notMeasured(searches.field(), "there is nothing to search for");
    return Finding.info(
        name() + ".nothing",
        searches.where()
            + ": fewer than two vectors that can be compared, so nothing to search for.");
  }

  private Finding notChecked(
      Evidence evidence, SearchFigures figures, Field field, String why, boolean matters) {
    figures.notMeasured(field, why);
    String message =
        "table %s, column '%s': not checked, as %s."
            .formatted(evidence.table().name(), field.name(), why);
    return matters
        ? Finding.warning(name() + ".not_checked", message)
        : Finding.info(name() + ".not_checked", message);
  }
}
