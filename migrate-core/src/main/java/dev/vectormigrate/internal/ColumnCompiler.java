package dev.vectormigrate.internal;

import dev.vectormigrate.ColumnValue;
import dev.vectormigrate.ColumnValue.ConstantValue;
import dev.vectormigrate.ColumnValue.ConvertedValue;
import dev.vectormigrate.ColumnValue.FieldValue;
import dev.vectormigrate.ColumnValue.FirstValue;
import dev.vectormigrate.ColumnValue.JsonTextValue;
import dev.vectormigrate.ColumnValue.MemberValue;
import dev.vectormigrate.ColumnValue.MembersValue;
import dev.vectormigrate.ColumnValue.OptionalValue;
import dev.vectormigrate.ColumnValue.RequiredValue;
import dev.vectormigrate.ColumnValue.RestValue;
import dev.vectormigrate.ColumnValue.SecondsValue;
import dev.vectormigrate.ColumnValue.SplitValue;
import dev.vectormigrate.ColumnValue.TextMembersValue;
import dev.vectormigrate.ColumnValue.UuidValue;
import dev.vectormigrate.model.Field;
import dev.vectormigrate.model.FieldType;
import dev.vectormigrate.model.Json;
import dev.vectormigrate.model.Row;
import dev.vectormigrate.model.Schema;
import dev.vectormigrate.model.Vector;
import java.math.BigDecimal;
import java.math.BigInteger;
import java.nio.charset.StandardCharsets;
import java.time.Instant;
import java.time.LocalDateTime;
import java.time.ZoneOffset;
import java.time.temporal.ChronoUnit;
import java.util.ArrayList;
import java.util.Arrays;
import java.util.HashSet;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import java.util.Set;
import java.util.UUID;
import java.util.function.UnaryOperator;
import java.util.regex.Pattern;
import org.jspecify.annotations.Nullable;

/**
 * Compiles computed columns for one schema, and remembers what of it they use. Used by one thread;
 * what it makes is immutable and thread-safe.
 */
final class ColumnCompiler {

  /** Computes a value; what can't be computed is an {@link IllegalArgumentException}. */
  interface Computation {
    @Nullable Object of(RowValues row);
  }

  /**
   * A compiled column value.
   *
   * @param type of what it computes
   * @param nullable whether that may be null
   * @param constant the one value, as text, that it has in every row; empty if there is none
   */
  record Compiled(
      FieldType type, boolean nullable, Computation computation, List<String> constant) {

    Compiled(FieldType type, boolean nullable, Computation computation) {
      this(type, nullable, computation, List.of());
    }
  }

  private static final int MICROSECONDS_A_SECOND = 1_000_000;

  private final Schema schema;
  private final Set<String> usedFields = new HashSet<>();
  private final Set<String> touched = new HashSet<>();
  private final Map<String, Set<String>> usedMembers = new LinkedHashMap<>();
  private final Set<String> ignored;
  private final Tally losses;

  /**
   * @param ignored fields, and members as {@code field.member}, that a rest leaves out, too
   */
  ColumnCompiler(Schema schema, Set<String> ignored, Tally losses) {
    this.losses = losses;
    this.schema = schema;
    this.ignored = ignored;
  }

  /** The fields that are used as a whole. */
  Set<String> usedFields() {
    return usedFields;
  }

  /** The fields that were used as a whole since this was asked last. */
  Set<String> takeTouched() {
    Set<String> taken = Set.copyOf(touched);
    touched.clear();
    return taken;
  }

  /** The outermost keys that are used of JSON fields; filled once everything is compiled. */
  Map<String, Set<String>> usedMembers() {
    return usedMembers;
  }

  Compiled compile(ColumnValue value) {
    if (value instanceof FieldValue field) {
      return field(field.field());
    }
    if (value instanceof MemberValue member) {
      return member(member);
    }
    if (value instanceof RestValue rest) {
      return rest(rest.field());
    }
    if (value instanceof ConstantValue constant) {
      return new Compiled(
          constant.type(), false, row -> constant.value(), List.of(constant.value().toString()));
    }
    if (value instanceof UuidValue uuid) {
      return uuid(uuid);
    }
    if (value instanceof FirstValue first) {
      return first(first);
    }
    if (value instanceof ConvertedValue converted) {
      return converted(converted);
    }
    if (value instanceof SplitValue split) {
      return split(split);
    }
    if (value instanceof SecondsValue seconds) {
      return seconds(seconds);
    }
    if (value instanceof JsonTextValue text) {
      return jsonText(text);
    }
    if (value instanceof MembersValue members) {
      return members(
          members.value(), members.plain() ? ColumnCompiler::plain : UnaryOperator.identity());
    }
    if (value instanceof TextMembersValue texts) {
      return members(texts.value(), ColumnCompiler::text);
    }
    if (value instanceof OptionalValue optional) {
      Compiled inner = compile(optional.value());
      return new Compiled(inner.type(), true, inner.computation());
    }
    return required((RequiredValue) value);
  }

