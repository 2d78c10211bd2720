package dev.vectormigrate.internal;

import dev.vectormigrate.Embedding.LongText;
import dev.vectormigrate.model.Bytes;
import dev.vectormigrate.model.Vector;
import dev.vectormigrate.spi.Embedder;
import java.nio.charset.StandardCharsets;
import java.security.MessageDigest;
import java.security.NoSuchAlgorithmException;
import java.util.ArrayList;
import java.util.List;
import java.util.Map;
import java.util.Objects;

/**
 * Cuts texts into pieces that a model takes. A piece is a text like any other: it is known again by
 * its own hash, whatever it was cut from. Used by one thread.
 */
final class TextCutter {

  /**
   * What is sent as one text.
   *
   * @param hash of its UTF-8 bytes
   * @param row id of a row that it is from
   */
  record Piece(Bytes hash, String text, int tokens, String row) {}

  private static final int CHARACTERS_A_TOKEN = 8;

  private final Embedder embedder;
  private final int most;
  private final MessageDigest sha256 = sha256();

  TextCutter(Embedder embedder) {
    this.embedder = embedder;
    most = smallest(embedder.maxTokens(), embedder.maxBatchTokens());
  }

  private static int smallest(int one, int other) {
    return one == 0 || other == 0 ? Math.max(one, other) : Math.min(one, other);
  }

  private static MessageDigest sha256() {
    try {
      return MessageDigest.getInstance("SHA-256");
    } catch (NoSuchAlgorithmException e) {
      throw new AssertionError("every Java runtime has SHA-256", e);
    }
  }

  /** The most tokens that one text may have; 0 where there is no limit. */
  int most() {
    return most;
  }

  Piece whole(String text, String row) {
    return piece(text, embedder.tokens(text), row);
  }

  private Piece piece(String text, int tokens, String row) {
    Bytes hash = Bytes.wrap(sha256.digest(text.getBytes(StandardCharsets.UTF_8)));
    return new Piece(hash, text, tokens, row);
  }

  boolean isTooLong(Piece piece) {
    return most > 0 && piece.tokens() > most;
  }

  /**
   * The pieces of a text that is too long: its beginning, or all of it.
   *
   * @return none if not even one character is short enough
   */
  List<Piece> cut(Piece tooLong, LongText policy) {
    List<Piece> pieces = new ArrayList<>();
    String text = tooLong.text();
    int from = 0;
    while (from < text.length()) {
      int end = end(text, from);
      if (end == from) {
        return List.of();
      }
      if (policy == LongText.CHUNK) {
        end = atWhiteSpace(text, from, end);
      }
      String part = text.substring(from, end);
      if (!part.isBlank()) {
        pieces.add(piece(part, embedder.tokens(part), tooLong.row()));
      }
      if (policy == LongText.TRUNCATE) {
        return pieces;
      }
      from = end;
    }
    return pieces;
  }

  /** Where the longest piece ends that begins there and is short enough. */
  private int end(String text, int from) {
    int left = text.codePointCount(from, text.length());
    int window =
        Math.min(left, Math.max(1, (int) Math.min(left, (long) most * CHARACTERS_A_TOKEN)));
    while (window < left && fits(text, from, window)) {
      window = (int) Math.min(left, 2L * window);
    }
    int fitting = 0;
    int tooMany = window + 1;
    while (tooMany - fitting > 1) {
      int middle = (fitting + tooMany) >>> 1;
      if (fits(text, from, middle)) {
        fitting = middle;
      } else {
        tooMany = middle;
      }
    }
    return text.offsetByCodePoints(from, fitting);
  }

  private boolean fits(String text, int from, int codePoints) {
    int end = text.offsetByCodePoints(from, codePoints);
    return embedder.tokens(text.substring(from, end)) <= most;
  }

  /** An end that cuts no word, where there is one in the second half of the piece. */
  private int atWhiteSpace(String text, int from, int end) {
    if (end == text.length()) {
      return end;
    }
    for (int at = end; at > from + (end - from) / 2; at--) {
      boolean fits = Character.isWhitespace(text.charAt(at - 1));
      if (fits && embedder.tokens(text.substring(from, at)) <= most) {
        return at;
      }
    }
    return end;
  }

  /** The mean of the pieces' vectors, weighted by tokens, of length 1; of one piece its vector. */
  static Vector mean(List<Piece> pieces, Map<Bytes, Vector> vectors) {
    Vector first = of(pieces.get(0), vectors);
    if (pieces.size() == 1) {
      return first;
    }
    double[] sums = new double[first.dimension()];
    for (Piece piece : pieces) {
      Vector vector = of(piece, vectors);
      for (int i = 0; i < sums.length; i++) {
        sums[i] += (double) vector.get(i) * piece.tokens();
      }
    }
    return ofLength1(sums);
  }

  private static Vector of(Piece piece, Map<Bytes, Vector> vectors) {
    return Objects.requireNonNull(vectors.get(piece.hash()), "vector of a text");
  }

  private static Vector ofLength1(double[] sums) {
    double squares = 0;
    for (double sum : sums) {
      squares += sum * sum;
    }
    double length = Math.sqrt(squares);
    float[] mean = new float[sums.length];
    for (int i = 0; i < mean.length; i++) {
      mean[i] = length == 0 ? 0 : (float) (sums[i] / length);
    }
    return Vector.wrap(mean);
  }
}
