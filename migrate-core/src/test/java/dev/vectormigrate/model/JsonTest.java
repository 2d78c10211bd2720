package dev.vectormigrate.model;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import java.math.BigDecimal;
import java.math.BigInteger;
import java.nio.charset.StandardCharsets;
import java.util.ArrayList;
import java.util.Arrays;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import java.util.Random;
import org.junit.jupiter.api.Test;

class JsonTest {

  private static String text(Json json) {
    return new String(json.utf8(), StandardCharsets.UTF_8);
  }

  private static String canonical(String text) {
    return text(Json.parse(text));
  }

  private static String canonical(Object value) {
    return text(Json.of(value));
  }

  private static void refuses(String text, String message) {
    assertThatThrownBy(() -> Json.parse(text))
        .isExactlyInstanceOf(IllegalArgumentException.class)
        .hasMessage(message);
  }

  private static void refusesValue(Object value, String message) {
    assertThatThrownBy(() -> Json.of(value))
        .isExactlyInstanceOf(IllegalArgumentException.class)
        .hasMessage(message);
  }

  @Test
  void keys_are_ordered_by_the_length_of_their_bytes_and_then_by_the_bytes() {
    assertThat(
            canonical("{\"bb\":1,\"ä\":2,\"a\":3,\"\":4,\"z\":5,\"😀\":6,\"aaa\":7,\"\uffff\":8}"))
        .isEqualTo("{\"\":4,\"a\":3,\"z\":5,\"bb\":1,\"ä\":2,\"aaa\":7,\"\uffff\":8,\"😀\":6}");
  }

  @Test
  void white_space_and_the_order_of_keys_do_not_matter() {
    Json one = Json.parse(" { \"a\" : [ 1 , 2 ] ,\n\t\"b\" : null } ");
    Json other = Json.parse("{\"b\":null,\"a\":[1,2]}");

    assertThat(one).isEqualTo(other).hasSameHashCodeAs(other);
    assertThat(text(one)).isEqualTo("{\"a\":[1,2],\"b\":null}");
  }

  @Test
  void the_order_of_an_array_matters() {
    assertThat(Json.parse("[1,2]")).isNotEqualTo(Json.parse("[2,1]"));
  }

  @Test
  void integers_are_written_as_digits_without_limit() {
    assertThat(canonical("[0,-0,7,-7]")).isEqualTo("[0,0,7,-7]");
    assertThat(canonical("9223372036854775807")).isEqualTo("9223372036854775807");
    assertThat(canonical("9223372036854775808")).isEqualTo("9223372036854775808");
    assertThat(canonical("-9223372036854775809")).isEqualTo("-9223372036854775809");
    assertThat(canonical(BigInteger.TWO.pow(63))).isEqualTo("9223372036854775808");
    String huge = "1" + "0".repeat(999);
    assertThat(canonical(huge)).isEqualTo(huge);
  }

  @Test
  void decimals_are_written_plainly_with_a_fraction_and_without_further_zeros() {
    assertThat(canonical("[1.0,1.50,1e2,1E-3,-2.500e1,0.0,100.0]"))
        .isEqualTo("[1.0,1.5,100.0,0.001,-25.0,0.0,100.0]");
    assertThat(canonical("1e300")).isEqualTo("1" + "0".repeat(300) + ".0");
    assertThat(canonical("5e-324")).isEqualTo("0." + "0".repeat(323) + "5");
    assertThat(canonical(Double.MIN_VALUE)).isEqualTo("0." + "0".repeat(323) + "49");
    assertThat(canonical(9.007199254740993e15)).isEqualTo("9007199254740992.0");
  }

  @Test
  void an_integer_differs_from_the_decimal_of_the_same_value() {
    assertThat(Json.parse("1")).isNotEqualTo(Json.parse("1.0"));
    assertThat(Json.of(1L)).isNotEqualTo(Json.of(1.0));
  }

  @Test
  void negative_zero_becomes_zero() {
    assertThat(canonical("-0.0")).isEqualTo("0.0");
    assertThat(canonical(-0.0)).isEqualTo("0.0");
    assertThat(canonical(-0.0f)).isEqualTo("0.0");
    assertThat(canonical("-0e-5")).isEqualTo("0.0");
    assertThat(canonical("0e1000000000")).isEqualTo("0.0");
  }

