package dev.vectormigrate;

import dev.vectormigrate.spi.Embedder;
import java.math.BigDecimal;
import java.util.Objects;
import java.util.Optional;
import org.jspecify.annotations.Nullable;

/**
 * How vectors are made of texts, and what that may cost. Immutable and thread-safe; the embedder
 * stays the caller's.
 *
 * <p>What a model has made of a text is kept in the target, by the text's hash: a run that goes on,
 * or another one, does not ask for it again.
 */
public final class Embedding {

  /** What becomes of a row that has no text to embed. */
  public enum MissingText {
    /** It is refused, and listed among the rejects. */
    REJECT,
    /** The run stops. */
    FAIL,
    /** It keeps the vector it has, or none. */
    KEEP
  }

  /** What becomes of a text with more tokens than the model takes. */
  public enum LongText {
    /** The run stops. */
    FAIL,
    /** Its row is refused, and listed among the rejects. */
    REJECT,
    /** Its beginning is embedded; the report says how many there were. */
    TRUNCATE,
    /** It is cut into parts; the vector is their mean, weighted by tokens, of length 1. */
    CHUNK
  }

  private static final String TEXT = "{text}";

  private final Embedder embedder;
  private final String template;
  private final MissingText missingText;
  private final LongText longText;
  private final int requests;
  private final @Nullable Long tokenBudget;
  private final @Nullable BigDecimal moneyBudget;
  private final @Nullable BigDecimal pricePerMillion;

  private Embedding(
      Embedder embedder,
      String template,
      MissingText missingText,
      LongText longText,
      int requests,
      @Nullable Long tokenBudget,
      @Nullable BigDecimal moneyBudget,
      @Nullable BigDecimal pricePerMillion) {
    this.embedder = Objects.requireNonNull(embedder, "embedder");
    this.template = template;
    this.missingText = missingText;
    this.longText = longText;
    this.requests = requests;
    this.tokenBudget = tokenBudget;
    this.moneyBudget = moneyBudget;
    this.pricePerMillion = pricePerMillion;
  }

  /** Of the field {@code text}; rows without text are refused, and so are texts too long. */
  public static Embedding with(Embedder embedder) {
    return new Embedding(embedder, TEXT, MissingText.REJECT, LongText.FAIL, 4, null, null, null);
  }

  /**
   * Of other fields: names in braces stand for fields of the source, or for members of a JSON field
   * after dots, such as <code>{title}\n{metadata.summary}</code>. A field that is null, or not
   * there, stands for nothing; a text of nothing but white space is missing. Everything that is not
   * in braces is taken as it is; <code>{{</code> stands for a brace.
   */
  public Embedding text(String newTemplate) {
    return new Embedding(
        embedder,
        newTemplate,
        missingText,
        longText,
        requests,
        tokenBudget,
        moneyBudget,
        pricePerMillion);
  }

  /** What becomes of rows without text; {@link MissingText#REJECT} by default. */
  public Embedding missingText(MissingText policy) {
    return new Embedding(
        embedder, template, policy, longText, requests, tokenBudget, moneyBudget, pricePerMillion);
  }

  /** What becomes of texts that are too long for the model; {@link LongText#FAIL} by default. */
  public Embedding longText(LongText policy) {
    return new Embedding(
        embedder,
        template,
        missingText,
        policy,
        requests,
        tokenBudget,
        moneyBudget,
        pricePerMillion);
  }

  /** How many requests may be under way at once, at least 1; 4 by default. */
  public Embedding requests(int atOnce) {
    if (atOnce < 1) {
      throw new IllegalArgumentException("requests: " + atOnce + ", expected at least 1");
    }
    return new Embedding(
        embedder,
        template,
        missingText,
        longText,
        atOnce,
        tokenBudget,
        moneyBudget,
        pricePerMillion);
  }

  /**
   * Stops a run before it has sent more tokens than this, as {@link Embedder#tokens} counts them;
   * the next run goes on with a budget of its own.
   */
  public Embedding tokenBudget(long tokens) {
    return new Embedding(
        embedder, template, missingText, longText, requests, tokens, moneyBudget, pricePerMillion);
  }

  /**
   * What a million tokens cost, in any currency: the report and the dry run then name sums.
   *
   * @throws IllegalArgumentException if it is negative
   */
  public Embedding pricePerMillionTokens(BigDecimal price) {
    if (price.signum() < 0) {
      throw new IllegalArgumentException("price: " + price + ", expected 0 or more");
    }
    return new Embedding(
        embedder, template, missingText, longText, requests, tokenBudget, moneyBudget, price);
  }

  /**
   * Stops a run before it has spent more than this, as {@link #tokenBudget}; needs {@link
   * #pricePerMillionTokens}.
   */
  public Embedding moneyBudget(BigDecimal most) {
    return new Embedding(
        embedder, template, missingText, longText, requests, tokenBudget, most, pricePerMillion);
  }

  /** What makes the vectors. */
  public Embedder embedder() {
    return embedder;
  }

  /** The text to embed, with names of fields in braces. */
  public String template() {
    return template;
  }

  /** What becomes of rows without text. */
  public MissingText missingText() {
    return missingText;
  }

  /** What becomes of texts that are too long. */
  public LongText longText() {
    return longText;
  }

  /** How many requests may be under way at once. */
  public int requests() {
    return requests;
  }

  /** The most tokens that a run may send; empty where nobody said. */
  public Optional<Long> tokenBudget() {
    return Optional.ofNullable(tokenBudget);
  }

  /** The most that a run may spend; empty where nobody said. */
  public Optional<BigDecimal> moneyBudget() {
    return Optional.ofNullable(moneyBudget);
  }

  /** What a million tokens cost; empty where nobody said. */
  public Optional<BigDecimal> pricePerMillionTokens() {
    return Optional.ofNullable(pricePerMillion);
  }

  /** What decides the vectors, as text; not what they may cost. */
  @Override
  public String toString() {
    return "%s(%d) of '%s', missing %s, long %s"
        .formatted(embedder.modelId(), embedder.dimension(), template, missingText, longText);
  }
}
