package dev.vectormigrate.embed;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatIllegalArgumentException;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import dev.vectormigrate.embed.StubService.Answer;
import dev.vectormigrate.model.Vector;
import dev.vectormigrate.spi.TransientException;
import java.io.PrintWriter;
import java.io.StringWriter;
import java.net.URI;
import java.net.http.HttpClient;
import java.nio.ByteBuffer;
import java.nio.ByteOrder;
import java.time.Duration;
import java.time.Instant;
import java.time.ZoneOffset;
import java.time.format.DateTimeFormatter;
import java.util.ArrayList;
import java.util.Base64;
import java.util.List;
import java.util.concurrent.CountDownLatch;
import java.util.concurrent.ExecutorService;
import java.util.concurrent.Executors;
import java.util.concurrent.Future;
import java.util.concurrent.atomic.AtomicInteger;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Nested;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.CsvSource;
import org.junit.jupiter.params.provider.ValueSource;

class HttpEmbedderTest {

  private static final String KEY = "sk-Very-Secret-1";
  private static final List<String> TEXTS = List.of("private one", "private two");

  private StubService service;

  @BeforeEach
  void start() throws Exception {
    service = new StubService();
  }

  @AfterEach
  void stop() {
    service.close();
  }

  private HttpEmbedder openAi() {
    return HttpEmbedder.openAi("m", 2).at(service.address("/v1")).withKey(KEY);
  }

  private void answer(int status, String body) {
    service.answers = request -> Answer.of(status, body);
  }

  /** An answer with two vectors, from what stands for them. */
  private void answerVectors(String first, String second) {
    answer(
        200,
        "{\"data\":[{\"index\":0,\"embedding\":%s},{\"index\":1,\"embedding\":%s}]}"
            .formatted(first, second));
  }

  private static String base64(float... components) {
    ByteBuffer bytes = ByteBuffer.allocate(4 * components.length).order(ByteOrder.LITTLE_ENDIAN);
    bytes.asFloatBuffer().put(components);
    return '"' + Base64.getEncoder().encodeToString(bytes.array()) + '"';
  }

  private Throwable failure(HttpEmbedder embedder) {
    Throwable thrown = org.assertj.core.api.Assertions.catchThrowable(() -> embedder.embed(TEXTS));
    StringWriter trace = new StringWriter();
    thrown.printStackTrace(new PrintWriter(trace));
    assertThat(trace.toString()).doesNotContain(KEY).doesNotContain("private");
    return thrown;
  }

  private void assertFailure(String message) {
    assertThat(failure(openAi()))
        .isInstanceOf(IllegalStateException.class)
        .hasMessage("[" + service.host() + "] " + message);
  }

  private TransientException assertPassing(HttpEmbedder embedder, String message) {
    Throwable thrown = failure(embedder);
    assertThat(thrown)
        .isInstanceOf(TransientException.class)
        .hasMessage("[" + service.host() + "] " + message);
    return (TransientException) thrown;
  }

  @Nested
  class Requests {

    @Test
    void openAiIsAskedForBase64() throws Exception {
      answerVectors(base64(0.1f, -0.0f), base64(Float.MIN_VALUE, 3));

      assertThat(openAi().embed(TEXTS))
          .containsExactly(Vector.of(0.1f, -0.0f), Vector.of(Float.MIN_VALUE, 3));
      StubService.Request request = service.requests.get(0);
      assertThat(request.method() + " " + request.path()).isEqualTo("POST /v1/embeddings");
      assertThat(request.header("Authorization")).isEqualTo("Bearer " + KEY);
      assertThat(request.header("Content-type")).isEqualTo("application/json");
      assertThat(request.json())
          .isEqualTo(
              StubService.json(
                  """
                  {"model":"m","input":["private one","private two"],"encoding_format":"base64"}
                  """));
    }

