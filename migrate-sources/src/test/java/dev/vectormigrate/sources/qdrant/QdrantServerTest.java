package dev.vectormigrate.sources.qdrant;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import dev.vectormigrate.model.Dataset;
import dev.vectormigrate.model.Finding;
import dev.vectormigrate.model.Json;
import dev.vectormigrate.model.SparseVector;
import dev.vectormigrate.model.Vector;
import dev.vectormigrate.sources.files.Reading;
import dev.vectormigrate.spi.Position;
import dev.vectormigrate.spi.SourceSession;
import dev.vectormigrate.spi.SourceSession.Change;
import dev.vectormigrate.spi.Split;
import io.qdrant.client.grpc.Collections.Distance;
import io.qdrant.client.grpc.JsonWithInt.Value;
import java.io.IOException;
import java.math.BigDecimal;
import java.util.ArrayList;
import java.util.Arrays;
import java.util.HashMap;
import java.util.List;
import java.util.Map;
import java.util.UUID;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Test;

/** What Qdrant holds arrives, whichever server these tests have. */
class QdrantServerTest {

  private static final PointKey LARGEST = PointKey.of(-1);
  private static final PointKey HIGH_UUID =
      PointKey.of(UUID.fromString("f0000000-0000-0000-0000-000000000000"));
  private static final PointKey LOW_UUID =
      PointKey.of(UUID.fromString("10000000-0000-0000-0000-000000000000"));

  private Samples samples;
  private String name;

  @BeforeEach
  void connect() throws Exception {
    samples = LocalQdrant.shared().samples();
    name = LocalQdrant.newName("points");
  }

  @AfterEach
  void disconnect() {
    samples.close();
  }

  private QdrantServer source() throws IOException {
    return LocalQdrant.shared().source().collections(name);
  }

  private static List<String> ids(Reading reading) {
    return reading.rows().stream().map(row -> row.id()).toList();
  }

  @Test
  void idsOfBothKindsComeInTheOrderOfTheServer() throws Exception {
    samples.create(name, Samples.params(1, Distance.Dot));
    for (PointKey key : List.of(HIGH_UUID, LARGEST, LOW_UUID, PointKey.of(7))) {
      samples.upsert(name, Samples.point(key, Map.of(), Samples.vectors(1)));
    }

    assertThat(ids(read()))
        .containsExactly("7", "18446744073709551615", LOW_UUID.toString(), HIGH_UUID.toString());
  }

  private Reading read() throws Exception {
    return read(source());
  }

  private Reading read(QdrantServer source) throws Exception {
    try (SourceSession session = source.open()) {
      Dataset dataset = Reading.dataset(session, name);
      Reading all = new Reading();
      for (Split split : session.split(dataset, 1)) {
        Reading part = Reading.of(session, dataset, split, Position.START);
        all.items.addAll(part.items);
        all.positions.addAll(part.positions);
      }
      assertThat(dataset.rows()).hasValue(all.items.size());
      return all;
    }
  }

  @Test
  void payloadsKeepTheirTypes() throws Exception {
    samples.create(name, Samples.params(1, Distance.Dot));
    Map<String, Value> payload = new HashMap<>();
    payload.put("integer", Samples.value(Long.MIN_VALUE));
    payload.put("whole", Samples.value(2.0));
    payload.put("large", Samples.value(1e300));
    payload.put("text", Samples.value("Zürich 🙂"));
    payload.put("truth", Samples.value(false));
    payload.put("nothing", Samples.nothing());
    payload.put("list", Samples.list(Samples.value(1), Samples.nothing(), Samples.list()));
    payload.put("object", Samples.object(Map.of("lon", Samples.value(1.5))));
    samples.upsert(
        name,
        Samples.point(PointKey.of(1), payload, Samples.vectors(1)),
        Samples.point(PointKey.of(2), Map.of(), Samples.vectors(1)));

    Map<String, Object> expected = new HashMap<>();
    expected.put("integer", Long.MIN_VALUE);
    expected.put("whole", 2.0);
    expected.put("large", new BigDecimal("1e300").toBigInteger().doubleValue());
    expected.put("text", "Zürich 🙂");
    expected.put("truth", false);
    expected.put("nothing", null);
    expected.put("list", Arrays.asList(1L, null, List.of()));
    expected.put("object", Map.of("lon", 1.5));
    assertThat(read().rows().stream().map(row -> row.value("metadata")).toList())
        .containsExactly(Json.of(expected), Json.of(Map.of()));
  }

