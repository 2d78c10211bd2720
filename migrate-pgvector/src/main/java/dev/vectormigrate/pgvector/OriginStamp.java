package dev.vectormigrate.pgvector;

import dev.vectormigrate.spi.VectorOrigin;
import java.util.HashMap;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import org.jspecify.annotations.Nullable;

/**
 * What a column's comment says about where its vectors come from. It is one line of the comment,
 * such as {@code vector-migrate: model=all-minilm-l6-v2 reduction=pca(64)}, in which blanks, line
 * ends and percent signs of a value are percent-encoded; the other lines are other people's.
 *
 * @param model that made the vectors; empty where nobody said
 * @param reduction how they were reduced; empty if they were not
 */
record OriginStamp(String model, String reduction) {

  private static final String BEGINNING = "vector-migrate: ";
  private static final String MODEL = "model";
  private static final String REDUCTION = "reduction";

  /** What is encoded, and how; the percent sign comes first. */
  private static final List<Map.Entry<String, String>> CODES =
      List.of(
          Map.entry("%", "%25"),
          Map.entry(" ", "%20"),
          Map.entry("\t", "%09"),
          Map.entry("\n", "%0A"),
          Map.entry("\r", "%0D"));

  static OriginStamp of(VectorOrigin origin) {
    return new OriginStamp(origin.model(), origin.reduction());
  }

  /** The stamp in a comment; empty where there is none that says anything. */
  static Optional<OriginStamp> in(@Nullable String comment) {
    if (comment == null) {
      return Optional.empty();
    }
    return comment
        .lines()
        .filter(line -> line.startsWith(BEGINNING))
        .findFirst()
        .map(OriginStamp::parse)
        .filter(stamp -> !stamp.model.isEmpty() || !stamp.reduction.isEmpty());
  }

  private static OriginStamp parse(String line) {
    Map<String, String> values = new HashMap<>();
    for (String part : line.substring(BEGINNING.length()).trim().split(" ", -1)) {
      int equals = part.indexOf('=');
      if (equals > 0) {
        values.putIfAbsent(part.substring(0, equals), decoded(part.substring(equals + 1)));
      }
    }
    return new OriginStamp(values.getOrDefault(MODEL, ""), values.getOrDefault(REDUCTION, ""));
  }

  /** A comment with this stamp in place of an earlier one, behind what else it says. */
  String putInto(@Nullable String comment) {
    String rest = removedFrom(comment);
    return rest.isEmpty() ? toString() : rest + "\n" + this;
  }

  /** What a comment says besides; empty if that is nothing. */
  static String removedFrom(@Nullable String comment) {
    if (comment == null) {
      return "";
    }
    List<String> lines = comment.lines().filter(line -> !line.startsWith(BEGINNING)).toList();
    return String.join("\n", lines);
  }

  /** Whether vectors of the one can be put beside those of the other, as far as is known. */
  boolean goesWith(OriginStamp other) {
    boolean sameModel = model.isEmpty() || other.model.isEmpty() || model.equals(other.model);
    return sameModel && reduction.equals(other.reduction);
  }

  /** For messages, such as {@code model 'a', reduction pca(64)}. */
  String described() {
    String made = model.isEmpty() ? "a model that is not named" : "model '" + model + "'";
    return reduction.isEmpty() ? made : made + ", reduction " + reduction;
  }

  /** The line of the comment. */
  @Override
  public String toString() {
    StringBuilder line = new StringBuilder(BEGINNING.trim());
    append(line, MODEL, model);
    append(line, REDUCTION, reduction);
    return line.toString();
  }

  private static void append(StringBuilder line, String key, String value) {
    if (!value.isEmpty()) {
      line.append(' ').append(key).append('=').append(encoded(value));
    }
  }

  private static String encoded(String value) {
    String text = value;
    for (Map.Entry<String, String> code : CODES) {
      text = text.replace(code.getKey(), code.getValue());
    }
    return text;
  }

  private static String decoded(String text) {
    String value = text;
    for (int i = CODES.size() - 1; i >= 0; i--) {
      value = value.replace(CODES.get(i).getValue(), CODES.get(i).getKey());
    }
    return value;
  }
}