    @Test
    void numbersGiveTheSameFloats() throws Exception {
      // Between two floats; by way of a double it would be rounded to the other one.
      answerVectors("[1.00000017881393432617187499, 1e-45]", "[3, -0.0]");

      assertThat(openAi().withNumbers().shortenedTo(2).embed(TEXTS))
          .containsExactly(Vector.of(1.0000001f, Float.MIN_VALUE), Vector.of(3, -0.0f));
      assertThat(service.requests.get(0).json())
          .isEqualTo(
              StubService.json(
                  """
                  {"model":"m","input":["private one","private two"],"encoding_format":"float",
                   "dimensions":2}
                  """));
    }

    @Test
    void voyageIsToldThatTheseAreDocumentsNotToBeCut() throws Exception {
      answerVectors(base64(1, 2), base64(3, 4));
      HttpEmbedder voyage =
          HttpEmbedder.voyage("voyage-4").at(service.address("/v1/")).withKey(KEY).shortenedTo(2);

      assertThat(voyage.embed(TEXTS)).containsExactly(Vector.of(1, 2), Vector.of(3, 4));
      assertThat(service.requests.get(0).path()).isEqualTo("/v1/embeddings");
      assertThat(service.requests.get(0).json())
          .isEqualTo(
              StubService.json(
                  """
                  {"model":"voyage-4","input":["private one","private two"],
                   "input_type":"document","truncation":false,"encoding_format":"base64",
                   "output_dimension":2}
                  """));
    }

    @Test
    void ollamaIsToldNotToCut() throws Exception {
      answer(200, "{\"model\":\"m\",\"embeddings\":[[1,2],[3,4]],\"total_duration\":1}");
      HttpEmbedder ollama = HttpEmbedder.ollama("m").at(service.address(""));

      assertThat(ollama.embed(TEXTS)).containsExactly(Vector.of(1, 2), Vector.of(3, 4));
      assertThat(service.requests.get(0).path()).isEqualTo("/api/embed");
      assertThat(service.requests.get(0).header("Authorization")).isNull();
      assertThat(service.requests.get(0).json())
          .isEqualTo(
              StubService.json(
                  """
                  {"model":"m","input":["private one","private two"],"truncate":false}
                  """));
    }

    @Test
    void aWholeAddressAndItsQueryAreKept() throws Exception {
      answerVectors("[1,2]", "[3,4]");

      openAi()
          .at(service.address("/deployments/d/embeddings?api-version=1"))
          .withHeader("api-key", "other")
          .embed(TEXTS);

      assertThat(service.requests.get(0).path())
          .isEqualTo("/deployments/d/embeddings?api-version=1");
      assertThat(service.requests.get(0).header("Api-key")).isEqualTo("other");
    }

    @Test
    void theKeyIsAskedBeforeEveryCall() throws Exception {
      answerVectors("[1,2]", "[3,4]");
      AtomicInteger calls = new AtomicInteger();
      HttpEmbedder embedder = openAi().withKey(() -> " key-" + calls.incrementAndGet() + "\n");

      embedder.embed(TEXTS);
      embedder.embed(TEXTS);

      assertThat(service.requests)
          .extracting(request -> request.header("Authorization"))
          .containsExactly("Bearer key-1", "Bearer key-2");
    }

    @Test
    void severalCallsAreUnderWayAtOnce() throws Exception {
      answerVectors("[1,2]", "[3,4]");
      service.gate = new CountDownLatch(1);
      HttpEmbedder embedder = openAi();
      ExecutorService threads = Executors.newFixedThreadPool(4);
      try {
        List<Future<List<Vector>>> answers = new ArrayList<>();
        for (int i = 0; i < 4; i++) {
          answers.add(threads.submit(() -> embedder.embed(TEXTS)));
        }
        while (service.requests.size() < 4) {
          Thread.onSpinWait();
        }
        service.gate.countDown();
        for (Future<List<Vector>> answer : answers) {
          assertThat(answer.get()).containsExactly(Vector.of(1, 2), Vector.of(3, 4));
        }
      } finally {
        threads.shutdownNow();
      }
    }