  private int index(String field) {
    int index = schema.indexOf(field);
    if (index < 0) {
      List<String> names = schema.fields().stream().map(Field::name).toList();
      throw new IllegalArgumentException(
          "field '" + field + "': not there, expected one of " + names + ".");
    }
    return index;
  }

  private int jsonIndex(String name) {
    int index = index(name);
    FieldType type = schema.field(index).type();
    if (type.kind() != FieldType.Kind.JSON) {
      throw new IllegalArgumentException(
          "field '" + name + "': of type " + type + ", expected json to take members from.");
    }
    return index;
  }

  private Compiled field(String name) {
    int index = index(name);
    usedFields.add(name);
    touched.add(name);
    Field field = schema.field(index);
    return new Compiled(field.type(), field.nullable(), row -> row.value(index));
  }

  private Compiled member(MemberValue member) {
    int index = jsonIndex(member.field());
    List<String> path = member.path();
    usedMembers.computeIfAbsent(member.field(), name -> new HashSet<>()).add(path.get(0));
    return new Compiled(FieldType.JSON, true, row -> json(follow(row.members(index), path)));
  }

  private static @Nullable Json json(@Nullable Object value) {
    return value == null ? null : Json.of(value);
  }

  private static @Nullable Object follow(Map<?, ?> members, List<String> path) {
    Object value = members.get(path.get(0));
    for (String key : path.subList(1, path.size())) {
      value = value instanceof Map<?, ?> inner ? inner.get(key) : null;
    }
    return value;
  }

  private Compiled rest(String field) {
    int index = jsonIndex(field);
    usedFields.add(field);
    touched.add(field);
    return new Compiled(FieldType.JSON, false, row -> Json.of(rest(field, row.members(index))));
  }

  private Map<Object, @Nullable Object> rest(String field, Map<?, ?> members) {
    Set<String> used = usedMembers.getOrDefault(field, Set.of());
    Map<Object, @Nullable Object> rest = new LinkedHashMap<>(members);
    rest.keySet().removeIf(key -> used.contains(key) || ignored.contains(field + "." + key));
    return rest;
  }

  private Compiled uuid(UuidValue value) {
    List<Compiled> parts = value.parts().stream().map(this::compile).toList();
    return new Compiled(FieldType.UUID, false, row -> uuid(value.space(), texts(parts, row)));
  }

  private static UUID uuid(String space, List<String> parts) {
    UUID same = parts.size() == 1 ? NameUuid.parse(parts.get(0)) : null;
    return same != null ? same : NameUuid.of(space, nameOf(parts));
  }

  /** Different for different parts: each behind its length. */
  private static String nameOf(List<String> parts) {
    if (parts.size() == 1) {
      return parts.get(0);
    }
    StringBuilder name = new StringBuilder();
    parts.forEach(part -> name.append(part.length()).append(':').append(part));
    return name.toString();
  }

  private static List<String> texts(List<Compiled> parts, RowValues row) {
    List<String> texts = new ArrayList<>();
    for (Compiled part : parts) {
      Object value = part.computation().of(row);
      if (value == null) {
        throw new IllegalArgumentException("no value to make a UUID of, expected one");
      }
      texts.add((String) new Conversion(FieldType.TEXT, ZoneOffset.UTC).convert(value));
    }
    return texts;
  }

  private Compiled first(FirstValue value) {
    Compiled first = compile(value.first());
    Compiled second = compile(value.second());
    if (!first.type().equals(second.type())) {
      throw new IllegalArgumentException(
          "value of type %s or else of type %s: expected the same. Convert one with as(...)."
              .formatted(first.type(), second.type()));
    }
    return new Compiled(
        first.type(),
        first.nullable() && second.nullable(),
        row -> {
          Object found = first.computation().of(row);
          return found == null ? second.computation().of(row) : found;
        });
  }

  private Compiled converted(ConvertedValue value) {
    Compiled inner = compile(value.value());
    if (inner.type().equals(value.type())) {
      return inner;
    }
    Conversion conversion = new Conversion(value.type(), value.zone());
    boolean isMember = value.value() instanceof MemberValue;
    return new Compiled(
        value.type(),
        inner.nullable(),
        row -> {
          Object found = inner.computation().of(row);
          if (found == null) {
            return null;
          }
          Object converted = conversion.convert(isMember ? opened(found) : found);
          countRounded(row.row(), found, converted);
          return converted;
        });
  }

  private void countRounded(Row row, Object before, Object after) {
    if (before instanceof Vector vector
        && after instanceof Vector rounded
        && !rounded.equals(vector)) {
      losses.add(VectorTreatment.ROUNDED, row.id(), VectorTreatment.share(vector, rounded));
    }
  }

  /** Members become what their JSON holds: a text is a text, and not a text in quotes. */
  private static Object opened(Object member) {
    Object content = member instanceof Json json ? json.toJava() : member;
    return content == null ? member : content;
  }

