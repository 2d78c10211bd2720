package dev.vectormigrate.sources.sqlite;

import dev.vectormigrate.model.ColumnDefault;
import dev.vectormigrate.model.ColumnDefault.Kind;
import dev.vectormigrate.model.Field;
import java.math.BigDecimal;
import java.math.BigInteger;
import java.util.Locale;
import java.util.regex.Pattern;
import org.jspecify.annotations.Nullable;

/**
 * The default of a column as SQL text, as {@code PRAGMA table_xinfo} gives it. Immutable.
 *
 * @param field the column
 * @param sql the text, without the parentheses of an expression
 */
record DefaultSql(Field field, String sql) {

  private static final Pattern NOW =
      Pattern.compile("current_timestamp|datetime\\s*\\(\\s*'now'\\s*\\)");
  private static final Pattern NUMBER =
      Pattern.compile("[+-]?(\\d+(\\.\\d*)?|\\.\\d+)(e[+-]?\\d{1,3})?");
  private static final Pattern HEX_NUMBER = Pattern.compile("0x[0-9a-f]{1,15}");
  private static final Pattern BLOB = Pattern.compile("x'([0-9a-f]{2})*'");
  private static final int MOST_DIGITS = 400;

  /** Whether it says what would hold without it, too. */
  boolean isNull() {
    return sql.strip().equalsIgnoreCase("null");
  }

  /** The same as a default of the field; null where there is none like it. */
  @Nullable ColumnDefault carried() {
    String text = sql.strip();
    String lower = text.toLowerCase(Locale.ROOT);
    if (NOW.matcher(lower).matches()) {
      return switch (field.type().kind()) {
        case TEXT -> new ColumnDefault(field, Kind.NOW, "");
        default -> null;
      };
    }
    String literal = BLOB.matcher(lower).matches() ? blob(lower) : ofField(value(text, lower));
    return literal == null ? null : new ColumnDefault(field, Kind.LITERAL, literal);
  }

  private @Nullable String blob(String lower) {
    return switch (field.type().kind()) {
      case BYTES -> "\\x" + lower.substring(2, lower.length() - 1);
      default -> null;
    };
  }

  /** A text, a number, or null. */
  private static @Nullable Object value(String text, String lower) {
    if (isQuoted(text, '\'') || isQuoted(text, '"')) {
      String quote = text.substring(0, 1);
      return text.substring(1, text.length() - 1).replace(quote + quote, quote);
    }
    if (lower.equals("true") || lower.equals("false")) {
      return lower.equals("true") ? BigDecimal.ONE : BigDecimal.ZERO;
    }
    if (HEX_NUMBER.matcher(lower).matches()) {
      return new BigDecimal(new BigInteger(lower.substring(2), 16));
    }
    return number(lower);
  }

  private static boolean isQuoted(String text, char quote) {
    if (text.length() < 2 || text.charAt(0) != quote || text.charAt(text.length() - 1) != quote) {
      return false;
    }
    String both = String.valueOf(quote) + quote;
    return text.substring(1, text.length() - 1).replace(both, "").indexOf(quote) < 0;
  }

  private static @Nullable BigDecimal number(String text) {
    boolean matches = text.length() <= MOST_DIGITS && NUMBER.matcher(text).matches();
    return matches ? new BigDecimal(text) : null;
  }

  /** As SQLite would store it in such a column. */
  private @Nullable String ofField(@Nullable Object value) {
    BigDecimal number =
        value instanceof BigDecimal decimal
            ? decimal
            : value instanceof String text ? number(text.strip().toLowerCase(Locale.ROOT)) : null;
    return switch (field.type().kind()) {
      case TEXT -> value instanceof String text ? text : whole(number);
      case INTEGER -> whole(number);
      case FLOAT, DECIMAL -> number == null ? null : number.toPlainString();
      default -> null;
    };
  }

  private static @Nullable String whole(@Nullable BigDecimal number) {
    if (number == null || number.stripTrailingZeros().scale() > 0) {
      return null;
    }
    BigInteger whole = number.toBigInteger();
    return whole.bitLength() < Long.SIZE ? whole.toString() : null;
  }
}
