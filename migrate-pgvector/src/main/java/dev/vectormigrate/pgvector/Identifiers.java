package dev.vectormigrate.pgvector;

import java.nio.charset.StandardCharsets;
import java.util.List;
import java.util.stream.Collectors;

/** Quotes names for SQL and keeps them within PostgreSQL's 63 bytes. */
final class Identifiers {

  static final int MAX_BYTES = 63;

  private Identifiers() {}

  /** A name as SQL text; whatever it contains, it stays one name. */
  static String quote(String name) {
    if (name.indexOf('\0') >= 0) {
      throw new IllegalArgumentException("name: holds the character U+0000, expected none");
    }
    return '"' + name.replace("\"", "\"\"") + '"';
  }

  static String quote(String schema, String name) {
    return quote(schema) + "." + quote(name);
  }

  /** Names as SQL text, each behind a prefix such as {@code s.}, joined with commas. */
  static String quoteAll(String prefix, List<String> names) {
    return names.stream().map(name -> prefix + quote(name)).collect(Collectors.joining(", "));
  }

  static String quoteAll(List<String> names) {
    return quoteAll("", names);
  }

  /** Text as an SQL literal, for statements that take no parameters. */
  static String literal(String text) {
    String quoted = "'" + text.replace("'", "''") + "'";
    return text.indexOf('\\') < 0 ? quoted : " E" + quoted.replace("\\", "\\\\");
  }

  static boolean fits(String name) {
    return bytes(name) <= MAX_BYTES;
  }

  static int bytes(String name) {
    return name.getBytes(StandardCharsets.UTF_8).length;
  }

  /**
   * A base and an ending joined with an underscore; the end of the base is cut so that it all fits,
   * and where the ending is the longer one, its beginning.
   */
  static String joined(String base, String ending) {
    String head = base;
    String tail = ending;
    while (!fits(head + "_" + tail)) {
      if (bytes(head) >= bytes(tail)) {
        head = head.substring(0, head.offsetByCodePoints(head.length(), -1));
      } else {
        tail = tail.substring(tail.offsetByCodePoints(0, 1));
      }
    }
    return head + "_" + tail;
  }
}