  @Test
  void float_double_and_decimal_spelled_alike_have_the_same_bytes() {
    for (String spelled : List.of("0.1", "3.4028235E38", "1.4E-45", "16777216", "0.3", "1e10")) {
      Json decimal = Json.of(new BigDecimal(spelled).setScale(60));
      assertThat(Json.of(Float.parseFloat(spelled))).as(spelled).isEqualTo(decimal);
      assertThat(Json.of(Double.parseDouble(spelled))).as(spelled).isEqualTo(decimal);
    }
  }

  @Test
  void numbers_that_would_fill_the_memory_are_refused_at_once() {
    String message = "number of more than 16383 digits";
    refuses("1e1000000000", message);
    refuses("1e-1000000000", message);
    refuses("1e16383", message);
    refusesValue(new BigDecimal(BigInteger.ONE, -1_000_000_000), message);
    refusesValue(Map.of("n", BigInteger.TEN.pow(16_383)), "key 'n': " + message);
    assertThat(canonical("1e16382")).hasSize(16_385);
    assertThat(canonical("1e-16383")).hasSize(16_385);
    assertThat(canonical(BigInteger.TEN.pow(16_382))).hasSize(16_383);
  }

  @Test
  void an_exponent_beyond_all_numbers_is_refused_without_being_told() {
    refuses("{\"n\":1e99999999999}", "number of more than 16383 digits");
    refuses("[-1.5e-99999999999]", "number of more than 16383 digits");
  }

  @Test
  void strings_are_escaped_no_more_than_needed() {
    assertThat(canonical("\"\\u00e4\\/\\u0041 \\ud83d\\ude00\"")).isEqualTo("\"ä/A 😀\"");
    assertThat(text(Json.of("a\"b\\c\b\f\n\r\t\u0000\u0001\u001f\u007f")))
        .isEqualTo("\"a\\\"b\\\\c\\b\\f\\n\\r\\t\\u0000\\u0001\\u001f\u007f\"");
  }

  @Test
  void a_control_character_in_the_text_is_malformed() {
    refuses("{\"secret\":\"a\nb\"}", "not JSON: malformed near byte 12");
  }

  @Test
  void a_lone_surrogate_is_refused_with_its_key_and_without_its_text() {
    String message = "key 'a': key 'b': lone surrogate, which is not Unicode text";
    refusesValue(Map.of("a", Map.of("b", List.of("secret\ud83d"))), message);
    refusesValue(Map.of("a", Map.of("b", "\ude00secret")), message);
    refuses("{\"a\":{\"b\":\"secret\\ud83d\"}}", message);
    refusesValue("\ud83d\ud83d\ude00", "lone surrogate, which is not Unicode text");
    refusesValue(Map.of("\udc00", 1), "lone surrogate, which is not Unicode text");
  }

  @Test
  void a_lone_surrogate_in_parsed_text_is_not_replaced() {
    refuses("\"secret\ud83d\"", "lone surrogate, which is not Unicode text");
    assertThat(canonical("\"\ud83d\ude00\"")).isEqualTo("\"😀\"");
  }

  @Test
  void the_null_character_is_kept_and_told_of() {
    assertThat(Json.parse("{\"a\":[\"b\\u0000\"]}").holdsNul()).isTrue();
    assertThat(Json.parse("{\"\\u0000\":1}").holdsNul()).isTrue();
    assertThat(Json.of("\u0000").holdsNul()).isTrue();
    assertThat(Json.parse("{\"a\":\"\\u0001\\\\u0000\"}").holdsNul()).isFalse();
  }

  @Test
  void a_key_that_occurs_twice_is_refused() {
    assertThatThrownBy(() -> Json.parse("{\"secret\":1,\"secret\":2}"))
        .isExactlyInstanceOf(IllegalArgumentException.class)
        .hasMessageStartingWith("not JSON: malformed near byte ")
        .hasMessageNotContaining("secret");
    assertThat(canonical("[{\"a\":1},{\"a\":1}]")).isEqualTo("[{\"a\":1},{\"a\":1}]");
  }

  @Test
  void nesting_ends_at_500_levels_in_both_ways() {
    String deepest = "[".repeat(500) + "]".repeat(500);
    assertThat(canonical(deepest)).isEqualTo(deepest);
    assertThat(Json.of(Json.parse(deepest).toJava())).isEqualTo(Json.parse(deepest));
    assertThatThrownBy(() -> Json.parse("[".repeat(501) + "]".repeat(501)))
        .isExactlyInstanceOf(IllegalArgumentException.class)
        .hasMessageStartingWith("not JSON: malformed near byte ");

    Object tooDeep = 1L;
    for (int i = 0; i < 501; i++) {
      tooDeep = List.of(tooDeep);
    }
    refusesValue(tooDeep, "nested deeper than 500 levels");
  }

