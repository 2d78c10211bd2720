package dev.vectormigrate.sources.chroma;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import dev.vectormigrate.model.Dataset;
import dev.vectormigrate.model.Distance;
import dev.vectormigrate.model.Finding;
import dev.vectormigrate.model.Json;
import dev.vectormigrate.model.Row;
import dev.vectormigrate.model.Schema;
import dev.vectormigrate.model.Vector;
import dev.vectormigrate.sources.chroma.ChromaDirectory.MissingVectors;
import dev.vectormigrate.sources.chroma.StubChroma.Answer;
import dev.vectormigrate.sources.chroma.StubChroma.Request;
import dev.vectormigrate.sources.chroma.StubChroma.Stored;
import dev.vectormigrate.spi.Position;
import dev.vectormigrate.spi.SourceSession;
import dev.vectormigrate.spi.SourceStore;
import dev.vectormigrate.spi.Split;
import dev.vectormigrate.spi.TransientException;
import dev.vectormigrate.testkit.SourceStoreContract;
import java.io.IOException;
import java.net.URI;
import java.nio.charset.StandardCharsets;
import java.nio.file.Files;
import java.nio.file.Path;
import java.time.Duration;
import java.util.ArrayList;
import java.util.List;
import java.util.Map;
import java.util.concurrent.CountDownLatch;
import java.util.concurrent.ExecutorService;
import java.util.concurrent.Executors;
import java.util.concurrent.Future;
import java.util.concurrent.atomic.AtomicInteger;
import java.util.function.Function;
import java.util.stream.IntStream;
import java.util.stream.Stream;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Nested;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.CsvSource;
import org.junit.jupiter.params.provider.ValueSource;

class ChromaServerTest {

  private static final String GET = "/api/v1/collections/" + StubChroma.ID + "/get";

  @TempDir Path temp;
  private StubChroma stub;

  @BeforeEach
  void start() throws IOException {
    stub = StubChroma.v1().filled(5);
  }

  @AfterEach
  void stop() {
    stub.close();
  }

  private ChromaServer source() {
    return ChromaServer.at(stub.address()).workDirectory(temp);
  }

  private Rows read(ChromaServer source) throws Exception {
    try (SourceSession session = source.open()) {
      return Rows.of(session, Rows.dataset(session, "docs"));
    }
  }

  private static Schema schema() {
    return Schema.vectorCollection(2, Distance.L2);
  }

  private static Row row(int i) {
    return Row.of(
        schema(), "r" + i, "text " + i, Json.of(Map.of("n", i)), Vector.of((float) i, 0.25f));
  }

  private static List<Row> rows(int count) {
    return IntStream.range(0, count).mapToObj(ChromaServerTest::row).toList();
  }

  @Test
  void serversWithTheOlderApiAreRead() throws Exception {
    try (SourceSession session = source().open()) {
      Dataset dataset = session.datasets().get(0);
      assertThat(session.datasets()).containsExactly(dataset);
      assertThat(dataset.qualifiedName()).isEqualTo("default_tenant/default_database/docs");
      assertThat(dataset.rows()).hasValue(5);
      assertThat(dataset.findings()).isEmpty();
      assertThat(Rows.of(session, dataset).rows).isEqualTo(rows(5));
    }
    assertThat(stub.requests).extracting(Request::method).containsOnly("GET", "POST");
    assertThat(stub.requests)
        .filteredOn(request -> request.method().equals("POST"))
        .isNotEmpty()
        .allMatch(Request::isGet);
  }

  @Test
  void theNewerApiIsTakenWhereThereIsOne() throws Exception {
    try (StubChroma newer = StubChroma.v2().filled(3)) {
      assertThat(read(ChromaServer.at(newer.address())).rows).isEqualTo(rows(3));
      assertThat(newer.requests).extracting(Request::path).allMatch(p -> p.startsWith("/api/v2/"));
    }
  }

  @Test
  void idsComeInPagesAndRecordsInBatches() throws Exception {
    stub.filled(10_001);

    assertThat(read(source()).rows).isEqualTo(rows(10_001));
    assertThat(stub.requests)
        .filteredOn(request -> request.isGet() && !request.body().has("ids"))
        .extracting(request -> request.body().get("offset").asInt())
        .containsExactly(0, 0, 4_999, 9_999, 10_000);
    assertThat(stub.requests)
        .filteredOn(Request::isGet)
        .allMatch(request -> request.ids().size() <= 2_000);
  }