    @Test
    void noTextsAreNoRequest() throws Exception {
      assertThat(openAi().embed(List.of())).isEmpty();
      assertThat(service.requests).isEmpty();
    }

    @Test
    void aClientOfTheCallerIsUsed() throws Exception {
      answerVectors("[1,2]", "[3,4]");
      HttpClient client = HttpClient.newBuilder().version(HttpClient.Version.HTTP_1_1).build();

      assertThat(openAi().withClient(client).embed(TEXTS)).hasSize(2);
      assertThat(openAi().withClient(client).embed(TEXTS)).hasSize(2);
    }
  }

  @Nested
  class Answers {

    @Test
    void anotherOrderIsPutRight() throws Exception {
      answer(
          200,
          """
           {"object":"list","data":[{"embedding":[3,4],"object":"embedding","index":1},
           {"index":0,"object":"embedding","embedding":[1,2]}],"usage":{"total_tokens":3}}
          """);

      assertThat(openAi().embed(TEXTS)).containsExactly(Vector.of(1, 2), Vector.of(3, 4));
    }

    @Test
    void withoutIndexTheOrderCounts() throws Exception {
      answer(200, "{\"data\":[{\"embedding\":[1,2]},{\"embedding\":[3,4]}]}");

      assertThat(openAi().embed(TEXTS)).containsExactly(Vector.of(1, 2), Vector.of(3, 4));
    }

    @Test
    void tooFewTooManyAndTwiceTheSameAreErrors() {
      answer(200, "{\"data\":[{\"index\":0,\"embedding\":[1,2]}]}");
      assertFailure("answer: 1 vectors, expected 2. Check address and model");

      answer(200, "{\"data\":[{\"embedding\":[1,2]},{\"embedding\":[1,2]},{\"embedding\":[1,2]}]}");
      assertFailure("answer: 3 vectors, expected 2. Check address and model");

      answer(
          200, "{\"data\":[{\"index\":1,\"embedding\":[1,2]},{\"index\":1,\"embedding\":[1,2]}]}");
      assertFailure("answer: two vectors with index 1, expected one. Check address and model");

      answer(
          200, "{\"data\":[{\"index\":0,\"embedding\":[1,2]},{\"index\":2,\"embedding\":[1,2]}]}");
      assertFailure("answer: a vector with index 2, expected 0 to 1. Check address and model");

      answer(
          200, "{\"data\":[{\"index\":-1,\"embedding\":[1,2]},{\"index\":1,\"embedding\":[1,2]}]}");
      assertFailure("answer: a vector with index -1, expected 0 to 1. Check address and model");

      answer(200, "{\"data\":[{\"index\":1,\"embedding\":[1,2]},{\"embedding\":[1,2]}]}");
      assertFailure(
          "answer: an index at some vectors only, expected one at all or none."
              + " Check address and model");
    }

    @Test
    void anotherDimensionIsAnError() {
      answerVectors("[1,2]", "[1,2,3]");
      assertFailure(
          "m: vectors of dimension 3, expected 2. Declare the dimension that the model has");
    }

    @ParameterizedTest
    @CsvSource(
        delimiter = '|',
        value = {
          "[1,NaN]|NaN or infinity in item 2, expected finite numbers",
          "[-Infinity,1]|NaN or infinity in item 2, expected finite numbers",
          "[1e39,1]|NaN or infinity in item 2, expected finite numbers",
          "[]|an empty vector in item 2, expected components",
          "\"\"|an empty vector in item 2, expected components",
          "[1,null]|what is no number in item 2, expected numbers",
          "[1,\"private\"]|what is no number in item 2, expected numbers",
          "[1,[2]]|what is no number in item 2, expected numbers",
          "null|neither array nor text in item 2, expected numbers or base64",
          "{}|neither array nor text in item 2, expected numbers or base64",
          "\"private text\"|a text that is no base64 in item 2, expected it",
          "\"AAAAAAA=\"|5 bytes in item 2, expected four for each component",
          "\"AADAfwAAwH8=\"|NaN or infinity in item 2, expected finite numbers",
        })
    void whatIsNoVectorIsAnError(String second, String message) {
      answerVectors("[1,2]", second);

      assertFailure("answer: " + message + ". Check address and model");
    }

