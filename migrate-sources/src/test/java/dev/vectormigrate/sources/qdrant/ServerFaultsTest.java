package dev.vectormigrate.sources.qdrant;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;
import static org.assertj.core.api.InstanceOfAssertFactories.type;

import dev.vectormigrate.model.Dataset;
import dev.vectormigrate.model.Finding;
import dev.vectormigrate.model.Row;
import dev.vectormigrate.sources.files.Reading;
import dev.vectormigrate.spi.Position;
import dev.vectormigrate.spi.RowReader;
import dev.vectormigrate.spi.SourceSession;
import dev.vectormigrate.spi.Split;
import dev.vectormigrate.spi.TransientException;
import io.grpc.Metadata;
import io.grpc.Status;
import io.grpc.StatusRuntimeException;
import io.qdrant.client.grpc.Collections.CollectionInfo;
import io.qdrant.client.grpc.Collections.CollectionStatus;
import io.qdrant.client.grpc.Collections.CreateCollection;
import io.qdrant.client.grpc.Collections.Distance;
import io.qdrant.client.grpc.Collections.StrictModeConfig;
import io.qdrant.client.grpc.Collections.UpdateQueueInfo;
import io.qdrant.client.grpc.Collections.VectorsConfig;
import io.qdrant.client.grpc.JsonWithInt.Value;
import io.qdrant.client.grpc.Points.RetrievedPoint;
import io.qdrant.client.grpc.Points.ScrollPoints;
import java.io.IOException;
import java.time.Duration;
import java.util.ArrayList;
import java.util.List;
import java.util.Map;
import java.util.logging.Level;
import java.util.logging.Logger;
import java.util.stream.IntStream;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.EnumSource;

/** What servers of other ages, and servers in trouble, do. */
class ServerFaultsTest {

  private static final String NAME = "docs";

  /** gRPC tells of every packet that comes after it gave an answer up. */
  private static final Logger STREAMS = Logger.getLogger("io.grpc.internal");

  static {
    STREAMS.setLevel(Level.WARNING);
  }

  private QdrantStandIn server;
  private Samples samples;

  @BeforeEach
  void start() throws IOException {
    server = QdrantStandIn.start();
    samples = new Samples("localhost", server.port());
    samples.create(NAME, Samples.params(1, Distance.Dot));
  }

  @AfterEach
  void stop() {
    samples.close();
    server.close();
  }

  private QdrantServer source() {
    return QdrantServer.at("localhost", server.port());
  }

  private List<String> fill(int points, int textBytes) {
    Map<String, Value> payload = Map.of("long", Samples.value("x".repeat(textBytes)));
    List<String> ids = new ArrayList<>();
    for (int i = 0; i < points; i++) {
      samples.upsert(NAME, Samples.point(PointKey.of(i), payload, Samples.vectors(i)));
      ids.add(String.valueOf(i));
    }
    return ids;
  }

  private static List<String> ids(Reading reading) {
    return reading.rows().stream().map(Row::id).toList();
  }

  private static Reading read(QdrantServer source) throws Exception {
    try (SourceSession session = source.open()) {
      Dataset dataset = Reading.dataset(session, NAME);
      return Reading.of(session, dataset, session.split(dataset, 1).get(0), Position.START);
    }
  }

  @Test
  void bothShapesOfVectorsAreRead() throws Exception {
    samples.create(Samples.named("named"));
    samples.upsert(
        "named",
        Samples.point(
            PointKey.of(1),
            Map.of(),
            Samples.vectors(
                Map.of(
                    "title",
                    Samples.dense(0.1f, 2),
                    "many",
                    Samples.multi(new float[] {0.1f, 0.2f}, new float[] {0.3f, 0.4f}),
                    "words",
                    Samples.sparse(new int[] {3, 7}, 0.1f, -2f)))),
        Samples.point(
            PointKey.of(2),
            Map.of(),
            Samples.vectors(Map.of("words", Samples.sparse(new int[] {})))));
    fill(1, 1);

    List<List<Object>> shapes = new ArrayList<>();
    for (boolean flat : new boolean[] {false, true}) {
      server.flat = flat;
      try (SourceSession session = source().open()) {
        Dataset dataset = Reading.dataset(session, "named");
        Split split = session.split(dataset, 1).get(0);
        shapes.add(Reading.of(session, dataset, split, Position.START).items);
      }
      assertThat(ids(read(source()))).containsExactly("0");
    }
    assertThat(shapes.get(0)).hasSize(2).allMatch(Row.class::isInstance);
    assertThat(shapes.get(1)).isEqualTo(shapes.get(0));
  }