  @Test
  void readersWorkSideBySide() throws Exception {
    stub.filled(3_000);
    ExecutorService threads = Executors.newFixedThreadPool(4);
    try (SourceSession session = source().open()) {
      Dataset dataset = session.datasets().get(0);
      List<Future<Rows>> parts = new ArrayList<>();
      for (Split split : session.split(dataset, 4)) {
        parts.add(threads.submit(() -> Rows.of(session, dataset, split, Position.START)));
      }
      List<Row> read = new ArrayList<>();
      for (Future<Rows> part : parts) {
        read.addAll(part.get().rows);
      }
      assertThat(parts).hasSize(4);
      assertThat(read).isEqualTo(rows(3_000));
    } finally {
      threads.shutdownNow();
    }
  }

  @Test
  void scratchFilesAreRemoved() throws Exception {
    SourceSession session = source().open();
    session.datasets();
    assertThat(filesBelowTemp()).isNotEmpty();
    session.close();
    assertThat(filesBelowTemp()).isEmpty();
  }

  private List<Path> filesBelowTemp() throws IOException {
    try (Stream<Path> files = Files.list(temp)) {
      return files.toList();
    }
  }

  @Test
  void valuesKeepTheirTypesAndVectorsTheirBits() throws Exception {
    stub.records.clear();
    stub.records.put(
        "\u00fc \"id\"",
        new Stored(
            "[1.401298464324817e-45,0.30000001192092896]",
            "\"\"",
            "{\"i\":9223372036854775807,\"f\":2.0,\"g\":0.10000000000000001,\"b\":false,"
                + "\"l\":[1,2],\"m\":[0.5,1.0],\"none\":null}",
            "null"));
    stub.records.put("nothing", new Stored("[-0.0,3.4028234663852886e+38]", "null", "{}", "null"));

    assertThat(read(source()).rows)
        .containsExactly(
            Row.of(
                schema(),
                "\u00fc \"id\"",
                "",
                Json.of(
                    Map.of(
                        "i",
                        Long.MAX_VALUE,
                        "f",
                        2.0,
                        "g",
                        0.1,
                        "b",
                        false,
                        "l",
                        List.of(1, 2),
                        "m",
                        List.of(0.5, 1.0))),
                Vector.of(Float.MIN_VALUE, 0.3f)),
            Row.of(schema(), "nothing", null, null, Vector.of(-0.0f, Float.MAX_VALUE)));
  }

  @Test
  void urisHaveAFieldWhereAnyRecordHasOne() throws Exception {
    stub.records.put("with", new Stored("[1,2]", "null", "null", "\"file:///a\""));

    Rows rows = read(source());
    assertThat(rows.row("with").value("uri")).isEqualTo("file:///a");
    assertThat(rows.row("r0").value("uri")).isNull();
    assertThat(rows.row("r0").schema().indexOf("uri")).isEqualTo(2);
  }

  @Test
  void serversThatKnowNoUrisAreReadWithoutThem() throws Exception {
    stub.instead = request -> request.includes("uris") ? Answer.of(422, "{\"detail\":[]}") : null;
    assertThat(read(source()).rows).isEqualTo(rows(5));
  }

  @Test
  void recordsThatCannotBeMovedAreRefusedOneByOne() throws Exception {
    stub.records.put("null in it", new Stored("[1,null]", "null", "null", "null"));
    stub.records.put("too long", new Stored("[1,2,3]", "null", "null", "null"));
    stub.records.put("surrogate", new Stored("[1,2]", "\"\\ud800\"", "null", "null"));
    stub.records.put("nan", new Stored("[1,2]", "null", "{\"x\":NaN}", "null"));
    stub.records.put("number", new Stored("[1,2]", "7", "null", "null"));

    Rows rows = read(source());
    assertThat(rows.rows).isEqualTo(rows(5));
    assertThat(rows.rejections)
        .containsExactly(
            "null in it: vector: null, expected numbers",
            "too long: vector: dimension 3, expected 2 as the collection says",
            "surrogate: document: not Unicode text",
            "nan: metadata: key 'x': NaN or infinite, which JSON has no number for",
            "number: document: a number, expected text");
  }

  @Test
  void recordsWithoutVectorAreIsolated() throws Exception {
    stub.filled(300);
    Stored third = stub.records.get("r3");
    stub.records.put("r3", new Stored("null", third.document(), third.metadata(), "null"));
    stub.records.put("r299", new Stored("null", "null", "null", "null"));

    try (SourceSession session = source().open()) {
      Dataset dataset = session.datasets().get(0);
      assertThat(dataset.findings())
          .containsExactly(
              Finding.warning(
                  "chroma.vectors.missing",
                  "records without a vector in Chroma: 2, they will be moved without one: r3,"
                      + " r299"));
      List<Row> expected = new ArrayList<>(rows(300));
      expected.set(3, Row.of(schema(), "r3", "text 3", Json.of(Map.of("n", 3)), null));
      expected.set(299, Row.of(schema(), "r299", null, null, null));
      assertThat(Rows.of(session, dataset).rows).isEqualTo(expected);
    }
    Rows refused = read(source().missingVectors(MissingVectors.REJECT));
    assertThat(refused.rows).hasSize(298);
    assertThat(refused.rejections)
        .containsExactly(
            "r3: vector: none in Chroma, expected one",
            "r299: vector: none in Chroma, expected one");
  }