    @ParameterizedTest
    @CsvSource(
        delimiter = '|',
        value = {
          "''|nothing, expected a JSON object",
          "'  '|nothing, expected a JSON object",
          "<!DOCTYPE html><p>private|a page of HTML, expected a JSON object",
          "private text|no JSON object, expected a JSON object",
          "[[1,2],[3,4]]|no JSON object, expected a JSON object",
          "{}|no array 'data', expected one",
          "{\"data\":null}|no array 'data', expected one",
          "{\"error\":{\"message\":\"private\"}}|no array 'data', expected one",
          "{\"data\":[{\"index\":0},{}]}|no vector in item 1, expected one",
          "{\"data\":[]} private|more behind the object, expected its end",
        })
    void whatIsNoAnswerIsAnError(String body, String message) {
      answer(200, body);

      if (body.endsWith("} private")) {
        assertPassing(
            openAi(), "answer: malformed near byte 12 of 19, expected JSON. It may be cut off");
      } else {
        assertFailure("answer: " + message + ". Check address and model");
      }
    }

    @Test
    void anAnswerThatIsCutOffIsWorthAnotherTry() {
      answer(200, "{\"data\":[{\"index\":0,\"embedding\":[1,2");

      assertPassing(
          openAi(), "answer: malformed near byte 36 of 36, expected JSON. It may be cut off");
    }

    @Test
    void aConnectionThatBreaksIsWorthAnotherTry() {
      service.answers = request -> Answer.ok("{\"data\":[").sayingLength(1000);

      assertPassing(
          openAi(), "call: failed with IOException, expected an answer. Check address and service");
    }

    @Test
    void aHugeAnswerIsNotTaken() {
      answer(200, "{\"data\":[" + " ".repeat(100_000) + "]}");

      assertFailure("answer: more than 67776 bytes, expected less. Check address and model");
    }

    @Test
    void aVectorOfTooManyComponentsIsAnError() {
      answer(200, "{\"embeddings\":[[" + "1,".repeat(1 << 16) + "1]]}");

      assertThatThrownBy(
              () -> HttpEmbedder.ollama("m").at(service.address("")).embed(List.of("private")))
          .isInstanceOf(IllegalStateException.class)
          .hasMessage(
              "[%s] answer: more than 65536 components in item 1, expected a vector of a model."
                      .formatted(service.host())
                  + " Check address and model");
    }

    @Test
    void deepNestingIsAnError() {
      answer(200, "{\"x\":" + "[".repeat(1000));

      assertThat(failure(openAi())).isInstanceOf(TransientException.class);
    }
  }

  @Nested
  class Refusals {

    @ParameterizedTest
    @CsvSource(
        delimiter = '|',
        value = {
          "400|Check the name of the model, its dimension, and that no text is longer than it takes",
          "401|Check the key and what it may do",
          "403|Check the key and what it may do",
          "404|Check the address and the name of the model",
          "413|Give fewer texts a call",
          "418|Check the address",
          "501|Check the address and the name of the model",
        })
    void aRefusalIsFinal(int status, String advice) {
      answer(status, "{\"error\":{\"message\":\"private one " + KEY + "\"}}");

      assertFailure("m: HTTP %d, expected 200. %s".formatted(status, advice));
    }