  private Compiled split(SplitValue value) {
    Compiled inner = compile(value.value());
    if (inner.type().kind() != FieldType.Kind.TEXT) {
      throw new IllegalArgumentException(
          "value of type " + inner.type() + ": expected text to split. Convert it with as(...).");
    }
    Pattern separator = Pattern.compile(Pattern.quote(value.separator()));
    return new Compiled(
        FieldType.TEXTS,
        inner.nullable(),
        row -> {
          Object text = inner.computation().of(row);
          return text == null ? null : Arrays.asList(separator.split((String) text, -1));
        });
  }

  private Compiled seconds(SecondsValue value) {
    Compiled inner = compile(value.value());
    FieldType.Kind kind = inner.type().kind();
    if (kind != FieldType.Kind.TIMESTAMP && kind != FieldType.Kind.INSTANT) {
      throw new IllegalArgumentException(
          "value of type " + inner.type() + ": expected a time. Convert it with as(...).");
    }
    return new Compiled(
        new FieldType(kind, MICROSECONDS_A_SECOND, null),
        inner.nullable(),
        row -> {
          Object time = inner.computation().of(row);
          Object whole =
              time instanceof LocalDateTime local
                  ? local.truncatedTo(ChronoUnit.SECONDS)
                  : time instanceof Instant moment ? moment.truncatedTo(ChronoUnit.SECONDS) : null;
          if (whole != null && !whole.equals(time)) {
            losses.add("time cut to whole seconds", row.row().id());
          }
          return whole;
        });
  }

  private Compiled jsonText(JsonTextValue value) {
    Compiled inner = compile(value.value());
    FieldType.Kind kind = inner.type().kind();
    if (kind != FieldType.Kind.JSON && kind != FieldType.Kind.VECTOR) {
      throw new IllegalArgumentException(
          "value of type " + inner.type() + ": expected json or a vector to write as text.");
    }
    return new Compiled(
        FieldType.TEXT,
        inner.nullable(),
        row -> {
          Object found = inner.computation().of(row);
          return found == null ? null : jsonText(found);
        });
  }

  private static String jsonText(Object value) {
    if (value instanceof Json json) {
      return new String(json.utf8(), StandardCharsets.UTF_8);
    }
    StringBuilder text = new StringBuilder("[");
    Vector vector = (Vector) value;
    for (int i = 0; i < vector.dimension(); i++) {
      text.append(i == 0 ? "" : ",").append(vector.get(i));
    }
    return text.append(']').toString();
  }

  /** An object without the members that are null, and with what becomes of each other. */
  private Compiled members(ColumnValue value, UnaryOperator<Object> change) {
    Compiled inner = compile(value);
    if (inner.type().kind() != FieldType.Kind.JSON) {
      throw new IllegalArgumentException(
          "value of type " + inner.type() + ": expected json. Convert it with as(...).");
    }
    return new Compiled(
        FieldType.JSON,
        inner.nullable(),
        row -> {
          Object document = inner.computation().of(row);
          return document == null ? null : members((Json) document, change);
        });
  }

  private static Json members(Json document, UnaryOperator<Object> change) {
    if (!(document.toJava() instanceof Map<?, ?> members)) {
      throw new IllegalArgumentException("JSON that is no object, expected one");
    }
    Map<Object, Object> kept = new LinkedHashMap<>();
    members.forEach(
        (key, member) -> {
          if (member != null) {
            kept.put(key, change.apply(member));
          }
        });
    return kept.equals(members) ? document : Json.of(kept);
  }

  private static Object plain(Object member) {
    boolean isPlain =
        member instanceof String || (member instanceof Number && !(member instanceof BigInteger));
    return isPlain ? member : jsonText(Json.of(member));
  }

  private static Object text(Object member) {
    Object plain = plain(member);
    if (plain instanceof BigDecimal number) {
      return javaText(number);
    }
    return plain.toString();
  }

  /** In the form that {@link Double#toString(double)} and that of floats describe. */
  private static String javaText(BigDecimal number) {
    BigDecimal digits = number.stripTrailingZeros();
    int exponent = digits.precision() - digits.scale() - 1;
    if (digits.signum() == 0 || (exponent >= -3 && exponent < 7)) {
      return digits.setScale(Math.max(digits.scale(), 1)).toPlainString();
    }
    String figures = digits.unscaledValue().abs().toString();
    String fraction = figures.length() == 1 ? "0" : figures.substring(1);
    String sign = digits.signum() < 0 ? "-" : "";
    return sign + figures.charAt(0) + "." + fraction + "E" + exponent;
  }

  private Compiled required(RequiredValue value) {
    Compiled inner = compile(value.value());
    return new Compiled(
        inner.type(),
        false,
        row -> {
          Object found = inner.computation().of(row);
          if (found == null) {
            throw new IllegalArgumentException("no value, expected one");
          }
          return found;
        });
  }
}