  @Test
  void theTextIsWhatTheCallerSays() throws Exception {
    samples.create(name, Samples.params(1, Distance.Dot));
    samples.upsert(
        name,
        Samples.point(
            PointKey.of(1), Map.of("page_content", Samples.value("words")), Samples.vectors(1)),
        Samples.point(
            PointKey.of(2), Map.of("page_content", Samples.value(5)), Samples.vectors(1)));

    Reading reading = read(source().textKey("page_content"));

    assertThat(reading.rows().stream().map(row -> row.value("text")).toList())
        .containsExactly("words", null);
    assertThat(reading.rows().stream().map(row -> row.value("metadata")).toList())
        .containsExactly(
            Json.of(Map.of("page_content", "words")), Json.of(Map.of("page_content", 5)));
    assertThat(dataset(source()).findings())
        .containsExactly(
            Finding.info(
                "qdrant.payload.text",
                "payloads have texts under page_content, moved within metadata alone. Choose one"
                    + " with textKey"));
  }

  private Dataset dataset(QdrantServer source) throws Exception {
    return Reading.dataset(source, name);
  }

  @Test
  void namedVectorsAreFieldsThatAPointMayLack() throws Exception {
    samples.create(Samples.named(name));
    samples.upsert(
        name,
        Samples.point(
            PointKey.of(1),
            Map.of(),
            Samples.vectors(
                Map.of(
                    "title",
                    Samples.dense(0.1f, -0.0f),
                    "many",
                    Samples.multi(new float[] {0.1f, 0.2f}, new float[] {0.3f, 0.4f}),
                    "words",
                    Samples.sparse(new int[] {3, 999_999_999}, 0.1f, -2f)))),
        Samples.point(
            PointKey.of(2), Map.of(), Samples.vectors(Map.of("title", Samples.dense(1, 2)))),
        Samples.point(
            PointKey.of(3),
            Map.of(),
            Samples.vectors(Map.of("words", Samples.sparse(new int[] {0}, 1f)))));

    Dataset dataset = dataset(source());
    assertThat(dataset.schema())
        .hasToString(
            "(id text not null, metadata json not null, many json, title vector(2) l2,"
                + " words sparse_vector(1000000000) inner_product) key (id)");
    assertThat(dataset.findings())
        .containsExactly(
            Finding.info(
                "qdrant.multivector",
                "vector 'many': a multivector, moved as JSON: an array of its vectors"));
    assertThat(read().rows().stream().map(LocalFixtureTest::values).toList())
        .containsExactly(
            row(
                "1",
                Vector.of(0.1f, -0.0f),
                Json.of(List.of(List.of(0.1f, 0.2f), List.of(0.3f, 0.4f))),
                SparseVector.of(
                    1_000_000_000, new int[] {3, 999_999_999}, new float[] {0.1f, -2f})),
            row("2", Vector.of(1, 2), null, null),
            row("3", null, null, SparseVector.of(1_000_000_000, new int[] {0}, new float[] {1f})));
  }

  private static Map<String, Object> row(String id, Vector title, Json many, SparseVector words) {
    Map<String, Object> row = new HashMap<>();
    row.put("id", id);
    row.put("metadata", Json.of(Map.of()));
    row.put("title", title);
    row.put("many", many);
    row.put("words", words);
    return row;
  }

  /** As fastembed's BM25 has them, which are hashes. */
  @Test
  void sparsePositionsBeyondASparseColumnMakeJson() throws Exception {
    samples.create(Samples.named(name));
    samples.upsert(
        name,
        Samples.point(
            PointKey.of(1),
            Map.of(),
            Samples.vectors(Map.of("words", Samples.sparse(new int[] {5, -1}, 0.1f, 2f)))));

    assertThat(read().rows().get(0).value("words"))
        .isEqualTo(
            Json.of(Map.of("indices", List.of(5L, 4_294_967_295L), "values", List.of(0.1f, 2f))));
    assertThat(dataset(source()).findings())
        .contains(
            Finding.warning(
                "qdrant.sparse.json",
                "vector 'words': positions of 1000000000 and more, which no sparse column takes;"
                    + " moved as JSON"));
    assertThat(read(source().sparseDimension(30_522)).refusals())
        .containsExactly("1: vector 'words': position 4294967295, expected less than 30522");
  }