  /** A helper of the client takes any flat vector for a dense one. */
  @Test
  void aVectorOfAnotherFormRefusesItsPoint() throws Exception {
    server.flat = true;
    samples.upsert(
        NAME,
        Samples.point(
            PointKey.of(1),
            Map.of(),
            Samples.vectors(Map.of("", Samples.sparse(new int[] {3}, 1f)))),
        Samples.point(PointKey.of(2), Map.of(), Samples.vectors(Map.of("other", Samples.dense(1)))),
        Samples.point(3, 1, 2));

    assertThat(read(source()).items)
        .containsExactly(
            "1: vector: sparse, expected dense",
            "2: vector 'other': not of this collection, expected one that it is configured with",
            "3: vector: dimension 2, expected 1");
  }

  @Test
  void aPageCutShortIsNotTheEnd() throws Exception {
    List<String> expected = fill(300, 1);
    server.pagesToCut = 3;
    try (SourceSession session = source().open()) {
      Dataset dataset = Reading.dataset(session, NAME);
      assertThat(dataset.rows()).hasValue(300);
      server.pagesToCut = 3;
      Split split = session.split(dataset, 1).get(0);
      assertThat(ids(Reading.of(session, dataset, split, Position.START))).isEqualTo(expected);
      assertThat(server.pagesToCut).isZero();
    }
  }

  @Test
  void pagesGrowToAnEighthOfTheLargestAnswer() throws Exception {
    List<String> expected = fill(400, 1_000);

    assertThat(ids(read(source().maxAnswerBytes(512 << 10)))).isEqualTo(expected);

    assertThat(server.scrolls)
        .extracting(ScrollPoints::getLimit)
        .startsWith(64)
        .allMatch(limit -> limit <= 64);
    server.scrolls.clear();
    assertThat(ids(read(source()))).isEqualTo(expected);
    assertThat(server.scrolls).extracting(ScrollPoints::getLimit).startsWith(64, 128, 256, 512);
  }

  @Test
  void answersThatAreTooLargeAreAskedForInParts() throws Exception {
    List<String> expected = fill(100, 4_000);

    assertThat(ids(read(source().maxAnswerBytes(64 << 10)))).isEqualTo(expected);
    assertThat(server.scrolls).extracting(ScrollPoints::getLimit).startsWith(64, 32, 16, 2, 2);
  }

  @Test
  void aPointThatNoAnswerHoldsIsRefused() throws Exception {
    fill(3, 10);
    Map<String, Value> large = Map.of("long", Samples.value("x".repeat(100_000)));
    samples.upsert(NAME, Samples.point(PointKey.of(1), large, Samples.vectors(1)));

    Reading reading = read(source().maxAnswerBytes(64 << 10));

    assertThat(ids(reading)).containsExactly("0", "2");
    assertThat(reading.refusals())
        .containsExactly(
            "1: point: larger than 65536 bytes or nested too deep, expected less. See"
                + " maxAnswerBytes");
  }

  @Test
  void aPointThatIsNestedTooDeepIsRefused() throws Exception {
    fill(3, 10);
    Value deep = Samples.value(1);
    for (int i = 0; i < 200; i++) {
      deep = Samples.list(deep);
    }
    server.put(
        NAME,
        RetrievedPoint.newBuilder()
            .setId(WirePoint.id(PointKey.of(1)))
            .putPayload("deep", deep)
            .build());

    Reading reading = read(source());

    assertThat(ids(reading)).containsExactly("0", "2");
    assertThat(reading.refusals())
        .containsExactly(
            "1: point: larger than 67108864 bytes or nested too deep, expected less. See"
                + " maxAnswerBytes");
  }

  @Test
  void slowAnswersAreAskedForInParts() throws Exception {
    List<String> expected = fill(100, 10);
    server.mostInTime = 5;

    assertThat(ids(read(source()))).isEqualTo(expected);

    server.mostInTime = 0;
    try (SourceSession session = source().open()) {
      assertThatThrownBy(session::datasets)
          .isInstanceOf(TransientException.class)
          .hasMessage(
              "collection 'docs': no answer within 60 seconds, expected one. Set a longer timeout");
    }
  }

