package dev.vectormigrate.embed;

import com.fasterxml.jackson.core.JsonFactory;
import com.fasterxml.jackson.core.JsonGenerator;
import com.fasterxml.jackson.core.JsonParser;
import com.fasterxml.jackson.core.JsonToken;
import dev.langchain4j.model.TokenCountEstimator;
import dev.langchain4j.model.embedding.onnx.AbstractInProcessEmbeddingModel;
import dev.langchain4j.model.embedding.onnx.HuggingFaceTokenCountEstimator;
import dev.langchain4j.model.embedding.onnx.OnnxBertBiEncoder;
import dev.langchain4j.model.embedding.onnx.PoolingMode;
import dev.langchain4j.model.embedding.onnx.allminilml6v2.AllMiniLmL6V2EmbeddingModel;
import dev.vectormigrate.model.Vector;
import java.io.ByteArrayInputStream;
import java.io.ByteArrayOutputStream;
import java.io.FileNotFoundException;
import java.io.IOException;
import java.io.InputStream;
import java.io.UncheckedIOException;
import org.jspecify.annotations.Nullable;

/** The model's files in LangChain4j's encoder; touched only by who loads the model. */
final class MiniLmModel {

  /** Loads the model once a process. */
  static final class Loaded {

    static final MiniLmModel MODEL = untracked();

    private Loaded() {}
  }

  private final Encoder encoder;
  private final TokenCountEstimator tokens;

  /** Whether DJL, which the tokenizer is of, may tell its makers of each start on Amazon's EC2. */
  private static final String NO_TRACKING = "OPT_OUT_TRACKING";

  private static MiniLmModel untracked() {
    if (System.getProperty(NO_TRACKING) != null) {
      return new MiniLmModel();
    }
    System.setProperty(NO_TRACKING, "true");
    try {
      return new MiniLmModel();
    } finally {
      System.clearProperty(NO_TRACKING);
    }
  }

  private MiniLmModel() {
    try (InputStream model = file("/all-minilm-l6-v2.onnx");
        InputStream tokenizer = file("/all-minilm-l6-v2-tokenizer.json")) {
      this.encoder =
          new Encoder(
              new OnnxBertBiEncoder(
                  model, new ByteArrayInputStream(withWholeLength(tokenizer)), PoolingMode.MEAN));
      // By default it has the vocabulary of BERT, which is that of this model.
      this.tokens = new HuggingFaceTokenCountEstimator();
    } catch (IOException e) {
      throw new UncheckedIOException(e);
    }
  }

  private static InputStream file(String name) throws IOException {
    InputStream file = AllMiniLmL6V2EmbeddingModel.class.getResourceAsStream(name);
    if (file == null) {
      throw new FileNotFoundException(name);
    }
    return file;
  }

  /** The tokenizer's settings, in which {@code truncation.max_length} is 128, with 512 there. */
  static byte[] withWholeLength(InputStream settings) throws IOException {
    JsonFactory factory = new JsonFactory();
    ByteArrayOutputStream out = new ByteArrayOutputStream(1 << 20);
    try (JsonParser in = factory.createParser(settings);
        JsonGenerator copy = factory.createGenerator(out)) {
      while (in.nextToken() != null) {
        if (isMaxLength(in)) {
          copy.writeNumber(MiniLm.MOST_TOKENS + 2);
        } else {
          copy.copyCurrentEvent(in);
        }
      }
    }
    return out.toByteArray();
  }

  private static boolean isMaxLength(JsonParser in) {
    return in.currentToken() == JsonToken.VALUE_NUMBER_INT
        && in.getParsingContext().pathAsPointer().toString().equals("/truncation/max_length");
  }

  int tokens(String text) {
    return text.trim().isEmpty() ? 0 : tokens.estimateTokenCountInText(text);
  }

  Vector embed(String text) {
    return Vector.wrap(encoder.embed(text).content().vector());
  }

  /** LangChain4j's way from a text to the pooled and normalised vector, in the calling thread. */
  private static final class Encoder extends AbstractInProcessEmbeddingModel {

    private final OnnxBertBiEncoder model;

    Encoder(OnnxBertBiEncoder model) {
      super(Runnable::run);
      this.model = model;
    }

    @Override
    protected OnnxBertBiEncoder model() {
      return model;
    }

    @Override
    protected @Nullable Integer knownDimension() {
      return MiniLm.DIMENSION;
    }
  }
}
