package dev.vectormigrate.internal;

import dev.vectormigrate.Embedding;
import dev.vectormigrate.EmbeddingException;
import java.math.BigDecimal;
import java.util.Optional;
import java.util.function.LongSupplier;

/**
 * What a run may send to one model, and spend there, whatever it needs the vectors for.
 * Thread-safe.
 */
final class EmbeddingBudget {

  private long tokens;
  private BigDecimal money = BigDecimal.ZERO;

  /**
   * Takes the tokens of a request out of the budget before it is sent.
   *
   * @param rowsLeft rows of the run that are not stored yet; negative where nobody knows
   * @throws EmbeddingException if there are not as many left
   */
  synchronized void reserve(String where, Embedding how, long wanted, LongSupplier rowsLeft) {
    Optional<Long> most = how.tokenBudget();
    if (most.isPresent() && tokens + wanted > most.get()) {
      throw exceeded(
          where,
          rowsLeft.getAsLong(),
          "%,d of %,d tokens are spent, and the next request has %,d"
              .formatted(tokens, most.get(), wanted));
    }
    BigDecimal cost =
        how.pricePerMillionTokens()
            .map(price -> EmbeddingCounts.cost(price, wanted))
            .orElse(BigDecimal.ZERO);
    Optional<BigDecimal> mostMoney = how.moneyBudget();
    if (mostMoney.isPresent() && money.add(cost).compareTo(mostMoney.get()) > 0) {
      throw exceeded(
          where,
          rowsLeft.getAsLong(),
          "%s of %s is spent, and the next request costs %s"
              .formatted(
                  EmbeddingCounts.plain(money),
                  EmbeddingCounts.plain(mostMoney.get()),
                  EmbeddingCounts.plain(cost)));
    }
    tokens += wanted;
    money = money.add(cost);
  }

  private EmbeddingException exceeded(String where, long left, String what) {
    return new EmbeddingException(
        where,
        "budget: "
            + what
            + ". "
            + (left < 0 ? "" : "Rows not stored yet: %,d. ".formatted(left))
            + "What was embedded is kept. Raise the budget, or run again to go on with a new one.",
        null);
  }
}