  @Test
  void cosineVectorsComeAsTheServerKeepsThem() throws Exception {
    samples.create(name, Samples.params(2, Distance.Cosine));
    samples.upsert(name, Samples.point(1, 3, 4));

    assertThat(read().rows().get(0).value("embedding")).isEqualTo(Vector.of(0.6f, 0.8f));
    assertThat(dataset(source()).findings())
        .containsExactly(
            Finding.info(
                "qdrant.vectors.normalized",
                "distance Cosine: vectors have the length 1 that Qdrant gave them when they were"
                    + " stored"));
  }

  @Test
  void aCollectionMayBeCalledByAnAlias() throws Exception {
    samples.create(name, Samples.params(1, Distance.Manhattan));
    samples.upsert(name, Samples.point(1, 3));
    String alias = LocalQdrant.newName("alias");
    samples.alias(alias, name);

    assertThat(dataset(source()).findings())
        .containsExactly(
            Finding.info(
                "qdrant.distance.unknown", "vector: distance Manhattan, moved without distance"),
            Finding.info("qdrant.aliases", "aliases, which are not moved: " + alias));
    try (SourceSession session = LocalQdrant.shared().source().collections(alias).open()) {
      Dataset dataset = Reading.dataset(session, alias);
      assertThat(dataset.findings())
          .contains(Finding.info("qdrant.alias", "alias of collection '" + name + "'"));
      Split split = session.split(dataset, 1).get(0);
      assertThat(ids(Reading.of(session, dataset, split, Position.START))).containsExactly("1");
    }
  }

  @Test
  void theSameIdMayBeThereOnceForEachShardKey() throws Exception {
    samples.create(Samples.sharded(name).build());
    samples.shardKey(name, Samples.key("b a/1"));
    samples.shardKey(name, Samples.key(42));
    samples.upsert(name, Samples.key("b a/1"), Samples.point(1, 1), Samples.point(2, 2));
    samples.upsert(name, Samples.key(42), Samples.point(1, 3));

    assertThat(dataset(source()).schema())
        .hasToString(
            "(shard_key text not null, id text not null, metadata json not null,"
                + " embedding vector(1) inner_product) key (shard_key, id)");
    assertThat(
            read().rows().stream()
                .map(
                    row ->
                        row.value("shard_key")
                            + " "
                            + row.value("id")
                            + " "
                            + ((Vector) row.value("embedding")).get(0))
                .toList())
        .containsExactly("b a/1 1 1.0", "b a/1 2 2.0", "42 1 3.0");
  }

  @Test
  void allCollectionsAreDatasetsUnlessSomeAreChosen() throws Exception {
    samples.create(name, Samples.params(1, Distance.Dot));
    String other = LocalQdrant.newName("points");
    samples.create(other, Samples.params(1, Distance.Dot));

    try (SourceSession all = LocalQdrant.shared().source().open();
        SourceSession one = source().open()) {
      assertThat(all.datasets()).extracting(Dataset::name).contains(name, other);
      assertThat(one.datasets()).extracting(Dataset::name).containsExactly(name);
    }
  }

  @Test
  void aMissingCollectionIsAnErrorAndIsNotMade() throws Exception {
    for (int i = 0; i < 2; i++) {
      try (SourceSession session = source().open()) {
        assertThatThrownBy(session::datasets)
            .isInstanceOf(IOException.class)
            .hasMessage(
                "collection '%s': not there, expected a collection or alias. Check the name"
                    .formatted(name));
      }
    }
  }

  @Test
  void manyPagesAndSplitsGiveEveryPointOnce() throws Exception {
    samples.create(name, Samples.params(1, Distance.Dot));
    List<String> expected = fill(1_000);

    assertThat(ids(read())).isEqualTo(expected);
    try (SourceSession session = source().maxAnswerBytes(8 << 10).open()) {
      Dataset dataset = Reading.dataset(session, name);
      List<Split> splits = session.split(dataset, 7);
      assertThat(splits).hasSize(7);
      List<String> ids = new ArrayList<>();
      for (Split split : splits) {
        ids.addAll(ids(Reading.of(session, dataset, split, Position.START)));
      }
      assertThat(ids).isEqualTo(expected);
    }
  }

