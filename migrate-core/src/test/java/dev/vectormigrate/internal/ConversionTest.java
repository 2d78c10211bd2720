package dev.vectormigrate.internal;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import dev.vectormigrate.model.Bytes;
import dev.vectormigrate.model.FieldType;
import dev.vectormigrate.model.Json;
import dev.vectormigrate.model.SparseVector;
import dev.vectormigrate.model.Vector;
import java.math.BigDecimal;
import java.math.BigInteger;
import java.time.Instant;
import java.time.LocalDateTime;
import java.time.ZoneOffset;
import java.util.List;
import java.util.Map;
import java.util.UUID;
import org.junit.jupiter.api.Test;

class ConversionTest {

  private static final UUID ID = UUID.fromString("00112233-4455-6677-8899-aabbccddeeff");

  private static Object convert(FieldType type, Object value) {
    return new Conversion(type, ZoneOffset.UTC).convert(value);
  }

  private static void refused(FieldType type, Object value, String message) {
    assertThatThrownBy(() -> convert(type, value))
        .isInstanceOf(IllegalArgumentException.class)
        .hasMessage(message);
  }

  @Test
  void to_text() {
    assertThat(convert(FieldType.TEXT, "")).isEqualTo("");
    assertThat(convert(FieldType.TEXT, Long.MIN_VALUE)).isEqualTo("-9223372036854775808");
    assertThat(convert(FieldType.TEXT, new BigDecimal("1E+3"))).isEqualTo("1000");
    assertThat(convert(FieldType.TEXT, true)).isEqualTo("true");
    assertThat(convert(FieldType.TEXT, ID)).isEqualTo("00112233-4455-6677-8899-aabbccddeeff");
    assertThat(convert(FieldType.TEXT, Json.of("a"))).isEqualTo("a");
    refused(FieldType.TEXT, Json.of(Map.of("a", 1)), "a JSON object, expected text");
    refused(FieldType.TEXT, Bytes.of((byte) 65), "a value of type bytes, expected text");
    refused(FieldType.TEXT, Json.of(null), "JSON null, expected a value");
  }

  @Test
  void to_integer() {
    assertThat(convert(FieldType.INTEGER, "9007199254740993")).isEqualTo(9007199254740993L);
    assertThat(convert(FieldType.INTEGER, " -7.0 ")).isEqualTo(-7L);
    assertThat(convert(FieldType.INTEGER, 1e15)).isEqualTo(1_000_000_000_000_000L);
    assertThat(convert(FieldType.INTEGER, false)).isEqualTo(0L);
    assertThat(convert(FieldType.INTEGER, Json.of(5))).isEqualTo(5L);
    refused(FieldType.INTEGER, 1.5, "a number, expected a whole number of 64 bits");
    refused(FieldType.INTEGER, "9223372036854775808", "a text, expected a whole number of 64 bits");
    refused(FieldType.INTEGER, "", "a text, expected a whole number of 64 bits");
    refused(
        FieldType.INTEGER,
        Double.POSITIVE_INFINITY,
        "a number, expected a whole number of 64 bits");
  }

  @Test
  void to_float() {
    assertThat(convert(FieldType.FLOAT, "0.1")).isEqualTo(0.1);
    assertThat(convert(FieldType.FLOAT, "5.6843418860808015e-14")).isEqualTo(Math.scalb(1.0, -44));
    assertThat(convert(FieldType.FLOAT, 1L << 53)).isEqualTo(9007199254740992.0);
    assertThat(convert(FieldType.FLOAT, 1L << 60)).isEqualTo(Math.scalb(1.0, 60));
    assertThat(convert(FieldType.FLOAT, -0.0)).isEqualTo(-0.0);
    assertThat(convert(FieldType.FLOAT, Double.NaN)).isEqualTo(Double.NaN);
    assertThat(convert(FieldType.FLOAT, Json.of(new BigDecimal("2.50")))).isEqualTo(2.5);
    String held = "expected a number that a double holds";
    refused(FieldType.FLOAT, (1L << 53) + 1, "a number, " + held);
    refused(FieldType.FLOAT, "9007199254740993", "a text, " + held);
    refused(FieldType.FLOAT, new BigInteger("36893488147419103233"), "a number, " + held);
    refused(FieldType.FLOAT, "0.1234567890123456789", "a text, " + held);
    refused(FieldType.FLOAT, "1e999", "a text, " + held);
    refused(FieldType.FLOAT, "1e-999", "a text, " + held);
    refused(FieldType.FLOAT, "NaN", "a text, expected a number");
  }

  @Test
  void to_decimal() {
    assertThat(convert(FieldType.DECIMAL, "12.50")).isEqualTo(new BigDecimal("12.50"));
    assertThat(convert(FieldType.DECIMAL, 0.1)).isEqualTo(new BigDecimal("0.1"));
    assertThat(convert(FieldType.DECIMAL, "1e3")).isEqualTo(new BigDecimal("1000"));
    assertThat(convert(FieldType.DECIMAL, 3L)).isEqualTo(new BigDecimal("3"));
    refused(FieldType.DECIMAL, "1e30000", "a number, expected one of at most 20000 digits");
    refused(FieldType.DECIMAL, "12,5", "a text, expected a decimal number");
    refused(FieldType.DECIMAL, true, "a value of type boolean, expected a decimal number");
  }

