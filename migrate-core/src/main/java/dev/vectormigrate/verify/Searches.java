package dev.vectormigrate.verify;

import dev.vectormigrate.model.Distance;
import dev.vectormigrate.model.Field;
import dev.vectormigrate.model.FieldType;
import dev.vectormigrate.model.FieldType.Kind;
import dev.vectormigrate.model.Row;
import dev.vectormigrate.model.Vector;
import dev.vectormigrate.model.VectorIndex.Method;
import dev.vectormigrate.model.VectorIndex.Precision;
import dev.vectormigrate.spi.RowReader;
import dev.vectormigrate.spi.SampledVector;
import dev.vectormigrate.spi.SearchQuality;
import dev.vectormigrate.spi.SearchResult;
import dev.vectormigrate.spi.SearchResult.Answer;
import dev.vectormigrate.spi.SearchResult.Hit;
import dev.vectormigrate.spi.SearchResult.IndexUse;
import dev.vectormigrate.spi.TableSpec;
import dev.vectormigrate.spi.VectorOrigin;
import dev.vectormigrate.spi.VectorSearch;
import dev.vectormigrate.spi.VectorSearch.Access;
import dev.vectormigrate.spi.Verifier.Evidence;
import dev.vectormigrate.spi.WriteMode;
import java.time.Duration;
import java.util.ArrayList;
import java.util.List;
import java.util.Optional;
import org.jspecify.annotations.Nullable;

/**
 * Searches for some vectors in one column of a table, for one verifier.
 *
 * @param check name of the verifier
 * @param evidence the table
 * @param field the column
 * @param queries what is looked for
 * @param k how many nearest rows count
 * @param figures what the report tells of it
 */
record Searches(
    String check,
    Evidence evidence,
    Field field,
    List<SampledVector> queries,
    int k,
    SearchFigures figures) {

  /** What one way of searching found. */
  record Way(VectorSearch search, SearchResult result) {}

  /** The columns in which rows can be searched for. */
  static List<Field> columns(TableSpec table) {
    return table.schema().fields().stream().filter(field -> field.type().kind().isDense()).toList();
  }

  /** The distance of a column; cosine where nobody said. */
  static Distance distance(FieldType type) {
    Distance distance = type.distance();
    return distance == null ? Distance.COSINE : distance;
  }

  /** Whether a search for a vector has an answer. */
  static boolean isUsable(Vector vector, Distance distance) {
    return vector.isFinite() && (distance != Distance.COSINE || vector.norm() > 0);
  }

  /** Whether half precision has room for every component of the column and of the queries. */
  boolean fitHalfPrecision() throws Exception {
    boolean fit = queries.stream().allMatch(query -> fitsHalfPrecision(query.vector()));
    try (RowReader reader = evidence.readBack()) {
      Row row = fit ? reader.next() : null;
      while (fit && row != null) {
        fit = !(row.value(field.name()) instanceof Vector vector) || fitsHalfPrecision(vector);
        row = reader.next();
      }
    }
    return fit;
  }

  private static boolean fitsHalfPrecision(Vector vector) {
    return vector.toHalfPrecision().isFinite();
  }

  Distance distance() {
    return distance(field.type());
  }

  /** Makes every search in one way; the row of a query itself is left out of what it found. */
  Optional<Way> make(Access access, Precision form, int candidates, int effort) throws Exception {
    boolean own = queries.stream().anyMatch(query -> !query.id().isEmpty());
    int asked = own ? k + 1 : k;
    VectorSearch search =
        VectorSearch.of(
                field.name(), queries.stream().map(SampledVector::vector).toList(), asked, access)
            .over(form, Math.max(candidates, asked))
            .effort(effort);
    return evidence.search(search).map(result -> new Way(search, result));
  }

  /** What a query found, without itself. */
  List<Hit> hits(Way way, int query) {
    String own = queries.get(query).id();
    return way.result().answers().get(query).hits().stream()
        .filter(hit -> own.isEmpty() || !hit.id().equals(own))
        .limit(k)
        .toList();
  }

  /**
   * What a way comes to.
   *
   * @param found of each query the part of the nearest rows that was found
   */
  SearchQuality quality(Way way, List<Double> found) {
    List<Duration> times = way.result().answers().stream().map(Answer::took).sorted().toList();
    return new SearchQuality(
        check,
        evidence.table().name().toString(),
        field.name(),
        form(way.search()),
        way.search().access(),
        way.result().index(),
        k,
        found,
        part(times, 0.5),
        part(times, 0.95),
        times.size());
  }

  private static Duration part(List<Duration> ascending, double part) {
    int rank = (int) Math.ceil(part * ascending.size());
    return ascending.isEmpty() ? Duration.ZERO : ascending.get(Math.max(0, rank - 1));
  }

  private String form(VectorSearch search) {
    String reduction =
        evidence.table().origins().stream()
            .filter(origin -> origin.column().equals(field.name()))
            .map(VectorOrigin::reduction)
            .filter(text -> !text.isEmpty())
            .map(text -> ", " + text)
            .findFirst()
            .orElse("");
    String compared =
        switch (search.form()) {
          case FULL -> field.type().kind() == Kind.HALF_VECTOR ? "halfvec" : "vector";
          case HALF -> "halfvec";
          case BIT -> "bit, %d ranked again".formatted(search.candidates());
        };
    String effort = search.effort() == 0 ? "" : ", effort " + search.effort();
    return compared + reduction + effort;
  }

  /** What of the vectors the planned index holds. */
  Precision indexed() {
    return evidence.table().index().precision();
  }

  /** Whether the plan wants an index that is not there, or fits no search. */
  boolean isIndexMissed(SearchResult result) {
    Method method = evidence.table().index().method();
    return result.index() == IndexUse.NONE
        && (method == Method.HNSW || method == Method.IVFFLAT)
        && !isShared();
  }

  /** Whether the rows are merged into a table of others, whose index is not over what is staged. */
  boolean isShared() {
    return evidence.table().mode().kind() == WriteMode.Kind.APPEND;
  }

  /** How messages name the column. */
  String where() {
    return "table %s, column '%s'".formatted(evidence.table().name(), field.name());
  }

  /** Of each query the part of the true nearest rows that was found; without those of no answer. */
  List<Double> found(Way way, GroundTruth truth) {
    List<Double> found = new ArrayList<>();
    for (int i = 0; i < queries.size(); i++) {
      @Nullable Double part = truth.found(i, hits(way, i));
      if (part != null) {
        found.add(part);
      }
    }
    return found;
  }

  /** Has the truth look out for what a way found. */
  void announce(Way way, GroundTruth truth) {
    for (int i = 0; i < queries.size(); i++) {
      truth.announce(i, hits(way, i));
    }
  }
}