  @Test
  void aLostVectorThatOldServersLeaveOutIsIsolatedToo() throws Exception {
    stub.instead =
        request ->
            request.includes("embeddings") && request.ids().contains("r2")
                ? Answer.of(200, withoutVectorOf("r2", request.ids()))
                : null;

    Rows rows = read(source());
    List<Row> expected = new ArrayList<>(rows(5));
    expected.set(2, Row.of(schema(), "r2", "text 2", Json.of(Map.of("n", 2)), null));
    assertThat(rows.rows).isEqualTo(expected);
  }

  private String withoutVectorOf(String lost, List<String> ids) {
    List<String> vectors =
        ids.stream()
            .filter(id -> !id.equals(lost))
            .map(id -> stub.records.get(id).embedding())
            .toList();
    List<String> quoted = ids.stream().map(id -> '"' + id + '"').toList();
    List<String> nulls = ids.stream().map(id -> "null").toList();
    return "{\"ids\":%s,\"embeddings\":%s,\"documents\":%s,\"metadatas\":%s}"
        .formatted(quoted, vectors, nulls, nulls);
  }

  @ParameterizedTest
  @ValueSource(ints = {400, 413, 422, 500, 504})
  void batchesBecomeSmallerWhereTheServerTakesFewRecords(int status) throws Exception {
    stub.filled(40);
    stub.instead =
        request ->
            request.isGet() && request.body().path("limit").asInt() > 3
                ? Answer.of(status, "{\"error\":\"too many\"}")
                : null;
    assertThat(read(source()).rows).isEqualTo(rows(40));
  }

  @Test
  void aSingleRecordThatIsTooLargeIsRefused() throws Exception {
    stub.instead =
        request ->
            request.includes("embeddings") && request.ids().contains("r1")
                ? Answer.of(413, "")
                : null;
    Rows rows = read(source());
    assertThat(rows.ids()).containsExactly("r0", "r2", "r3", "r4");
    assertThat(rows.rejections)
        .containsExactly(
            "r1: record: its answer has more than 67108864 bytes or is nested too deeply, expected"
                + " less");
  }

  @Test
  void anAnswerBeyondTheLimitIsCutOffAndAskedForInParts() throws Exception {
    byte[] much = new byte[17 << 20];
    AtomicInteger cut = new AtomicInteger();
    stub.instead =
        request -> {
          if (request.includes("embeddings") && request.ids().size() > 1) {
            cut.incrementAndGet();
            return new Answer(200, much, much.length);
          }
          return null;
        };
    assertThat(read(source()).rows).isEqualTo(rows(5));
    assertThat(cut).hasPositiveValue();
  }

  @ParameterizedTest
  @ValueSource(ints = {429, 502, 503})
  void aBusyServerIsWorthAnotherTry(int status) throws Exception {
    Function<Request, Answer> busy =
        request -> request.includes("embeddings") ? Answer.of(status, "secret text") : null;
    stub.instead = busy;
    try (SourceSession session = source().open()) {
      assertThatThrownBy(session::datasets)
          .isInstanceOf(TransientException.class)
          .hasMessage(
              "POST %s: HTTP %d, expected an answer. The server is busy or away", GET, status);
      stub.instead = request -> null;
      Dataset dataset = session.datasets().get(0);
      stub.instead = busy;
      assertThatThrownBy(() -> Rows.of(session, dataset)).isInstanceOf(TransientException.class);
      stub.instead = request -> null;
      assertThat(Rows.of(session, dataset).rows).isEqualTo(rows(5));
    }
  }

  @ParameterizedTest
  @CsvSource({"Retry-After,7,PT7S", "retry-after-ms,250,PT0.25S", "x-other,7,PT0S"})
  void aBusyServerSaysHowLongToWait(String header, String value, Duration expected)
      throws Exception {
    stub.instead =
        request ->
            request.includes("embeddings")
                ? new Answer(429, new byte[] {1}, 1, Map.of(header, value))
                : null;
    try (SourceSession session = source().open()) {
      assertThatThrownBy(session::datasets)
          .isInstanceOfSatisfying(
              TransientException.class,
              failure -> assertThat(failure.retryAfter()).isEqualTo(expected));
    }
  }