  private List<String> fill(int points) {
    List<String> ids = new ArrayList<>();
    for (int i = 0; i < points; i++) {
      samples.upsert(name, Samples.point(3L * i, i));
      ids.add(String.valueOf(3 * i));
    }
    return ids;
  }

  @Test
  void everyKindOfChangeShowsInTheFingerprint() throws Exception {
    samples.create(name, Samples.params(1, Distance.Dot));
    fill(5);
    String before = dataset(source()).fingerprint();
    assertThat(dataset(source()).fingerprint()).isEqualTo(before);

    samples.upsert(name, Samples.point(3, 77));
    assertThat(changeSince(source(), before)).isEqualTo(Change.CHANGED);
    samples.upsert(name, Samples.point(3, 1));
    assertThat(changeSince(source(), before)).isEqualTo(Change.NONE);
    samples.upsert(
        name, Samples.point(PointKey.of(3), Map.of("new", Samples.value(1)), Samples.vectors(1)));
    assertThat(changeSince(source(), before)).isEqualTo(Change.CHANGED);
    samples.upsert(name, Samples.point(3, 1));
    samples.upsert(name, Samples.point(1_000, 1));
    assertThat(changeSince(source(), before)).isEqualTo(Change.GREW);
    samples.upsert(name, Samples.point(4, 1));
    assertThat(changeSince(source(), before)).isEqualTo(Change.CHANGED);
    assertThat(changeSince(source(), "something else")).isEqualTo(Change.CHANGED);
  }

  private Change changeSince(QdrantServer source, String recorded) throws Exception {
    try (SourceSession session = source.open()) {
      return session.changeSince(Reading.dataset(session, name), recorded);
    }
  }

  @Test
  void idsAloneShowWhatComesAndGoes() throws Exception {
    samples.create(name, Samples.params(1, Distance.Dot));
    fill(5);
    QdrantServer source = source().watchIdsOnly();
    String before = dataset(source).fingerprint();
    assertThat(ids(read(source))).containsExactly("0", "3", "6", "9", "12");

    samples.upsert(name, Samples.point(3, 77));
    assertThat(changeSince(source, before)).isEqualTo(Change.NONE);
    samples.upsert(name, Samples.point(4, 1));
    assertThat(changeSince(source, before)).isEqualTo(Change.CHANGED);
    assertThat(dataset(source).findings())
        .containsExactly(
            Finding.info(
                "qdrant.watch.ids",
                "looked through by ids alone: a change of payload or vectors goes unnoticed"));
  }

  @Test
  void aPointThatChangesWhileItIsReadEndsTheReading() throws Exception {
    samples.create(name, Samples.params(1, Distance.Dot));
    fill(5);
    try (SourceSession session = source().open()) {
      Dataset dataset = Reading.dataset(session, name);
      Split split = session.split(dataset, 1).get(0);
      samples.upsert(name, Samples.point(6, 77));
      assertThatThrownBy(() -> Reading.of(session, dataset, split, Position.START))
          .isInstanceOf(IOException.class)
          .hasMessage(
              ("collection '%s': changed while it was read: other contents in a part of 5 points."
                      + " Stop what writes to it and start over")
                  .formatted(name));
      samples.upsert(name, Samples.point(-1, 77));
      assertThatThrownBy(() -> Reading.of(session, dataset, split, Position.START))
          .isInstanceOf(IOException.class)
          .hasMessage(
              ("collection '%s': changed while it was read: 6 points in a part, expected 5. Stop"
                      + " what writes to it and start over")
                  .formatted(name));
    }
  }

  @Test
  void splitsAndPositionsOfSomethingElseAreRefused() throws Exception {
    samples.create(name, Samples.params(1, Distance.Dot));
    fill(2);
    try (SourceSession session = source().open()) {
      Dataset dataset = Reading.dataset(session, name);
      assertThatThrownBy(() -> session.read(dataset, new Split("0..2"), Position.START))
          .isInstanceOf(IOException.class)
          .hasMessage("split '0..2': not of a collection of Qdrant, expected one that was planned");
      Split split = session.split(dataset, 1).get(0);
      assertThatThrownBy(() -> session.read(dataset, split, new Position("7")))
          .isInstanceOf(IOException.class)
          .hasMessage(
              "position '7': not of a collection of Qdrant, expected one that its reader gave");
    }
  }
}
