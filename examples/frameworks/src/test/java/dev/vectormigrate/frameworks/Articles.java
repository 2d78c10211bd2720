package dev.vectormigrate.frameworks;

import dev.vectormigrate.model.Distance;
import dev.vectormigrate.model.Json;
import dev.vectormigrate.model.Row;
import dev.vectormigrate.model.Schema;
import dev.vectormigrate.model.Vector;
import dev.vectormigrate.testkit.InMemorySource;
import java.util.ArrayList;
import java.util.Comparator;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import java.util.Random;
import java.util.UUID;
import java.util.function.Predicate;
import java.util.stream.IntStream;
import org.jspecify.annotations.Nullable;

/** A collection to migrate, and what a search in it must find: all vectors are looked at. */
final class Articles {

  static final int DIMENSION = 8;
  private static final int COUNT = 60;

  /** One of them; every third has a UUID for an id. */
  record Article(int number, float[] vector) {

    String id() {
      return number % 3 == 0 ? new UUID(0x4000L, number).toString() : "article-" + number;
    }

    String text() {
      return "Text of article " + number;
    }

    String language() {
      return number % 4 == 0 ? "de" : "en";
    }

    Map<String, @Nullable Object> metadata() {
      Map<String, @Nullable Object> metadata = new LinkedHashMap<>();
      metadata.put("language", language());
      metadata.put("number", (long) number);
      metadata.put("weight", number + 0.5);
      metadata.put("even", number % 2 == 0);
      metadata.put("tags", List.of("a", "it's"));
      metadata.put("nothing", null);
      return metadata;
    }

    private double similarity(float[] query) {
      double product = 0;
      double mine = 0;
      double its = 0;
      for (int i = 0; i < query.length; i++) {
        product += (double) vector[i] * query[i];
        mine += (double) vector[i] * vector[i];
        its += (double) query[i] * query[i];
      }
      return product / Math.sqrt(mine * its);
    }
  }

  private final List<Article> articles;

  Articles() {
    Random random = new Random(7);
    articles =
        IntStream.range(0, COUNT).mapToObj(number -> new Article(number, next(random))).toList();
  }

  private static float[] next(Random random) {
    float[] vector = new float[DIMENSION];
    for (int i = 0; i < DIMENSION; i++) {
      vector[i] = (float) random.nextGaussian();
    }
    return vector;
  }

  Article get(int number) {
    return articles.get(number);
  }

  InMemorySource source() {
    Schema schema = Schema.vectorCollection(DIMENSION, Distance.COSINE);
    List<Row> rows = new ArrayList<>();
    for (Article article : articles) {
      rows.add(
          Row.of(
              schema,
              article.id(),
              article.text(),
              Json.of(article.metadata()),
              Vector.of(article.vector())));
    }
    return InMemorySource.empty().with("articles", schema, rows);
  }

  /** The nearest of those that fit, nearest first. */
  List<Article> nearest(float[] query, int count, Predicate<Article> fits) {
    return articles.stream()
        .filter(fits)
        .sorted(Comparator.comparingDouble(article -> -article.similarity(query)))
        .limit(count)
        .toList();
  }
}