    @Test
    void ofTheBodyOnlyACodeIsRepeated() {
      answer(
          401,
          """
          {"error":{"message":"Incorrect API key: sk-Very-Secret-1","type":"invalid_request_error",
           "param":null,"code":"invalid_api_key"}}
          """);
      assertFailure(
          "m: HTTP 401 (invalid_api_key), expected 200. Check the key and what it may do");

      answer(400, "{\"error\":{\"type\":\"invalid_request_error\",\"code\":null}}");
      assertFailure(
          "m: HTTP 400 (invalid_request_error), expected 200. Check the name of the model, its"
              + " dimension, and that no text is longer than it takes");

      answer(401, "{\"error\":{\"code\":\"sk-Very-Secret-1\",\"type\":\"private one\"}}");
      assertFailure("m: HTTP 401, expected 200. Check the key and what it may do");

      answer(401, "{\"code\":\"cut_off\",\"mess");
      assertFailure("m: HTTP 401 (cut_off), expected 200. Check the key and what it may do");
    }

    @ParameterizedTest
    @ValueSource(ints = {408, 500, 502, 503, 504, 529})
    void aFaultOfTheServiceIsWorthAnotherTry(int status) {
      answer(status, "<html>private one</html>");

      TransientException thrown =
          assertPassing(
              openAi(), "m: HTTP %d, expected 200. The service is busy or away".formatted(status));
      assertThat(thrown.retryAfter()).isZero();
    }

    @Test
    void theTimeToWaitIsTold() {
      service.answers = request -> Answer.of(429, "").with("Retry-After", "7");
      assertThat(
              assertPassing(openAi(), "m: HTTP 429, expected 200. The service asks to slow down")
                  .retryAfter())
          .isEqualTo(Duration.ofSeconds(7));

      service.answers = request -> Answer.of(503, "").with("retry-after-ms", "250");
      assertThat(
              assertPassing(openAi(), "m: HTTP 503, expected 200. The service is busy or away")
                  .retryAfter())
          .isEqualTo(Duration.ofMillis(250));

      String date =
          DateTimeFormatter.RFC_1123_DATE_TIME.format(
              Instant.now().plusSeconds(600).atOffset(ZoneOffset.UTC));
      service.answers = request -> Answer.of(429, "").with("Retry-After", date);
      assertThat(
              assertPassing(openAi(), "m: HTTP 429, expected 200. The service asks to slow down")
                  .retryAfter())
          .isBetween(Duration.ofSeconds(500), Duration.ofSeconds(600));
    }

    @Test
    void aQuotaThatIsUsedUpIsFinal() {
      answer(429, "{\"error\":{\"code\":\"insufficient_quota\",\"type\":\"insufficient_quota\"}}");

      assertFailure(
          "m: HTTP 429 (insufficient_quota), expected 200. The quota is used up: waiting does not"
              + " help. Look at the account");
    }

    @ParameterizedTest
    @ValueSource(ints = {301, 302, 307, 308})
    void aRedirectionIsNotFollowed(int status) throws Exception {
      try (StubService other = new StubService()) {
        service.answers =
            request -> Answer.of(status, "").with("Location", other.address("/v1").toString());

        assertFailure(
            ("m: HTTP %d, expected 200. A redirection is not followed, since the key would go"
                    + " along. Give the address it leads to")
                .formatted(status));
        assertThat(other.requests).isEmpty();
      }
    }

    @Test
    void aServiceThatDoesNotAnswerInTimeIsWorthAnotherTry() {
      service.gate = new CountDownLatch(1);

      assertPassing(
          openAi().withTimeout(Duration.ofMillis(200)),
          "call: no complete answer within PT0.2S, expected one. Set a longer timeout or fewer"
              + " texts");
    }

    @Test
    void nobodyThereIsWorthAnotherTry() {
      HttpEmbedder embedder = openAi();
      service.close();

      assertPassing(
          embedder,
          "call: failed with ConnectException, expected an answer. Check address and service");
    }

    @Test
    void nothingIsTriedTwice() {
      answer(503, "");

      failure(openAi());

      assertThat(service.requests).hasSize(1);
    }

