package dev.vectormigrate.internal;

import dev.vectormigrate.Embedding;
import dev.vectormigrate.Embedding.LongText;
import dev.vectormigrate.model.Finding;
import java.math.BigDecimal;
import java.math.RoundingMode;
import java.util.ArrayList;
import java.util.List;
import java.util.Optional;
import java.util.TreeSet;
import java.util.concurrent.atomic.LongAdder;

/**
 * What becomes of the texts of one dataset in one call; after a resumption, of the rows since then.
 * Thread-safe.
 */
final class EmbeddingCounts {

  private static final BigDecimal MILLION = BigDecimal.valueOf(1_000_000);

  /** Rows of one kind, a few of them with their ids: the first in the order of ids. */
  private static final class Rows {

    private static final int MOST_NAMED = 10;

    private final TreeSet<String> named = new TreeSet<>();
    private long count;

    synchronized void add(String id) {
      count++;
      named.add(id);
      if (named.size() > MOST_NAMED) {
        named.pollLast();
      }
    }

    synchronized long count() {
      return count;
    }

    synchronized String names() {
      return String.join(", ", named);
    }
  }

  private final LongAdder rows = new LongAdder();
  private final LongAdder made = new LongAdder();
  private final LongAdder kept = new LongAdder();
  private final LongAdder tokens = new LongAdder();
  private final LongAdder requests = new LongAdder();
  private final LongAdder waits = new LongAdder();
  private final Rows withoutText = new Rows();
  private final Rows cut = new Rows();
  private final Rows stopping = new Rows();

  /** A row waits for a vector of its text. */
  void row() {
    rows.increment();
  }

  /** A row has no text, and goes without a vector. */
  void withoutText(String id) {
    withoutText.add(id);
  }

  /** A row's text is too long, and is cut. */
  void cut(String id) {
    cut.add(id);
  }

  /** A row would stop a run. */
  void stopping(String id) {
    stopping.add(id);
  }

  /** Vectors of so many texts are known from before. */
  void kept(int texts) {
    kept.add(texts);
  }

  /** So many texts were embedded, or would be. */
  void made(int texts, long itsTokens) {
    made.add(texts);
    tokens.add(itsTokens);
  }

  /** A request was answered. */
  void answered() {
    requests.increment();
  }

  /** A request is to be sent again. */
  void waited() {
    waits.increment();
  }

  /** What a run did. */
  List<Finding> ofRun(String dataset, Embedding how) {
    List<Finding> findings = new ArrayList<>();
    if (rows.sum() > 0) {
      findings.add(Finding.info("embedding.made", made(dataset, how)));
    }
    addCut(findings, dataset, how);
    return findings;
  }

  private String made(String dataset, Embedding how) {
    return "dataset '%s': %,d rows waited for vectors of %s: %,d texts embedded with %,d tokens in %,d requests%s, %,d known from before.%s"
        .formatted(
            dataset,
            rows.sum(),
            how.embedder().modelId(),
            made.sum(),
            tokens.sum(),
            requests.sum(),
            cost(how).map(sum -> " for " + sum).orElse(""),
            kept.sum(),
            waits.sum() == 0
                ? ""
                : " %,d requests had to wait and be sent again.".formatted(waits.sum()));
  }

  /** What a run would do. */
  List<Finding> ofPreview(String dataset, Embedding how) {
    List<Finding> findings = new ArrayList<>();
    findings.add(
        Finding.info(
            "embedding.estimate",
            "dataset '%s': %,d rows need vectors of %s: about %,d texts to embed with %,d tokens%s, %,d known from before. The model was not asked: a vector of length 1 stood for each that is not known."
                .formatted(
                    dataset,
                    rows.sum(),
                    how.embedder().modelId(),
                    made.sum(),
                    tokens.sum(),
                    cost(how).map(sum -> " for " + sum).orElse(""),
                    kept.sum())));
    if (stopping.count() > 0) {
      findings.add(
          Finding.error(
              "embedding.stops",
              "dataset '%s': %,d rows would stop the run, expected none: %s. They are among the rejects with the reason."
                  .formatted(dataset, stopping.count(), stopping.names())));
    }
    addCut(findings, dataset, how);
    return findings;
  }

  private void addCut(List<Finding> findings, String dataset, Embedding how) {
    if (withoutText.count() > 0) {
      findings.add(
          Finding.warning(
              "embedding.missing",
              "dataset '%s': %,d rows have no text, so they get no vector: %s."
                  .formatted(dataset, withoutText.count(), withoutText.names())));
    }
    if (cut.count() > 0) {
      boolean chunked = how.longText() == LongText.CHUNK;
      findings.add(
          new Finding(
              chunked ? "embedding.chunked" : "embedding.truncated",
              chunked ? Finding.Severity.INFO : Finding.Severity.WARNING,
              "dataset '%s': %,d texts are longer than the model takes; %s: %s."
                  .formatted(
                      dataset,
                      cut.count(),
                      chunked
                          ? "their vectors are means of their parts"
                          : "their vectors are those of their beginnings",
                      cut.names())));
    }
  }

  private Optional<String> cost(Embedding how) {
    return how.pricePerMillionTokens().map(price -> plain(cost(price, tokens.sum())));
  }

  /** What tokens cost. */
  static BigDecimal cost(BigDecimal pricePerMillion, long tokens) {
    return pricePerMillion.multiply(BigDecimal.valueOf(tokens)).divide(MILLION);
  }

  /** A sum of money for people. */
  static String plain(BigDecimal sum) {
    BigDecimal rounded = sum.setScale(4, RoundingMode.HALF_UP).stripTrailingZeros();
    return rounded.scale() < 0 ? rounded.setScale(0).toPlainString() : rounded.toPlainString();
  }
}
