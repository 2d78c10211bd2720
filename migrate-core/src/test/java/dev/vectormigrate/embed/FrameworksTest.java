package dev.vectormigrate.embed;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatIllegalArgumentException;
import static org.assertj.core.api.Assertions.assertThatThrownBy;
import static org.assertj.core.api.Assertions.catchThrowable;

import dev.langchain4j.data.segment.TextSegment;
import dev.langchain4j.exception.AuthenticationException;
import dev.langchain4j.exception.HttpException;
import dev.langchain4j.exception.InternalServerException;
import dev.langchain4j.exception.InvalidRequestException;
import dev.langchain4j.exception.RateLimitException;
import dev.langchain4j.model.output.Response;
import dev.vectormigrate.model.Vector;
import dev.vectormigrate.spi.Embedder;
import dev.vectormigrate.spi.TransientException;
import java.io.IOException;
import java.io.PrintWriter;
import java.io.StringWriter;
import java.net.SocketTimeoutException;
import java.util.ArrayList;
import java.util.List;
import java.util.concurrent.Callable;
import java.util.concurrent.atomic.AtomicInteger;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.MethodSource;
import org.springframework.ai.document.Document;
import org.springframework.ai.embedding.AbstractEmbeddingModel;
import org.springframework.ai.embedding.Embedding;
import org.springframework.ai.embedding.EmbeddingRequest;
import org.springframework.ai.embedding.EmbeddingResponse;
import org.springframework.ai.retry.NonTransientAiException;
import org.springframework.ai.retry.TransientAiException;

/** Models of the frameworks, by their real classes. */
class FrameworksTest {

  /** A model of LangChain4j that gives a text's length, or throws. */
  private static final class LangChain4jModel
      implements dev.langchain4j.model.embedding.EmbeddingModel {

    final AtomicInteger calls = new AtomicInteger();
    RuntimeException failure;

    @Override
    public Response<List<dev.langchain4j.data.embedding.Embedding>> embedAll(
        List<TextSegment> segments) {
      calls.incrementAndGet();
      if (failure != null) {
        throw failure;
      }
      return Response.from(
          segments.stream()
              .map(
                  segment ->
                      dev.langchain4j.data.embedding.Embedding.from(
                          new float[] {segment.text().length(), 1}))
              .toList());
    }
  }

  /** A model of Spring AI that gives a text's length, or throws. */
  public static final class SpringAiModel extends AbstractEmbeddingModel {

    RuntimeException failure;

    @Override
    public EmbeddingResponse call(EmbeddingRequest request) {
      if (failure != null) {
        throw failure;
      }
      List<Embedding> results = new ArrayList<>();
      for (String text : request.getInstructions()) {
        results.add(new Embedding(new float[] {text.length(), 1}, results.size()));
      }
      return new EmbeddingResponse(results);
    }

    @Override
    public float[] embed(Document document) {
      return embed(String.valueOf(document.getText()));
    }
  }

  private static Throwable failure(Embedder embedder) {
    Throwable thrown = catchThrowable(() -> embedder.embed(List.of("private")));
    StringWriter trace = new StringWriter();
    thrown.printStackTrace(new PrintWriter(trace));
    assertThat(trace.toString()).doesNotContain("private").contains("FrameworksTest");
    return thrown;
  }

  @Test
  void aModelOfLangChain4jEmbeds() throws Exception {
    LangChain4jModel model = new LangChain4jModel();
    LangChain4jEmbedder embedder = LangChain4jEmbedder.of(model, "mine");

    assertThat(embedder.embed(List.of("a", "bcd")))
        .containsExactly(Vector.of(1, 1), Vector.of(3, 1));
    assertThat(embedder.embed(List.of())).isEmpty();
    assertThat(embedder.modelId()).isEqualTo("mine");
    assertThat(embedder.maxBatch()).isEqualTo(64);
    assertThat(embedder.withLimits(new Limits(2, 3, 4)).maxTokens()).isEqualTo(3);
    assertThat(model.calls).hasValue(1);
    assertThat(embedder.dimension()).isEqualTo(2);
    assertThat(embedder.dimension()).isEqualTo(2);
    assertThat(model.calls).hasValue(2);
    assertThatIllegalArgumentException()
        .isThrownBy(() -> embedder.embed(List.of("private", " ")))
        .withMessage("[mine] text 2 of 2: blank, expected words. Leave such texts out");
  }

  static List<RuntimeException> passingInLangChain4j() {
    return List.of(
        new RateLimitException("private"),
        new InternalServerException("private"),
        new dev.langchain4j.exception.TimeoutException("private"),
        new HttpException(429, "private"),
        new HttpException(503, "private"),
        new RuntimeException("private", new IOException(new SocketTimeoutException("private"))));
  }

  @ParameterizedTest
  @MethodSource("passingInLangChain4j")
  void whatMayPassInLangChain4jIsAWishForAnotherTry(RuntimeException failure) {
    LangChain4jModel model = new LangChain4jModel();
    model.failure = failure;

    assertThat(failure(LangChain4jEmbedder.of(model, "mine")))
        .isInstanceOf(TransientException.class)
        .hasMessage(
            "[mine] call: failed with %s%s, expected vectors. It may pass",
            failure.getClass().getSimpleName(),
            failure.getCause() == null ? "" : " of IOException");
  }

  static List<RuntimeException> lastingInLangChain4j() {
    return List.of(
        new AuthenticationException("private"),
        new InvalidRequestException("private"),
        new HttpException(400, "private"),
        new IllegalArgumentException("private"));
  }

