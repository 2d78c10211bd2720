package dev.vectormigrate.sources.numpy;

import java.io.IOException;
import java.util.ArrayList;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;

/**
 * Reads the Python literal in the header of an array: dictionaries, tuples, lists, texts without
 * escapes, integers, {@code True} and {@code False}. Everything else is an error.
 */
final class PythonLiteral {

  private static final int MAX_DEPTH = 8;

  private final String text;
  private int at;
  private int depth;

  private PythonLiteral(String text) {
    this.text = text;
  }

  /** The value as maps, lists, strings, longs and booleans. */
  static Object parse(String text) throws IOException {
    PythonLiteral parser = new PythonLiteral(text);
    Object value = parser.value();
    parser.skipSpace();
    if (parser.at < text.length()) {
      throw parser.malformed();
    }
    return value;
  }

  private Object value() throws IOException {
    skipSpace();
    char first = peek();
    if (first == '\'' || first == '"') {
      return string();
    }
    if (first == '{') {
      return dictionary();
    }
    if (first == '(') {
      return sequence(')');
    }
    return first == '[' ? sequence(']') : word();
  }

  private String string() throws IOException {
    int end = text.indexOf(text.charAt(at), at + 1);
    if (end < 0 || text.substring(at, end).indexOf('\\') >= 0) {
      throw malformed();
    }
    String value = text.substring(at + 1, end);
    at = end + 1;
    return value;
  }

  private Object word() throws IOException {
    int start = at;
    while (at < text.length() && (Character.isLetterOrDigit(text.charAt(at)) || peek() == '-')) {
      at++;
    }
    String word = text.substring(start, at);
    if (word.equals("True") || word.equals("False")) {
      return word.equals("True");
    }
    // Python 2 wrote its long integers with an L.
    String digits = word.endsWith("L") ? word.substring(0, word.length() - 1) : word;
    try {
      return Long.valueOf(digits);
    } catch (NumberFormatException e) {
      at = start;
      throw malformed();
    }
  }

  private List<Object> sequence(char end) throws IOException {
    open();
    List<Object> items = new ArrayList<>();
    while (peek() != end) {
      items.add(value());
      separator(end);
    }
    close();
    return items;
  }

  private Map<Object, Object> dictionary() throws IOException {
    open();
    Map<Object, Object> entries = new LinkedHashMap<>();
    while (peek() != '}') {
      Object key = value();
      skipSpace();
      if (peek() != ':') {
        throw malformed();
      }
      at++;
      entries.put(key, value());
      separator('}');
    }
    close();
    return entries;
  }

  private void open() throws IOException {
    if (++depth > MAX_DEPTH) {
      throw malformed();
    }
    at++;
    skipSpace();
  }

  private void close() {
    depth--;
    at++;
  }

  private void separator(char end) throws IOException {
    skipSpace();
    if (peek() == ',') {
      at++;
      skipSpace();
    } else if (peek() != end) {
      throw malformed();
    }
  }

  private void skipSpace() {
    while (at < text.length() && " \t\n\r".indexOf(text.charAt(at)) >= 0) {
      at++;
    }
  }

  private char peek() throws IOException {
    if (at == text.length()) {
      throw malformed();
    }
    return text.charAt(at);
  }

  private IOException malformed() {
    return new IOException("header: malformed at character " + at + ", expected a Python literal");
  }
}