    @Test
    void aKeyThatCannotBeOneIsNotSent() {
      assertThat(failure(openAi().withKey("  \n")))
          .isInstanceOf(IllegalStateException.class)
          .hasMessage(
              "[%s] key: empty, expected one. Look where it comes from".formatted(service.host()));
      assertThat(failure(openAi().withKey(KEY + "\n" + KEY)))
          .isInstanceOf(IllegalStateException.class)
          .hasMessage(
              "[%s] key: a space or a character beyond ASCII inside, expected none. Look where it"
                      .formatted(service.host())
                  + " comes from");
      assertThat(service.requests).isEmpty();
    }

    @Test
    void textsThatCannotBeSentAreRefused() {
      assertThatIllegalArgumentException()
          .isThrownBy(() -> openAi().embed(List.of("private", "")))
          .withMessage("[openai:m] text 2 of 2: empty, expected Unicode text. Leave it out");
      assertThatIllegalArgumentException()
          .isThrownBy(() -> openAi().embed(List.of("private \ud800")))
          .withMessage(
              "[openai:m] text 1 of 1: holds a lone surrogate, expected Unicode text. Leave it"
                  + " out");
      assertThatIllegalArgumentException()
          .isThrownBy(() -> openAi().withLimits(Limits.ofBatch(1)).embed(TEXTS))
          .withMessage("[openai:m] call: 2 texts, expected at most 1. Give fewer at once");
      assertThat(service.requests).isEmpty();
    }
  }

  @Nested
  class Descriptions {

    @Test
    void theIdNamesInterfaceModelAndShortening() {
      assertThat(openAi().modelId()).isEqualTo("openai:m");
      assertThat(openAi().at(URI.create("https://elsewhere/x")).modelId()).isEqualTo("openai:m");
      assertThat(openAi().shortenedTo(1).modelId()).isEqualTo("openai:m/1");
      assertThat(HttpEmbedder.voyage("voyage-4").modelId()).isEqualTo("voyage:voyage-4");
      assertThat(HttpEmbedder.ollama("m").modelId()).isEqualTo("ollama:m:latest");
      assertThat(HttpEmbedder.ollama("m:latest").modelId()).isEqualTo("ollama:m:latest");
      assertThat(HttpEmbedder.ollama("me/m:7b").modelId()).isEqualTo("ollama:me/m:7b");
      assertThat(openAi().withModelId("mine").shortenedTo(1).modelId()).isEqualTo("mine");
    }

    @Test
    void whatIsKnownOfModels() {
      HttpEmbedder small = HttpEmbedder.openAi("text-embedding-3-small");
      HttpEmbedder voyage = HttpEmbedder.voyage("voyage-3.5-lite");

      assertThat(small.dimension()).isEqualTo(1536);
      assertThat(HttpEmbedder.openAi("text-embedding-3-large").dimension()).isEqualTo(3072);
      assertThat(small.shortenedTo(512).dimension()).isEqualTo(512);
      assertThat(small.maxBatch()).isEqualTo(2048);
      assertThat(small.maxTokens()).isEqualTo(8191);
      assertThat(small.maxBatchTokens()).isEqualTo(300_000);
      assertThat(voyage.dimension()).isEqualTo(1024);
      assertThat(voyage.maxBatch()).isEqualTo(1000);
      assertThat(voyage.maxTokens()).isEqualTo(32_000);
      assertThat(voyage.maxBatchTokens()).isEqualTo(1_000_000);
      assertThat(HttpEmbedder.ollama("m").maxBatch()).isEqualTo(32);
      assertThat(small.withLimits(new Limits(3, 4, 5)).maxBatchTokens()).isEqualTo(5);
    }

    @Test
    void anUnknownDimensionIsAskedForOnce() {
      answer(200, "{\"embeddings\":[[1,2,3]]}");
      HttpEmbedder ollama = HttpEmbedder.ollama("m").at(service.address("/"));

      assertThat(service.requests).isEmpty();
      assertThat(ollama.dimension()).isEqualTo(3);
      assertThat(ollama.dimension()).isEqualTo(3);
      assertThat(service.requests).hasSize(1);
    }