  @Test
  void theServerIsToldTheTimeAndItsOwnLimitsAreKept() throws Exception {
    samples.create(
        CreateCollection.newBuilder()
            .setCollectionName(NAME)
            .setVectorsConfig(VectorsConfig.newBuilder().setParams(Samples.params(1, Distance.Dot)))
            .setStrictModeConfig(
                StrictModeConfig.newBuilder()
                    .setEnabled(true)
                    .setMaxQueryLimit(7)
                    .setMaxTimeout(20))
            .build());
    List<String> expected = fill(50, 10);

    assertThat(ids(read(source()))).isEqualTo(expected);
    assertThat(server.scrolls)
        .extracting(ScrollPoints::getLimit, ScrollPoints::getTimeout)
        .containsOnly(org.assertj.core.groups.Tuple.tuple(7, 20L));
  }

  private static StatusRuntimeException rateLimit() {
    Metadata trailers = new Metadata();
    trailers.put(Metadata.Key.of("retry-after", Metadata.ASCII_STRING_MARSHALLER), "7");
    return Status.RESOURCE_EXHAUSTED
        .withDescription("Rate limiting exceeded: Read rate limit exceeded, retry later")
        .asRuntimeException(trailers);
  }

  @Test
  void aRateLimitIsAWishForAnotherTryFromTheLastPosition() throws Exception {
    List<String> expected = fill(200, 10);
    try (SourceSession session = source().open()) {
      Dataset dataset = Reading.dataset(session, NAME);
      Split split = session.split(dataset, 1).get(0);
      List<String> ids = new ArrayList<>();
      Position position = Position.START;
      try (RowReader reader = session.read(dataset, split, position)) {
        ids.add(reader.next().id());
        server.fail(1, ServerFaultsTest::rateLimit);
        assertThatThrownBy(
                () -> {
                  for (Row row = reader.next(); row != null; row = reader.next()) {
                    ids.add(row.id());
                  }
                })
            .isInstanceOf(TransientException.class)
            .hasMessage(
                "collection 'docs': too many reads, the server asks to wait 7 seconds. Raise its"
                    + " read_rate_limit, or the delays between attempts")
            .asInstanceOf(type(TransientException.class))
            .returns(Duration.ofSeconds(7), TransientException::retryAfter);
        position = reader.position();
      }
      assertThat(ids).hasSize(64);
      ids.addAll(ids(Reading.of(session, dataset, split, position)));
      assertThat(ids).isEqualTo(expected);
    }
  }

  @ParameterizedTest
  @EnumSource(
      value = Status.Code.class,
      names = {"UNAVAILABLE", "INTERNAL", "ABORTED", "UNKNOWN"})
  void whatMayPassIsAWishForAnotherTry(Status.Code code) throws Exception {
    server.fail(1, () -> code.toStatus().withDescription("secret").asRuntimeException());
    try (SourceSession session = source().open()) {
      assertThatThrownBy(session::datasets)
          .isInstanceOf(TransientException.class)
          .hasMessageNotContaining("secret");
      assertThat(session.datasets()).hasSize(1);
    }
  }

  @ParameterizedTest
  @EnumSource(
      value = Status.Code.class,
      names = {"UNAUTHENTICATED", "PERMISSION_DENIED"})
  void aRefusalIsFinal(Status.Code code) throws Exception {
    server.fail(1, () -> code.toStatus().withDescription("secret").asRuntimeException());
    try (SourceSession session = source().open()) {
      assertThatThrownBy(session::datasets)
          .isInstanceOf(IOException.class)
          .hasMessage("collection 'docs': refused with " + code + ". Give a key that may read it");
    }
  }

  @Test
  void nobodyThereIsAWishForAnotherTry() throws Exception {
    int port = server.port();
    server.close();
    try (SourceSession session = QdrantServer.at("localhost", port).open()) {
      assertThatThrownBy(session::datasets)
          .isInstanceOf(TransientException.class)
          .hasMessage(
              "qdrant://localhost:%d: not reachable, expected a Qdrant server. Check host, port"
                      .formatted(port)
                  + " (6334, not 6333) and TLS");
    }
  }