  @Test
  void aServerThatFailsAtOneRecordIsWorthAnotherTry() throws Exception {
    stub.instead =
        request ->
            request.includes("embeddings")
                ? Answer.of(500, "{\"error\":\"KeyError('r1')\"}")
                : null;
    try (SourceSession session = source().open()) {
      assertThatThrownBy(session::datasets)
          .isInstanceOf(TransientException.class)
          .hasMessage(
              "POST %s: HTTP 500, expected an answer. See what the server's own log says", GET);
    }
  }

  @Test
  void anAnswerThatIsCutOffIsWorthAnotherTry() throws Exception {
    stub.instead =
        request ->
            request.includes("embeddings") ? Answer.of(200, "{\"ids\":[\"r0\",\"secr") : null;
    try (SourceSession session = source().open()) {
      assertThatThrownBy(session::datasets)
          .isInstanceOf(TransientException.class)
          .hasMessage(
              "POST %s: malformed near byte 18 of 18, expected JSON. The answer may be cut off",
              GET);
    }
  }

  @Test
  void aConnectionThatBreaksIsWorthAnotherTry() throws Exception {
    stub.instead =
        request ->
            request.includes("embeddings")
                ? new Answer(200, "{\"ids\":[".getBytes(StandardCharsets.UTF_8), 1_000)
                : null;
    try (SourceSession session = source().open()) {
      assertThatThrownBy(session::datasets)
          .isInstanceOf(TransientException.class)
          .hasMessageStartingWith("POST " + GET + ": ")
          .hasMessageEndingWith(", expected an answer. Check address and server");
    }
  }

  @Test
  void aServerThatDoesNotAnswerInTimeIsWorthAnotherTry() throws Exception {
    CountDownLatch end = new CountDownLatch(1);
    stub.instead =
        request -> {
          if (request.includes("embeddings")) {
            await(end);
          }
          return null;
        };
    try (SourceSession session = source().timeout(Duration.ofMillis(300)).open()) {
      assertThatThrownBy(session::datasets)
          .isInstanceOf(TransientException.class)
          .hasMessage(
              "POST %s: no complete answer within PT0.3S, expected one. Raise the timeout of the source",
              GET);
    } finally {
      end.countDown();
    }
  }

  private static void await(CountDownLatch end) {
    try {
      end.await();
    } catch (InterruptedException e) {
      Thread.currentThread().interrupt();
    }
  }

  @Test
  void aCountThatDiffersFromTheIdsIsAnError() throws Exception {
    stub.instead = request -> request.path().endsWith("/count") ? Answer.of(200, "6") : null;
    assertChanged("5 ids, expected 6");
    stub.instead = request -> request.path().endsWith("/count") ? Answer.of(200, "4") : null;
    assertChanged("5 ids, expected 4");
  }

  @Test
  void idsThatComeTwiceAreAnError() throws Exception {
    stub.instead =
        request ->
            request.isGet()
                ? Answer.of(200, "{\"ids\":[\"a\",\"a\",\"b\",\"c\",\"d\"],\"uris\":null}")
                : null;
    assertChanged("record 'a' is listed twice");
  }

  @Test
  void aDeletionBetweenTwoPagesOfIdsIsNoticed() throws Exception {
    stub.filled(6_000);
    stub.instead =
        request -> {
          if (request.isGet() && request.body().path("offset").asInt() > 0) {
            stub.records.remove("r17");
          }
          return null;
        };
    assertChanged("the order of its ids is another one");
  }

  private void assertChanged(String how) throws Exception {
    try (SourceSession session = source().open()) {
      assertThatThrownBy(session::datasets)
          .isInstanceOf(IOException.class)
          .hasMessage(
              "collection 'default_tenant/default_database/docs': changed while it was read, %s."
                  + " Stop what writes to it and start again",
              how);
    }
  }

  @Test
  void columnsOfDifferentLengthAreAnError() throws Exception {
    stub.instead =
        request ->
            request.includes("documents")
                ? Answer.of(200, "{\"ids\":[\"r0\"],\"documents\":[],\"embeddings\":[[1,2]]}")
                : null;
    try (SourceSession session = source().open()) {
      assertThatThrownBy(session::datasets)
          .isInstanceOf(IOException.class)
          .hasMessage(
              "answer: 0 documents, expected 1. Check that the address is that of a Chroma server");
    }
  }

