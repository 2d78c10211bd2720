package dev.vectormigrate.sources.chroma;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;
import static org.junit.jupiter.api.Assumptions.abort;

import com.fasterxml.jackson.databind.JsonNode;
import dev.vectormigrate.MigrationPlan;
import dev.vectormigrate.model.Dataset;
import dev.vectormigrate.model.Digest;
import dev.vectormigrate.model.Finding;
import dev.vectormigrate.model.Json;
import dev.vectormigrate.model.Row;
import dev.vectormigrate.model.Vector;
import dev.vectormigrate.sources.chroma.ChromaDirectory.MissingVectors;
import dev.vectormigrate.sources.chroma.ChromaDirectory.Snapshot;
import dev.vectormigrate.spi.SourceSession;
import dev.vectormigrate.spi.SourceSession.Change;
import dev.vectormigrate.spi.SourceStore;
import dev.vectormigrate.spi.TargetSession;
import dev.vectormigrate.testkit.InMemoryTarget;
import dev.vectormigrate.testkit.SourceStoreContract;
import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.List;
import java.util.Map;
import java.util.Random;
import java.util.TreeMap;
import java.util.stream.IntStream;
import java.util.stream.Stream;
import org.junit.jupiter.api.AfterAll;
import org.junit.jupiter.api.BeforeAll;
import org.junit.jupiter.api.Nested;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.MethodSource;

/**
 * A real server is read over HTTP. Without npm, or where its package can't be had or doesn't run,
 * these tests are left out, and the build says so.
 */
class ChromaServerIT {

  private static final String DATABASE = "/tenants/default_tenant/databases/default_database";

  @TempDir Path temp;

  @BeforeAll
  static void needAServer(@TempDir Path temp) throws Exception {
    try (RealChroma server = RealChroma.on(temp)) {
      assertThat(server.address().getPort()).isPositive();
    } catch (RealChroma.UnavailableException e) {
      String message = "LEFT OUT: ChromaServerIT, all tests against a real Chroma server: ";
      System.err.println(message + e.getMessage());
      abort(message + e.getMessage());
    }
  }

  static Stream<Fixture> fixtures() {
    return Stream.of(Fixture.V0_4_24, Fixture.V0_5_5);
  }

  @ParameterizedTest
  @MethodSource("fixtures")
  void everyRecordIsWhatTheServerOfItsTimeAnswered(Fixture fixture) throws Exception {
    JsonNode collections = fixture.expected().get("collections");
    try (RealChroma server = RealChroma.on(fixture.unpack(temp));
        SourceSession session = source(server).open()) {
      assertThat(session.datasets()).hasSize(collections.size());
      for (JsonNode expected : collections) {
        FixtureTest.check(session, expected);
      }
    }
  }

  @ParameterizedTest
  @MethodSource("fixtures")
  void theDigestIsThatOfTheDirectory(Fixture fixture) throws Exception {
    Map<String, Digest> ofDirectory = digests(ChromaDirectory.at(fixture.unpack(temp)));
    try (RealChroma server = RealChroma.on(temp.resolve(fixture.name()))) {
      assertThat(digests(source(server))).isEqualTo(ofDirectory);
    }
    assertThat(ofDirectory)
        .containsOnlyKeys(
            "default_tenant/default_database/cosine_small",
            "default_tenant/default_database/ip_wal_only",
            "default_tenant/default_database/l2_default",
            "default_tenant/default_database/no_docs")
        .doesNotContainValue(Digest.NONE);
  }

  @Test
  void whatAServerOfTodayWroteHasTheSameDigestAsItsDirectory() throws Exception {
    Path directory = temp.resolve("new");
    try (RealChroma server = RealChroma.on(directory)) {
      server.send("POST", "/tenants", "{\"name\":\"acme & co\"}");
      server.send("POST", "/tenants/acme%20%26%20co/databases", "{\"name\":\"prod\"}");
      String types = create(server, "/tenants/acme%20%26%20co/databases/prod", "types", "l2");
      server.send(
          "POST",
          types + "/add",
          """
          {"ids":["a","\u00fc \\"quoted\\"","empty"],
           "embeddings":[[0.1,-0.0],[3.4028235e38,1.1754944e-38],[1,16777217]],
           "documents":["one\\ntwo","", null],
           "uris":["https://example.org/a",null,null],
           "metadatas":[{"i":9223372036854775807,"f":1.0,"e":1e300,"b":true,"s":"1","k\u00fc":0.1},
             {"i":-1},null]}""");
      create(server, DATABASE, "nothing", "ip");

      ChromaServer source = source(server).tenants("default_tenant", "acme & co");
      assertThat(digests(source))
          .isEqualTo(digests(ChromaDirectory.at(directory).snapshot(Snapshot.ALWAYS)))
          .containsOnlyKeys("acme & co/prod/types", "default_tenant/default_database/nothing");
      try (SourceSession session = source.open()) {
        Rows rows = Rows.of(session, Rows.dataset(session, "types"));
        assertThat(rows.ids()).containsExactly("a", "\u00fc \"quoted\"", "empty");
        Row first = rows.row("a");
        assertThat(first.value("uri")).isEqualTo("https://example.org/a");
        assertThat(first.value("embedding")).isEqualTo(Vector.of(0.1f, -0.0f));
        assertThat(first.value("metadata"))
            .isEqualTo(
                Json.of(
                    Map.of(
                        "i",
                        Long.MAX_VALUE,
                        "f",
                        1.0,
                        "e",
                        1e300,
                        "b",
                        true,
                        "s",
                        "1",
                        "k\u00fc",
                        0.1)));
        assertThat(rows.row("empty").value("embedding")).isEqualTo(Vector.of(1, 16777216));
        assertThat(rows.row("empty").value("metadata")).isNull();
      }
    }
  }