    @Test
    void theFirstAnswerTellsTheDimension() throws Exception {
      answer(200, "{\"embeddings\":[[1,2,3]]}");
      HttpEmbedder ollama = HttpEmbedder.ollama("m").at(service.address("/"));

      ollama.embed(List.of("a"));

      assertThat(ollama.dimension()).isEqualTo(3);
      assertThat(service.requests).hasSize(1);
      answer(200, "{\"embeddings\":[[1,2]]}");
      assertThatThrownBy(() -> ollama.embed(List.of("a")))
          .hasMessage(
              "[%s] m: vectors of dimension 2, expected 3. Declare the dimension that the model has"
                  .formatted(service.host()));
    }

    @Test
    void aDimensionThatCannotBeAskedForIsAnError() {
      answer(503, "");
      HttpEmbedder ollama = HttpEmbedder.ollama("m").at(service.address("/"));

      assertThatThrownBy(ollama::dimension)
          .isInstanceOf(IllegalStateException.class)
          .hasMessage(
              "[%s] m: HTTP 503, expected 200. The service is busy or away"
                  .formatted(service.host()))
          .hasCauseInstanceOf(TransientException.class);
      answer(200, "{\"embeddings\":[[]]}");
      assertThatThrownBy(ollama::dimension)
          .hasMessage(
              "[%s] answer: an empty vector in item 1, expected components. Check address and model"
                  .formatted(service.host()));
    }

    @Test
    void neitherKeyNorAddressIsShown() {
      HttpEmbedder embedder =
          openAi().at(service.address("/v1?key=" + KEY)).withHeader("x-key", KEY);

      assertThat(embedder).hasToString("openai:m");
    }

    @Test
    void whatCannotBeIsRefused() {
      assertThatIllegalArgumentException()
          .isThrownBy(() -> openAi().at(URI.create("http://user:" + KEY + "@host/v1")))
          .withMessage("address: a user's name in it, expected none. Give a key or a header");
      for (String address : List.of("ftp://host/" + KEY, "/" + KEY, "http:" + KEY)) {
        assertThatIllegalArgumentException()
            .isThrownBy(() -> openAi().at(URI.create(address)))
            .withMessage(
                "address: not one of http or https with a host, expected such. Give"
                    + " http://HOST/v1");
      }
      HttpClient follows =
          HttpClient.newBuilder().followRedirects(HttpClient.Redirect.NORMAL).build();
      assertThatIllegalArgumentException()
          .isThrownBy(() -> openAi().withClient(follows))
          .withMessage(
              "client: follows redirections, expected none that does. Build it with"
                  + " Redirect.NEVER");
      assertThatIllegalArgumentException()
          .isThrownBy(() -> openAi().withHeader("x", KEY + "\n"))
          .withMessage(
              "header: not allowed by its name or a character of its value, expected another."
                  + " Change it");
      assertThatIllegalArgumentException()
          .isThrownBy(() -> openAi().shortenedTo(0))
          .withMessage("dimension: 0, expected 1 to 65536");
      assertThatIllegalArgumentException()
          .isThrownBy(() -> openAi().withTimeout(Duration.ZERO))
          .withMessage("timeout: PT0S, expected a millisecond or more");
      assertThatIllegalArgumentException()
          .isThrownBy(() -> HttpEmbedder.openAi(" "))
          .withMessage("model: blank, expected a name. Name the model");
      assertThatIllegalArgumentException()
          .isThrownBy(() -> openAi().withModelId(" "))
          .withMessage("modelId: blank, expected a name of the model");
      assertThatIllegalArgumentException()
          .isThrownBy(() -> new Limits(0, 0, 0))
          .withMessage("maxBatch: 0, expected at least 1");
      assertThatIllegalArgumentException()
          .isThrownBy(() -> new Limits(1, 0, -1))
          .withMessage("maxBatchTokens: -1, expected 0 or more");
    }
  }
}
