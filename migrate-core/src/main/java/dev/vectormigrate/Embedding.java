package dev.vectormigrate;

import dev.vectormigrate.spi.Embedder;
import java.math.BigDecimal;
import java.time.Duration;
import java.util.Objects;
import java.util.Optional;
import org.jspecify.annotations.Nullable;

/**
 * How vectors are made of texts, and what that may cost. Immutable and thread-safe; the embedder
 * stays the caller's.
 *
 * <p>What a model has made of a text is kept in the target, by the text's hash, as soon as it
 * answers: a run that goes on, or another one, also under another name, does not ask for it again.
 * Equal texts are sent once. If the process is killed, only requests that are under way at that
 * moment are sent again by the next run. A run takes one connection to the target more for each
 * model.
 */
public final class Embedding {

  /** What becomes of a row that has no text to embed. */
  public enum MissingText {
    /** It is refused, and listed among the rejects. */
    REJECT,
    /** The run stops. */
    FAIL,
    /**
     * It is moved without a vector: one that another model made is not kept beside new ones. The
     * column may then be null.
     */
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
  private static final Limits NO_LIMITS = new Limits(4, Duration.ofMinutes(10), null, null, null);

  /** What does not decide the vectors. */
  private record Limits(
      int requests,
      Duration patience,
      @Nullable Long tokens,
      @Nullable BigDecimal money,
      @Nullable BigDecimal price) {}

  private final Embedder embedder;
  private final String template;
  private final String field;
  private final MissingText missingText;
  private final LongText longText;
  private final Limits limits;

  private Embedding(
      Embedder embedder,
      String template,
      String field,
      MissingText missingText,
      LongText longText,
      Limits limits) {
    this.embedder = Objects.requireNonNull(embedder, "embedder");
    this.template = Objects.requireNonNull(template, "template");
    this.field = Objects.requireNonNull(field, "field");
    this.missingText = Objects.requireNonNull(missingText, "missingText");
    this.longText = Objects.requireNonNull(longText, "longText");
    this.limits = limits;
  }

  /**
   * Of the field {@code text}; rows without text are refused, and a text too long stops the run.
   */
  public static Embedding with(Embedder embedder) {
    return new Embedding(embedder, TEXT, "", MissingText.REJECT, LongText.FAIL, NO_LIMITS);
  }

  private Embedding with(Limits changed) {
    return new Embedding(embedder, template, field, missingText, longText, changed);
  }

  /**
   * Of other fields: names in braces stand for fields of the source, or for members of a JSON field
   * after dots, such as <code>{title}\n{metadata.summary}</code>; also for fields that the mapping
   * drops. Texts, numbers and truth values are taken plainly, objects and lists as JSON. A field
   * that is null, or a member that is not there, stands for nothing; a text of nothing but white
   * space is missing. Everything that is not in braces is taken as it is; <code>{{</code> stands
   * for a brace.
   */
  public Embedding text(String newTemplate) {
    return new Embedding(embedder, newTemplate, field, missingText, longText, limits);
  }

  /**
   * The field of the source that gets the vectors; the mapping goes on with it as with any other.
   * By default the only dense vector of the source, or, where it has none, a new field {@code
   * embedding}. Where it has several, one must be named.
   */
  public Embedding into(String vectorField) {
    if (vectorField.isEmpty()) {
      throw new IllegalArgumentException("field of the vectors: empty, expected a name");
    }
    return new Embedding(embedder, template, vectorField, missingText, longText, limits);
  }

  /** What becomes of rows without text; {@link MissingText#REJECT} by default. */
  public Embedding missingText(MissingText policy) {
    return new Embedding(embedder, template, field, policy, longText, limits);
  }

  /** What becomes of texts that are too long for the model; {@link LongText#FAIL} by default. */
  public Embedding longText(LongText policy) {
    return new Embedding(embedder, template, field, missingText, policy, limits);
  }

  /**
   * How many requests may be under way at once, over all that the run reads, at least 1; 4 by
   * default. While the service throttles, there are fewer.
   */
  public Embedding requests(int atOnce) {
    if (atOnce < 1) {
      throw new IllegalArgumentException("requests: " + atOnce + ", expected at least 1");
    }
    return with(new Limits(atOnce, limits.patience, limits.tokens, limits.money, limits.price));
  }

  /**
   * How long one request waits in all for a service that says how long to wait; ten minutes by
   * default. Faults without such a word are tried again as {@link RetryPolicy} says.
   */
  public Embedding patience(Duration most) {
    return with(new Limits(limits.requests, most, limits.tokens, limits.money, limits.price));
  }

  /**
   * Stops a run before it has sent more tokens than this, as {@link Embedder#tokens} counts them;
   * what was embedded is kept, and the next run goes on with a budget of its own. Where datasets of
   * a run share a model, its tokens count together.
   */
  public Embedding tokenBudget(long tokens) {
    if (tokens < 0) {
      throw new IllegalArgumentException("token budget: " + tokens + ", expected 0 or more");
    }
    return with(new Limits(limits.requests, limits.patience, tokens, limits.money, limits.price));
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
    return with(new Limits(limits.requests, limits.patience, limits.tokens, limits.money, price));
  }

  /**
   * Stops a run before it has spent more than this, as {@link #tokenBudget}; needs {@link
   * #pricePerMillionTokens}.
   */
  public Embedding moneyBudget(BigDecimal most) {
    if (most.signum() < 0) {
      throw new IllegalArgumentException("money budget: " + most + ", expected 0 or more");
    }
    return with(new Limits(limits.requests, limits.patience, limits.tokens, most, limits.price));
  }

  /**
   * Checks that this makes sense as a whole.
   *
   * @throws IllegalArgumentException if there is a budget of money but no price
   */
  Embedding checked() {
    if (limits.money != null && limits.price == null) {
      throw new IllegalArgumentException(
          "money budget: "
              + limits.money.toPlainString()
              + ", expected a price with it. Call pricePerMillionTokens(...)");
    }
    return this;
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

  /** The field that gets the vectors; empty where it is the only dense vector, or a new one. */
  public Optional<String> field() {
    return field.isEmpty() ? Optional.empty() : Optional.of(field);
  }

  /** How many requests may be under way at once. */
  public int requests() {
    return limits.requests;
  }

  /** How long one request waits in all for a service that says how long to wait. */
  public Duration patience() {
    return limits.patience;
  }

  /** The most tokens that a run may send; empty where nobody said. */
  public Optional<Long> tokenBudget() {
    return Optional.ofNullable(limits.tokens);
  }

  /** The most that a run may spend; empty where nobody said. */
  public Optional<BigDecimal> moneyBudget() {
    return Optional.ofNullable(limits.money);
  }

  /** What a million tokens cost; empty where nobody said. */
  public Optional<BigDecimal> pricePerMillionTokens() {
    return Optional.ofNullable(limits.price);
  }

  /** What decides the vectors, as text; not what they may cost. */
  @Override
  public String toString() {
    return "%s(%d) of '%s', missing %s, long %s%s"
        .formatted(
            embedder.modelId(),
            embedder.dimension(),
            template,
            missingText,
            longText,
            field.isEmpty() ? "" : ", into " + field);
  }
}