  @Test
  void aServerRoundsVectorsOfTheCosineSpaceThatItsLogHasExactly() throws Exception {
    Path directory = temp.resolve("cosine");
    try (RealChroma server = RealChroma.on(directory)) {
      String path = create(server, DATABASE, "angles", "cosine");
      Random random = new Random(1);
      List<String> ids = IntStream.range(0, 200).mapToObj(i -> "\"r" + i + '"').toList();
      List<String> vectors =
          ids.stream()
              .map(
                  id ->
                      random.doubles(8, -10, 10).mapToObj(d -> Float.toString((float) d)).toList())
              .map(List::toString)
              .toList();
      server.send("POST", path + "/add", "{\"ids\":%s,\"embeddings\":%s}".formatted(ids, vectors));

      Rows exact = Rows.of(ChromaDirectory.at(directory).snapshot(Snapshot.ALWAYS), "angles");
      try (SourceSession session = source(server).open()) {
        Rows answered = Rows.of(session, Rows.dataset(session, "angles"));
        assertThat(answered.ids()).hasSize(200).isEqualTo(exact.ids());
        int rounded = 0;
        for (int i = 0; i < 200; i++) {
          Vector sent = (Vector) exact.rows.get(i).value("embedding");
          Vector answer = (Vector) answered.rows.get(i).value("embedding");
          rounded += sent.equals(answer) ? 0 : 1;
          for (int k = 0; k < 8; k++) {
            assertThat(Math.abs(answer.get(k) - sent.get(k)))
                .isLessThanOrEqualTo(2 * Math.ulp(sent.get(k)));
          }
        }
        assertThat(rounded).as("rounded vectors").isPositive();
      }
    }
  }

  @Test
  void aRecordThatLostItsVectorIsFoundAmongTheOthers() throws Exception {
    Path directory = Fixture.V0_5_5.unpack(temp);
    Edits edits = new Edits(directory);
    edits.sql(
        "INSERT INTO embeddings (id, segment_id, embedding_id, seq_id) VALUES (999999, ?, 'lost',"
            + " ?)",
        edits.segment("l2_default", "METADATA"),
        new byte[] {0, 0, 0, 0, 0, 0, 0, 1});
    Rows ofDirectory = Rows.of(directory, "l2_default");
    try (RealChroma server = RealChroma.on(directory)) {
      try (SourceSession session = source(server).open()) {
        Dataset dataset = Rows.dataset(session, "l2_default");
        assertThat(dataset.findings())
            .containsExactly(
                Finding.warning(
                    "chroma.vectors.missing",
                    "records without a vector in Chroma: 1, they will be moved without one: lost"));
        Rows rows = Rows.of(session, dataset);
        assertThat(rows.rows).hasSize(1_100).isEqualTo(ofDirectory.rows);
        assertThat(rows.row("lost").value("embedding")).isNull();
      }
      try (SourceSession session = source(server).missingVectors(MissingVectors.REJECT).open()) {
        Rows rows = Rows.of(session, Rows.dataset(session, "l2_default"));
        assertThat(rows.rows).hasSize(1_099);
        assertThat(rows.rejections).containsExactly("lost: vector: none in Chroma, expected one");
      }
    }
  }

  @Test
  void aServerThatFailsAtItsOwnLogIsNotTakenForOneThatLostVectors() throws Exception {
    try (RealChroma server = RealChroma.on(temp.resolve("broken"))) {
      String path = create(server, DATABASE, "broken", "l2");
      server.send("POST", path + "/add", "{\"ids\":[\"a\"],\"embeddings\":[[1,2]]}");
      // It is in the log when the answer says that applying it failed.
      assertThatThrownBy(
              () ->
                  server.send(
                      "POST", path + "/add", "{\"ids\":[\"b\"],\"documents\":[\"no vector\"]}"))
          .hasMessageContaining("Failed to apply logs");

      try (SourceSession session = source(server).open()) {
        assertThatThrownBy(session::datasets)
            .isInstanceOf(IOException.class)
            .hasMessage(
                "GET /api/v2%s/count: HTTP 500, the server fails to apply its own log. Stop it and read its directory instead: ChromaDirectory, chroma:DIR"
                    .formatted(path));
      }
    }
  }