  @Test
  void credentialsAreSentAndNeverShown() throws Exception {
    stub.instead =
        request ->
            "Bearer s3cret".equals(request.headers().getFirst("Authorization"))
                    && "s3cret".equals(request.headers().getFirst("X-Chroma-Token"))
                    && "42".equals(request.headers().getFirst("X-Proxy"))
                ? null
                : Answer.of(403, "{\"error\":\"AuthError\"}");
    ChromaServer source = source().token("s3cret").header("X-Proxy", "42");

    assertThat(read(source).rows).isEqualTo(rows(5));
    assertThat(source.toString())
        .isEqualTo(source.name())
        .isEqualTo("chroma+" + stub.address())
        .doesNotContain("s3cret");
    assertThatThrownBy(() -> source().token("wr0ng").open())
        .isInstanceOf(IOException.class)
        .hasMessage(
            "GET /api/v2/version: HTTP 403, expected access. Give the source a token, a password or"
                + " a header");
  }

  @Test
  void basicAuthenticationIsSent() throws Exception {
    stub.instead =
        request ->
            "Basic dTpww6Q6".equals(request.headers().getFirst("Authorization"))
                ? null
                : Answer.of(401, "");
    assertThat(read(source().basic("u", "p\u00e4:")).rows).isEqualTo(rows(5));
  }

  @Test
  void aHeaderThatHttpDoesNotAllowIsRefusedWithoutBeingShown() {
    assertThatThrownBy(() -> source().token("s3cret\n"))
        .isInstanceOf(IllegalArgumentException.class)
        .hasMessage("header: a name or value that HTTP does not allow, expected printable ASCII");
  }

  @ParameterizedTest
  @ValueSource(
      strings = {
        "http://u:s3cret@h",
        "http://h/?token=s3cret",
        "http://h/#s3cret",
        "file:///s3cret",
        "s3cret"
      })
  void anAddressIsAnAddressAndNoMore(String address) {
    assertThatThrownBy(() -> ChromaServer.at(URI.create(address)))
        .isInstanceOf(IllegalArgumentException.class)
        .hasMessageStartingWith("address of a Chroma server: ")
        .message()
        .doesNotContain("s3cret");
  }

  @Test
  void aServerOfAnotherKindIsRefused() throws Exception {
    stub.instead = request -> Answer.of(404, "<html>");
    assertThatThrownBy(() -> source().open())
        .isInstanceOf(IOException.class)
        .hasMessage(
            "GET /api/v2/version, GET /api/v1/version: HTTP 404, expected one of them. Check that"
                + " the address is that of a Chroma server");
  }

  @Test
  void aServerThatMixesUpVectorsIsRefused() throws Exception {
    stub.instead =
        request -> request.path().equals("/api/v1/version") ? Answer.of(200, "\"0.4.3\"") : null;
    assertThatThrownBy(() -> source().open())
        .isInstanceOf(IOException.class)
        .hasMessage(
            "server: Chroma 0.4.3, whose answers mix up vectors, expected 0.4.4 or later. Read its"
                + " directory instead: ChromaDirectory, chroma:DIR");
  }

  @Test
  void redirectionsAreNotFollowed() throws Exception {
    stub.instead = request -> Answer.of(302, "");
    assertThatThrownBy(() -> source().token("s3cret").open())
        .isInstanceOf(IOException.class)
        .hasMessage(
            "GET /api/v2/version: HTTP 302, expected 200. Check that the address is that of a"
                + " Chroma server");
    assertThat(stub.requests).hasSize(1);
  }

  @Test
  void aServerThatKnowsNoTenantsIsNotReadTwice() throws Exception {
    stub.collections = "[{\"id\":\"" + StubChroma.ID + "\",\"name\":\"docs\"}]";
    stub.instead =
        request ->
            request.path().contains("acme") && !request.path().contains("/collections")
                ? Answer.of(200, "{}")
                : null;
    assertThatThrownBy(() -> source().tenants("acme").open())
        .isInstanceOf(IOException.class)
        .hasMessage(
            "collection 'docs': of the tenant 'default_tenant', expected 'acme'. This server may"
                + " not know the name");
  }

  @Test
  void anIdThatIsNoUuidNeverBecomesPartOfAPath() throws Exception {
    stub.collections = "[{\"id\":\"../../../secret\",\"name\":\"docs\"}]";
    assertThatThrownBy(() -> source().open())
        .isInstanceOf(IOException.class)
        .hasMessage("collection 'docs': its id is no UUID, expected one");
  }

  /** The older API keeps the rules of every source; also with a record that lost its vector. */
  @Nested
  class Contract extends SourceStoreContract {

    @Override
    protected SourceStore source() {
      stub.records.put("lost", new Stored("null", "null", "null", "null"));
      return ChromaServerTest.this.source();
    }
  }
}