  @ParameterizedTest
  @MethodSource("lastingInLangChain4j")
  void whatLastsInLangChain4jIsFinal(RuntimeException failure) {
    LangChain4jModel model = new LangChain4jModel();
    model.failure = failure;
    LangChain4jEmbedder embedder = LangChain4jEmbedder.of(model, "mine");
    String message =
        "[mine] call: failed with "
            + failure.getClass().getSimpleName()
            + ", expected vectors. Try the model by itself: its message may quote texts and is"
            + " not shown";

    assertThat(failure(embedder)).isInstanceOf(IllegalStateException.class).hasMessage(message);
    assertThatThrownBy(embedder::dimension)
        .isInstanceOf(IllegalStateException.class)
        .hasMessage(message);
  }

  @Test
  void aModelOfSpringAiEmbeds() throws Exception {
    SpringAiEmbedder embedder = SpringAiEmbedder.of(new SpringAiModel(), "mine");

    assertThat(embedder.embed(List.of("a", "bcd")))
        .containsExactly(Vector.of(1, 1), Vector.of(3, 1));
    assertThat(embedder.embed(List.of())).isEmpty();
    assertThat(embedder.dimension()).isEqualTo(2);
    assertThat(embedder.modelId()).isEqualTo("mine");
    assertThat(embedder.withLimits(new Limits(2, 3, 4)).maxBatchTokens()).isEqualTo(4);
    assertThatIllegalArgumentException()
        .isThrownBy(() -> embedder.withLimits(Limits.ofBatch(1)).embed(List.of("a", "b")))
        .withMessage("[mine] call: 2 texts, expected at most 1. Give fewer at once");
  }

  static List<RuntimeException> passingInSpringAi() {
    return List.of(
        new TransientAiException("503 - private"),
        new NonTransientAiException("429 - private"),
        new NonTransientAiException("HTTP 429 - private"),
        new IllegalStateException("private", new SocketTimeoutException("private")));
  }

  @ParameterizedTest
  @MethodSource("passingInSpringAi")
  void whatMayPassInSpringAiIsAWishForAnotherTry(RuntimeException failure) {
    SpringAiModel model = new SpringAiModel();
    model.failure = failure;

    assertThat(failure(SpringAiEmbedder.of(model, "mine")))
        .isInstanceOf(TransientException.class)
        .hasMessage(
            "[mine] call: failed with %s%s, expected vectors. It may pass",
            failure.getClass().getSimpleName(),
            failure.getCause() == null ? "" : " of SocketTimeoutException");
  }

  @Test
  void whatLastsInSpringAiIsFinal() {
    SpringAiModel model = new SpringAiModel();
    model.failure = new NonTransientAiException("400 - private");

    assertThat(failure(SpringAiEmbedder.of(model, "mine")))
        .isInstanceOf(IllegalStateException.class)
        .hasMessage(
            "[mine] call: failed with NonTransientAiException, expected vectors. Try the model by"
                + " itself: its message may quote texts and is not shown");
  }

  /** A model that needs no spring-ai-retry, in an application without it. */
  public static final class Probe implements Callable<String> {
    @Override
    public String call() throws Exception {
      SpringAiModel model = new SpringAiModel();
      SpringAiEmbedder embedder = SpringAiEmbedder.of(model, "mine");
      List<Vector> vectors = embedder.embed(List.of("abc"));
      model.failure = new IllegalStateException("private");
      try {
        return "embedded " + embedder.embed(List.of("abc"));
      } catch (IllegalStateException e) {
        return vectors + " " + e.getMessage();
      }
    }
  }

  @Test
  void springAiEmbedsWithoutItsRetries() throws Exception {
    assertThat(WithoutArtifact.call("spring-ai-retry", Probe.class))
        .isEqualTo(
            "[vector(2)] [mine] call: failed with IllegalStateException, expected vectors. Try the"
                + " model by itself: its message may quote texts and is not shown");
  }

  @Test
  void aFunctionEmbeds() throws Exception {
    FunctionEmbedder embedder =
        FunctionEmbedder.of(
            "mine", 1, texts -> texts.stream().map(text -> new float[] {text.length()}).toList());

    assertThat(embedder.embed(List.of("a", ""))).containsExactly(Vector.of(1), Vector.of(0));
    assertThat(embedder.dimension()).isEqualTo(1);
    assertThat(embedder.modelId()).isEqualTo("mine");
    assertThat(embedder.withLimits(Limits.ofBatch(7)).maxBatch()).isEqualTo(7);
  }

  @Test
  void whatAFunctionThrowsComesThrough() {
    TransientException busy = new TransientException("busy", null);
    FunctionEmbedder embedder =
        FunctionEmbedder.of(
            "mine",
            1,
            texts -> {
              throw busy;
            });

    assertThat(catchThrowable(() -> embedder.embed(List.of("a")))).isSameAs(busy);
    assertThatIllegalArgumentException()
        .isThrownBy(() -> FunctionEmbedder.of("mine", 0, texts -> List.of()))
        .withMessage("dimension: 0, expected at least 1");
  }

  @Test
  void theTextsOfACallerCannotBeChanged() {
    List<String> texts = new ArrayList<>(List.of("a"));
    FunctionEmbedder embedder =
        FunctionEmbedder.of(
            "mine",
            1,
            given -> {
              given.clear();
              return List.of();
            });

    assertThatThrownBy(() -> embedder.embed(texts))
        .isInstanceOf(UnsupportedOperationException.class);
    assertThat(texts).containsExactly("a");
  }
}