  @Test
  void to_boolean() {
    for (Object yes : List.of(true, 1L, "true", "T", " yes ", "y", "on", "1", Json.of(true))) {
      assertThat(convert(FieldType.BOOLEAN, yes)).as("%s", yes).isEqualTo(true);
    }
    for (Object no : List.of(false, 0L, "FALSE", "f", "No", "n", "off", "0", Json.of("0"))) {
      assertThat(convert(FieldType.BOOLEAN, no)).as("%s", no).isEqualTo(false);
    }
    for (Object number : List.of(2L, -1L, 1.0)) {
      refused(FieldType.BOOLEAN, number, "a number, expected true or false");
    }
    refused(FieldType.BOOLEAN, "", "a text, expected true or false");
  }

  @Test
  void to_uuid() {
    assertThat(convert(FieldType.UUID, "00112233-4455-6677-8899-AABBCCDDEEFF")).isEqualTo(ID);
    assertThat(convert(FieldType.UUID, "00112233445566778899aabbccddeeff")).isEqualTo(ID);
    byte[] bytes = new byte[16];
    for (int i = 0; i < bytes.length; i++) {
      bytes[i] = (byte) (0x11 * i);
    }
    assertThat(convert(FieldType.UUID, Bytes.wrap(bytes))).isEqualTo(ID);
    assertThat(convert(FieldType.UUID, Json.of(ID.toString()))).isEqualTo(ID);
    refused(FieldType.UUID, "0-0-0-0-0", "a text, expected a UUID");
    refused(FieldType.UUID, "00112233445566778899aabbccddeefg", "a text, expected a UUID");
    refused(FieldType.UUID, Bytes.of((byte) 1), "a value of type bytes, expected a UUID");
  }

  @Test
  void to_times() {
    LocalDateTime local = LocalDateTime.of(2024, 5, 1, 10, 0);
    assertThat(convert(FieldType.TIMESTAMP, "2024-05-01 12:00:00+02:00")).isEqualTo(local);
    assertThat(convert(FieldType.INSTANT, 1714557600L))
        .isEqualTo(Instant.parse("2024-05-01T10:00:00Z"));
    assertThat(convert(FieldType.INSTANT, local)).isEqualTo(Instant.parse("2024-05-01T10:00:00Z"));
    refused(
        FieldType.TIMESTAMP,
        "soon",
        "a text, expected a time of ISO 8601 such as 2024-05-01T10:00:00+00:00");
  }

  @Test
  void to_json() {
    assertThat(convert(FieldType.JSON, "{\"b\": 1.50, \"a\": [null]}"))
        .isEqualTo(Json.parse("{\"a\":[null],\"b\":1.5}"));
    assertThat(convert(FieldType.JSON, Bytes.of((byte) '[', (byte) ']')))
        .isEqualTo(Json.parse("[]"));
    assertThat(convert(FieldType.JSON, 7L)).isEqualTo(Json.of(7L));
    refused(FieldType.JSON, "", "not JSON: empty");
    refused(FieldType.JSON, "{} {}", "not JSON: text after the end of the value");
    assertThatThrownBy(() -> convert(FieldType.JSON, "{'secret': 1}"))
        .isInstanceOf(IllegalArgumentException.class)
        .hasMessageNotContaining("secret");
  }

  @Test
  void to_texts() {
    assertThat(convert(FieldType.TEXTS, Json.parse("[\"a\", \"\"]"))).isEqualTo(List.of("a", ""));
    assertThat(convert(FieldType.TEXTS, "[\"a\"]")).isEqualTo(List.of("a"));
    refused(FieldType.TEXTS, Json.parse("[1]"), "a list, expected a list of texts");
  }

  @Test
  void to_vector() {
    FieldType three = FieldType.vector(3, null);
    Vector expected = Vector.of(0.1f, -0.0f, 1e10f);
    Bytes floats =
        Bytes.of(
            (byte) 0xCD,
            (byte) 0xCC,
            (byte) 0xCC,
            (byte) 0x3D,
            (byte) 0,
            (byte) 0,
            (byte) 0,
            (byte) 0x80,
            (byte) 0xF9,
            (byte) 0x02,
            (byte) 0x15,
            (byte) 0x50);
    assertThat(convert(three, "[0.10000000149011612, 0, 1e10]"))
        .isEqualTo(Vector.of(0.1f, 0f, 1e10f));
    assertThat(convert(three, floats)).isEqualTo(expected);
    assertThat(convert(three, expected)).isEqualTo(expected);
    assertThat(convert(FieldType.vector(0, null), Json.parse("[1, 2]"))).isEqualTo(Vector.of(1, 2));
    refused(three, "[1, 2]", "a vector of 2 components, expected 3");
    refused(three, Vector.of(1), "a vector of 1 components, expected 3");
    refused(
        three,
        Bytes.of((byte) 1),
        "binary data of 1 bytes, expected a vector of 4 bytes a component");
    refused(three, "[1, \"2\", 3]", "a list, expected only numbers in it");
    refused(three, "[1, null, 3]", "a list, expected only numbers in it");
    refused(three, "[1, 1e39, 3]", "a list, expected only numbers in it that a float holds");
    refused(
        three,
        "5",
        "a number, expected a vector: a JSON array of numbers, or its bytes as float32");
  }

  @Test
  void other_types_stay() {
    SparseVector sparse = SparseVector.of(3, new int[] {1}, new float[] {2});
    assertThat(convert(FieldType.sparseVector(3), sparse)).isEqualTo(sparse);
    assertThat(convert(FieldType.BYTES, Bytes.of((byte) 1))).isEqualTo(Bytes.of((byte) 1));
    refused(FieldType.sparseVector(3), "[1]", "a text, expected sparse vector");
    refused(FieldType.BYTES, "AAE=", "a text, expected binary data");
  }
}