  @Test
  void malformed_text_is_refused_without_any_of_it() {
    for (String malformed :
        List.of(
            "secret",
            "{\"secret\":",
            "[secret]",
            "{\"secret\" 1}",
            "[1 2]",
            "'secret'",
            "NaN",
            "[01]",
            "[1.]",
            "[.5]",
            "[1,]",
            "{secret:1}",
            "\"\\x\"",
            "// secret\n1")) {
      assertThatThrownBy(() -> Json.parse(malformed))
          .as(malformed)
          .isExactlyInstanceOf(IllegalArgumentException.class)
          .message()
          .matches("not JSON: malformed near byte \\d+");
    }
    refuses("", "not JSON: empty");
    refuses("  ", "not JSON: empty");
    refuses("1 2", "not JSON: text after the end of the value");
    refuses("]", "not JSON: malformed near byte 0");
  }

  @Test
  void bytes_that_are_not_utf8_are_malformed() {
    byte[] latin1 = "\"\u00e4\"".getBytes(StandardCharsets.ISO_8859_1);
    assertThatThrownBy(() -> Json.parse(latin1))
        .isExactlyInstanceOf(IllegalArgumentException.class)
        .message()
        .matches("not JSON: malformed near byte \\d+");
  }

  @Test
  void values_that_json_has_no_form_for_are_refused() {
    refusesValue(Map.of("n", Double.NaN), "key 'n': NaN or infinite, which JSON has no number for");
    refusesValue(Float.NEGATIVE_INFINITY, "NaN or infinite, which JSON has no number for");
    refusesValue(
        Map.of("c", 'x'), "key 'c': JSON value: Character, expected text, number or the like");
    refusesValue((short) 1, "JSON number: Short");
    refusesValue(Map.of(1, "a"), "JSON key: not text");
  }

  @Test
  void to_java_gives_the_values_back() {
    Map<String, Object> value = new LinkedHashMap<>();
    value.put("b", true);
    value.put("d", new BigDecimal("1.5"));
    value.put("n", null);
    value.put("big", BigInteger.TWO.pow(64));
    value.put("list", Arrays.asList(1L, "x", null, List.of(), Map.of()));

    assertThat(Json.of(value).toJava()).isEqualTo(value);
  }

  @Test
  void generated_values_survive_the_round_trip_and_the_form_is_final() {
    Random random = new Random(20261120);
    for (int i = 0; i < 3_000; i++) {
      Json json = Json.of(value(random, 4));

      assertThat(Json.parse(json.utf8())).isEqualTo(json);
      assertThat(Json.parse(text(json))).isEqualTo(json);
      assertThat(Json.of(json.toJava())).isEqualTo(json);
    }
  }

  private static Object value(Random random, int depth) {
    return switch (random.nextInt(depth > 0 ? 10 : 8)) {
      case 0 -> null;
      case 1 -> random.nextBoolean();
      case 2 -> random.nextLong();
      case 3 -> new BigInteger(random.nextInt(300), random);
      case 4 -> finite(Double.longBitsToDouble(random.nextLong()));
      case 5 -> (float) random.nextGaussian();
      case 6 -> new BigDecimal(new BigInteger(90, random), random.nextInt(80) - 40);
      case 7 -> string(random);
      case 8 -> {
        List<Object> array = new ArrayList<>();
        for (int i = random.nextInt(4); i > 0; i--) {
          array.add(value(random, depth - 1));
        }
        yield array;
      }
      default -> {
        Map<String, Object> object = new LinkedHashMap<>();
        for (int i = random.nextInt(5); i > 0; i--) {
          object.put(string(random), value(random, depth - 1));
        }
        yield object;
      }
    };
  }

  private static double finite(double any) {
    return Double.isFinite(any) ? any : 0.5;
  }

  private static String string(Random random) {
    return random
        .ints(random.nextInt(6), 0, 0x10000)
        .map(c -> c >= 0xd800 && c < 0xe000 ? 0x1f600 + c % 64 : c % 3 == 0 ? c % 128 : c)
        .collect(StringBuilder::new, StringBuilder::appendCodePoint, StringBuilder::append)
        .toString();
  }

  @Test
  void the_text_for_logs_holds_no_content() {
    assertThat(Json.parse("{\"secret\":1}")).hasToString("json of 12 bytes");
  }
}
