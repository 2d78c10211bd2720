package dev.vectormigrate.internal;

import dev.vectormigrate.Embedding;
import dev.vectormigrate.Embedding.LongText;
import dev.vectormigrate.internal.TextCutter.Piece;
import dev.vectormigrate.model.Bytes;
import dev.vectormigrate.model.Row;
import dev.vectormigrate.model.Vector;
import dev.vectormigrate.spi.Position;
import dev.vectormigrate.spi.Reject;
import dev.vectormigrate.spi.RejectedRowException;
import dev.vectormigrate.spi.TargetStore;
import java.util.ArrayList;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import org.jspecify.annotations.Nullable;

/**
 * The rows of a batch, in order, until those that need a vector of their text have one. What would
 * be refused anyway is found before anybody pays for it. Used by one thread.
 */
final class WaitingRows {

  /** A batch has so many rounds of requests at least, so that few wait for the last answer. */
  private static final int ROUNDS = 4;

  private static final int FEWEST_TEXTS = 64;

  private final PlannedDataset trial;
  private final EmbeddedField field;
  private final Embedding how;
  private final TargetStore target;
  private final VectorSupply supply;
  private final TextCutter cutter;
  private final RowHasher sizes = new RowHasher();
  private final long mostTexts;

  private List<Waiting> waiting = new ArrayList<>();
  private long texts;
  private long bytes;

  /** A row, and the pieces of its text; a row without pieces waits for nothing but its turn. */
  private record Waiting(
      @Nullable Row row, List<Piece> pieces, Position position, @Nullable Reject reject) {}

  /** What is done with the rows, one after the other. */
  interface Taker {

    void take(Row source) throws RejectedRowException;

    void reject(Reject reject);
  }

  WaitingRows(
      PlannedDataset dataset, EmbeddedField field, TargetStore target, VectorSupply supply) {
    trial = dataset.countedApart();
    this.field = field;
    this.target = target;
    this.supply = supply;
    how = field.how();
    cutter = new TextCutter(how.embedder());
    mostTexts = Math.max(FEWEST_TEXTS, (long) ROUNDS * how.embedder().maxBatch() * how.requests());
  }

  boolean isFull(int mostRows, long mostBytes) {
    return waiting.size() >= mostRows || bytes >= mostBytes || texts >= mostTexts;
  }

  void add(Reject reject) {
    waiting.add(new Waiting(null, List.of(), reject.position(), reject));
  }

  /**
   * Takes a row of the source.
   *
   * @return false if the mapping leaves it out
   * @throws RejectedRowException if it can't be moved
   */
  boolean add(Row source, Position position) throws RejectedRowException {
    boolean keeps = field.keepsVectorOf(source);
    Row tried =
        trial.mapper().attempt(keeps ? field.kept(source) : field.with(source, field.standIn()));
    if (tried == null) {
      return false;
    }
    if (keeps) {
      addReady(field.kept(source), position);
    } else {
      target.check(trial.vectors().apply(tried));
      addText(source, position);
    }
    bytes += Math.max(size(source), size(tried));
    return true;
  }

  /** What waits is the row of the source, also with what the mapping drops. */
  private int size(Row row) {
    sizes.hash(row);
    return sizes.size();
  }

  private void addReady(Row row, Position position) {
    waiting.add(new Waiting(row, List.of(), position, null));
  }

  private void addText(Row source, Position position) throws RejectedRowException {
    String text = text(source);
    String name = source.schema().key().isEmpty() ? "at " + position.token() : source.id();
    if (text.isBlank()) {
      addWithoutText(source, position, name);
      return;
    }
    List<Piece> pieces = pieces(source, text, name);
    supply.counts().row();
    waiting.add(new Waiting(source, pieces, position, null));
    texts += pieces.size();
    bytes += (long) text.length() * Character.BYTES;
  }

  private String text(Row source) throws RejectedRowException {
    try {
      String text = field.text(new RowValues(source));
      if (hasLoneSurrogate(text)) {
        throw new IllegalArgumentException("text with a lone surrogate, expected Unicode");
      }
      return text;
    } catch (IllegalArgumentException e) {
      throw new RejectedRowException(source.id(), "text to embed: " + e.getMessage());
    }
  }

  private static boolean hasLoneSurrogate(String text) {
    return text.codePoints()
        .anyMatch(c -> c >= Character.MIN_SURROGATE && c <= Character.MAX_SURROGATE);
  }

  private void addWithoutText(Row source, Position position, String name)
      throws RejectedRowException {
    switch (how.missingText()) {
      case KEEP -> {
        supply.counts().withoutText(name);
        addReady(field.with(source, null), position);
      }
      case FAIL -> {
        refuse(
            name,
            "no text to embed, expected some",
            "Mend it at its source, or choose with missingText(...).");
        throw new RejectedRowException(source.id(), "no text to embed");
      }
      case REJECT -> throw new RejectedRowException(source.id(), "no text to embed");
    }
  }

  private void refuse(String name, String what, String remedy) {
    supply.counts().stopping(name);
    supply.refuse("row '%s' of %s: %s. %s".formatted(name, trial.where(), what, remedy));
  }

  private List<Piece> pieces(Row source, String text, String name) throws RejectedRowException {
    Piece whole = Failures.atEmbedder(where(), () -> cutter.whole(text, name));
    if (!cutter.isTooLong(whole)) {
      return List.of(whole);
    }
    String what =
        "text of %,d tokens, expected at most %,d".formatted(whole.tokens(), cutter.most());
    if (how.longText() == LongText.FAIL) {
      refuse(name, what, "Choose with longText(...).");
    }
    if (how.longText() == LongText.FAIL || how.longText() == LongText.REJECT) {
      throw new RejectedRowException(source.id(), what);
    }
    List<Piece> pieces = Failures.atEmbedder(where(), () -> cutter.cut(whole, how.longText()));
    if (pieces.isEmpty()) {
      throw new RejectedRowException(source.id(), what);
    }
    supply.counts().cut(name);
    return pieces;
  }

  private String where() {
    return ModelRequests.where(how.embedder());
  }

  /** Waits for all vectors, hands the rows over in order, and is empty. */
  void takeAll(Taker taker) throws Exception {
    Map<Bytes, Piece> pieces = new LinkedHashMap<>();
    waiting.forEach(row -> row.pieces().forEach(piece -> pieces.putIfAbsent(piece.hash(), piece)));
    Map<Bytes, Vector> vectors =
        pieces.isEmpty() ? Map.of() : supply.vectors(List.copyOf(pieces.values()));
    List<Waiting> taken = waiting;
    waiting = new ArrayList<>(taken.size());
    texts = 0;
    bytes = 0;
    for (Waiting row : taken) {
      hand(row, vectors, taker);
    }
  }

  private void hand(Waiting waited, Map<Bytes, Vector> vectors, Taker taker) {
    Row row = waited.row();
    if (row == null) {
      Reject reject = waited.reject();
      if (reject != null) {
        taker.reject(reject);
      }
      return;
    }
    try {
      taker.take(
          waited.pieces().isEmpty()
              ? row
              : field.made(row, TextCutter.mean(waited.pieces(), vectors)));
    } catch (RejectedRowException e) {
      taker.reject(new Reject(e.id(), waited.position(), e.reason()));
    }
  }
}