  @Test
  void aChangeBetweenPlanAndReadingStopsTheReader() throws Exception {
    Path directory = Fixture.V0_5_5.unpack(temp);
    try (RealChroma server = RealChroma.on(directory)) {
      String path = path(server, "no_docs");
      assertStops(
          server,
          path + "/update",
          "{\"ids\":[\"y\"],\"embeddings\":[[0.0,1.0000001]]}",
          "record 'y' is another one");
      assertStops(server, path + "/delete", "{\"ids\":[\"y\"]}", "record 'y' is gone");
      assertStops(
          server,
          path + "/add",
          "{\"ids\":[\"new\"],\"embeddings\":[[1,1]]}",
          "4 records, expected 3");
    }
  }

  private static void assertStops(RealChroma server, String path, String json, String how)
      throws Exception {
    try (SourceSession session = source(server).open()) {
      Dataset dataset = Rows.dataset(session, "no_docs");
      server.send("POST", path, json);
      assertThatThrownBy(() -> Rows.of(session, dataset))
          .isInstanceOf(IOException.class)
          .hasMessage(
              "collection 'default_tenant/default_database/no_docs': changed while it was read, "
                  + how
                  + ". Stop what writes to it and start again");
    }
  }

  @Test
  void aCollectionThatOnlyGrewIsToldApart() throws Exception {
    try (RealChroma server = RealChroma.on(Fixture.V0_5_5.unpack(temp))) {
      String path = path(server, "no_docs");
      String recorded = fingerprint(server);
      assertThat(since(server, recorded)).isEqualTo(Change.NONE);
      server.send("POST", path + "/add", "{\"ids\":[\"new\"],\"embeddings\":[[1,1]]}");
      assertThat(since(server, recorded)).isEqualTo(Change.GREW);
      server.send("POST", path + "/update", "{\"ids\":[\"x\"],\"documents\":[\"changed\"]}");
      assertThat(since(server, recorded)).isEqualTo(Change.CHANGED);
    }
  }

  private static String fingerprint(RealChroma server) throws Exception {
    try (SourceSession session = source(server).open()) {
      return Rows.dataset(session, "no_docs").fingerprint();
    }
  }

  private static Change since(RealChroma server, String recorded) throws Exception {
    try (SourceSession session = source(server).open()) {
      return session.changeSince(Rows.dataset(session, "no_docs"), recorded);
    }
  }

  @Test
  void whatIsNotThereIsAnError() throws Exception {
    try (RealChroma server = RealChroma.on(temp.resolve("empty"))) {
      assertThatThrownBy(() -> source(server).tenants("nobody").open())
          .isInstanceOf(IOException.class)
          .hasMessage("tenant 'nobody': missing at the server, expected it. Check the name");
      assertThatThrownBy(() -> source(server).databases("nothing").open())
          .isInstanceOf(IOException.class)
          .hasMessage(
              "database 'default_tenant/nothing': missing at the server, expected it. Check the"
                  + " name");
    }
  }

  /** A server keeps the rules of every source. */
  @Nested
  class Contract extends SourceStoreContract {

    static RealChroma server;

    @BeforeAll
    static void start(@TempDir Path directory) throws Exception {
      server = RealChroma.on(Files.createDirectories(directory.resolve("contract")));
      String path = create(server, DATABASE, "first", "l2");
      StringBuilder ids = new StringBuilder();
      StringBuilder vectors = new StringBuilder();
      for (int i = 0; i < 23; i++) {
        ids.append(i == 0 ? "" : ",").append("\"r").append(i).append('"');
        vectors.append(i == 0 ? "" : ",").append("[").append(i).append(",0.5]");
      }
      server.send(
          "POST", path + "/add", "{\"ids\":[" + ids + "],\"embeddings\":[" + vectors + "]}");
      create(server, DATABASE, "second", "cosine");
    }

    @AfterAll
    static void stop() {
      server.close();
    }

    @Override
    protected SourceStore source() {
      return ChromaServerIT.source(server);
    }
  }

  private static ChromaServer source(RealChroma server) {
    return ChromaServer.at(server.address());
  }

  private static String create(RealChroma server, String database, String name, String space)
      throws Exception {
    String json =
        "{\"name\":\"%s\",\"configuration\":{\"hnsw\":{\"space\":\"%s\"}}}".formatted(name, space);
    return database
        + "/collections/"
        + server.send("POST", database + "/collections", json).get("id").asText();
  }

  private static String path(RealChroma server, String collection) throws Exception {
    for (JsonNode json : server.send("GET", DATABASE + "/collections", "")) {
      if (json.get("name").asText().equals(collection)) {
        return DATABASE + "/collections/" + json.get("id").asText();
      }
    }
    throw new AssertionError(collection + ": not there");
  }

  /** What the engine computes over the rows of each dataset. */
  private static Map<String, Digest> digests(SourceStore source) throws Exception {
    InMemoryTarget target = InMemoryTarget.empty();
    MigrationPlan.builder("digests").from(source).into(target).build().run();
    Map<String, Digest> digests = new TreeMap<>();
    try (TargetSession session = target.open("digests")) {
      session
          .find()
          .orElseThrow()
          .datasets()
          .forEach(dataset -> digests.put(dataset.name(), dataset.total().digest()));
    }
    return digests;
  }
}
