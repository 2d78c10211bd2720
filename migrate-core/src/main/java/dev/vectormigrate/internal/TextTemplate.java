package dev.vectormigrate.internal;

import dev.vectormigrate.model.Field;
import dev.vectormigrate.model.FieldType;
import dev.vectormigrate.model.Json;
import dev.vectormigrate.model.Schema;
import java.nio.charset.StandardCharsets;
import java.util.ArrayList;
import java.util.Arrays;
import java.util.List;
import java.util.Map;
import org.jspecify.annotations.Nullable;

/**
 * A text with names of fields in braces, compiled for one schema; see {@code Embedding.text}.
 * Immutable and thread-safe.
 */
final class TextTemplate {

  private interface Part {
    void appendTo(StringBuilder text, RowValues row);
  }

  private final String template;
  private final Schema schema;
  private final List<Part> parts = new ArrayList<>();

  private TextTemplate(String template, Schema schema) {
    this.template = template;
    this.schema = schema;
  }

  /**
   * Compiles a template.
   *
   * @throws IllegalArgumentException if a brace stays open, or a name is not that of a field that
   *     can be put into a text
   */
  static TextTemplate of(String template, Schema schema) {
    TextTemplate compiled = new TextTemplate(template, schema);
    compiled.compile();
    if (compiled.parts.isEmpty()) {
      throw new IllegalArgumentException("text to embed: empty template, expected some field.");
    }
    return compiled;
  }

  private void compile() {
    StringBuilder plain = new StringBuilder();
    int at = 0;
    while (at < template.length()) {
      if (template.charAt(at) != '{') {
        plain.append(template.charAt(at++));
      } else if (template.startsWith("{{", at)) {
        plain.append('{');
        at += 2;
      } else {
        addPlain(plain);
        at = addField(at);
      }
    }
    addPlain(plain);
  }

  private void addPlain(StringBuilder plain) {
    if (plain.length() > 0) {
      String fixed = plain.toString();
      parts.add((text, row) -> text.append(fixed));
      plain.setLength(0);
    }
  }

  private int addField(int open) {
    int close = template.indexOf('}', open);
    if (close < 0) {
      throw new IllegalArgumentException(
          "text to embed: '{' at character %d is not closed, expected '}'. Write {{ for a brace."
              .formatted(open + 1));
    }
    parts.add(field(template.substring(open + 1, close)));
    return close + 1;
  }

  /** A field whose name has dots wins over a member of a field with a shorter name. */
  private Part field(String name) {
    for (int end = name.length(); end > 0; end = name.lastIndexOf('.', end - 1)) {
      int index = schema.indexOf(name.substring(0, end));
      if (index >= 0) {
        return end == name.length() ? whole(index) : member(index, name.substring(end + 1));
      }
    }
    List<String> known = schema.fields().stream().map(Field::name).toList();
    throw new IllegalArgumentException(
        "text to embed: field '%s': not there, expected one of %s.".formatted(name, known));
  }

  private Part whole(int index) {
    FieldType type = schema.field(index).type();
    if (type.kind().isVector() || type.kind() == FieldType.Kind.BYTES) {
      throw new IllegalArgumentException(
          "text to embed: field '%s': %s, expected text."
              .formatted(schema.field(index).name(), type));
    }
    return type.kind() == FieldType.Kind.JSON
        ? (text, row) -> append(text, row.content(index))
        : (text, row) -> append(text, row.value(index));
  }

  private Part member(int index, String path) {
    FieldType type = schema.field(index).type();
    if (type.kind() != FieldType.Kind.JSON) {
      throw new IllegalArgumentException(
          "text to embed: field '%s': %s, expected json to take '%s' from."
              .formatted(schema.field(index).name(), type, path));
    }
    List<String> keys = Arrays.asList(path.split("\\.", -1));
    return (text, row) -> append(text, follow(row.content(index), keys));
  }

  private static @Nullable Object follow(@Nullable Object content, List<String> keys) {
    Object value = content;
    for (String key : keys) {
      value = value instanceof Map<?, ?> members ? members.get(key) : null;
    }
    return value;
  }

  private static void append(StringBuilder text, @Nullable Object value) {
    if (value instanceof Number || value instanceof Map || value instanceof List) {
      text.append(new String(Json.of(value).utf8(), StandardCharsets.UTF_8));
    } else if (value != null) {
      text.append(value);
    }
  }

  /**
   * The text of a row.
   *
   * @throws IllegalArgumentException if a number is not finite
   */
  String text(RowValues row) {
    StringBuilder text = new StringBuilder();
    parts.forEach(part -> part.appendTo(text, row));
    return text.toString();
  }
}