  @Test
  void theKeyIsSentAndNeverShown() throws Exception {
    fill(1, 1);
    server.apiKey = "top secret";
    QdrantServer right = source().apiKey("top secret");
    QdrantServer wrong = source().apiKey("another secret");

    assertThat(ids(read(right))).containsExactly("0");
    assertThat(right.toString() + right.name()).doesNotContain("secret");
    try (SourceSession session = wrong.open()) {
      assertThatThrownBy(session::datasets)
          .isInstanceOf(IOException.class)
          .hasMessage("aliases: refused with UNAUTHENTICATED. Give a key that may read it");
    }
  }

  @Test
  void aPointThatComesBetweenTwoLooksIsNoticedAtOnce() throws Exception {
    fill(100, 1);
    int[] pages = new int[1];
    server.beforePage =
        () -> {
          if (++pages[0] == 2) {
            server.remove(NAME, PointKey.of(3));
          }
        };
    try (SourceSession session = source().open()) {
      assertThatThrownBy(session::datasets)
          .isInstanceOf(IOException.class)
          .hasMessage(
              "collection 'docs': 99 points counted, expected 100 as were read. Stop what writes"
                  + " to it and start again");
    }
  }

  @Test
  void shardKeysAreFoundOnServersThatLackTheCall() throws Exception {
    server.withoutShardKeys = true;
    samples.create(Samples.sharded("sharded").build());
    samples.shardKey("sharded", Samples.key("a"));
    samples.shardKey("sharded", Samples.key(2));
    samples.upsert("sharded", Samples.key("a"), Samples.point(1, 1));
    samples.upsert("sharded", Samples.key(2), Samples.point(1, 3));

    assertThat(Reading.dataset(source(), "sharded").rows()).hasValue(2);

    samples.shardKey("sharded", Samples.key("2"));
    try (SourceSession session = source().collections("sharded").open()) {
      assertThatThrownBy(session::datasets)
          .isInstanceOf(IOException.class)
          .hasMessage(
              "collection 'sharded': a shard key is a number and a text of the same digits,"
                  + " expected one of them");
    }
  }

  @Test
  void theStateOfACollectionIsAFinding() throws Exception {
    server.described =
        info ->
            CollectionInfo.newBuilder(info)
                .setStatus(CollectionStatus.Red)
                .setUpdateQueue(UpdateQueueInfo.newBuilder().setDeferredPoints(5))
                .build();

    assertThat(Reading.dataset(source(), NAME).findings())
        .containsExactly(
            Finding.warning(
                "qdrant.status.red",
                "status red: the server failed to bring the collection in order"),
            Finding.error(
                "qdrant.points.deferred",
                "5 points are written but can't be read before the server has indexed them. Wait"
                    + " for status green"));
  }

  /** A thread that is interrupted stops at once, and nothing is asked again. */
  @Test
  void anInterruptedReaderStops() throws Exception {
    fill(1, 1);
    try (SourceSession session = source().open()) {
      Thread.currentThread().interrupt();
      assertThatThrownBy(session::datasets)
          .isInstanceOf(InterruptedException.class)
          .hasMessage("aliases: interrupted");
    } finally {
      assertThat(Thread.interrupted()).isFalse();
    }
  }

  @Test
  void memoryDoesNotGrowWithTheNumberOfPoints() {
    Survey.Builder builder = new Survey.Builder(new PointHasher(false));
    builder.begin("");
    for (int i = 0; i < 300_000; i++) {
      Point point = Point.of(String.valueOf(i), null, Map.of(), Map.of());
      builder.add(PointKey.of(i), point);
    }
    Survey survey = builder.build();

    assertThat(survey.split(1_000_000)).hasSizeBetween(1_000, 4_096);
    assertThat(survey.split(4)).hasSizeBetween(4, 5);
    assertThat(survey.split(1)).hasSize(1);
    assertThat(survey.total().points()).isEqualTo(300_000);
    assertThat(IntStream.of(1, 4, 1_000_000).mapToLong(n -> points(survey.split(n))))
        .containsOnly(300_000L);
  }

  private static long points(List<Split> splits) {
    return splits.stream().mapToLong(split -> Long.parseLong(split.token().split(" ", 2)[0])).sum();
  }
}
