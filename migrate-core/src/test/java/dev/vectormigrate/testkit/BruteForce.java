package dev.vectormigrate.testkit;

import dev.vectormigrate.model.Distance;
import dev.vectormigrate.model.Row;
import dev.vectormigrate.model.Vector;
import dev.vectormigrate.model.VectorIndex.Method;
import dev.vectormigrate.model.VectorIndex.Precision;
import dev.vectormigrate.spi.SearchResult;
import dev.vectormigrate.spi.SearchResult.Answer;
import dev.vectormigrate.spi.SearchResult.Hit;
import dev.vectormigrate.spi.SearchResult.IndexUse;
import dev.vectormigrate.spi.TableSpec;
import dev.vectormigrate.spi.VectorSearch;
import dev.vectormigrate.spi.VectorSearch.Access;
import java.time.Duration;
import java.util.ArrayList;
import java.util.Comparator;
import java.util.List;
import java.util.function.ToDoubleFunction;

/** Searches rows in memory by looking at each; an index that the plan wants is as good. */
final class BruteForce {

  private final TableSpec table;
  private final List<Row> rows;
  private final VectorSearch search;
  private final Distance distance;

  BruteForce(TableSpec table, List<Row> rows, VectorSearch search) {
    this.table = table;
    this.search = search;
    this.rows = rows.stream().filter(row -> row.value(search.column()) != null).toList();
    int column = table.schema().indexOf(search.column());
    Distance said = table.schema().field(column).type().distance();
    distance = said == null ? Distance.COSINE : said;
  }

  SearchResult run() {
    List<Answer> answers = new ArrayList<>();
    for (Vector query : search.queries()) {
      answers.add(new Answer(hits(query), Duration.ofMillis(1)));
    }
    boolean indexed = search.access() == Access.INDEX && table.index().method() != Method.NONE;
    return new SearchResult(answers, indexed ? IndexUse.USED : IndexUse.NONE);
  }

  private List<Hit> hits(Vector query) {
    List<Row> candidates = rows;
    if (search.form() == Precision.BIT) {
      candidates = nearest(rows, row -> differentBits(vector(row), query), search.candidates());
    }
    ToDoubleFunction<Row> far =
        search.form() == Precision.HALF
            ? row -> distance.between(vector(row).toHalfPrecision(), query.toHalfPrecision())
            : row -> distance.between(vector(row), query);
    return nearest(candidates, far, search.k()).stream()
        .map(row -> new Hit(row.id(), far.applyAsDouble(row)))
        .toList();
  }

  private Vector vector(Row row) {
    return (Vector) row.value(search.column());
  }

  private static List<Row> nearest(List<Row> rows, ToDoubleFunction<Row> far, int most) {
    return rows.stream().sorted(Comparator.comparingDouble(far)).limit(most).toList();
  }

  private static double differentBits(Vector one, Vector other) {
    int different = 0;
    for (int i = 0; i < one.dimension(); i++) {
      different += (one.get(i) > 0) == (other.get(i) > 0) ? 0 : 1;
    }
    return different;
  }
}
