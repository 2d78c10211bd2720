package dev.vectormigrate.sources.qdrant;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import java.util.Collections;
import java.util.List;
import java.util.stream.Stream;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.ValueSource;

class PointKeyTest {

  @Test
  void numbersAreUnsignedAndStandBeforeUuidsInTheOrderOfTheirBytes() {
    List<String> ascending =
        List.of(
            "0",
            "9223372036854775807",
            "9223372036854775808",
            "18446744073709551615",
            "00000000-0000-0000-0000-000000000001",
            "7fffffff-0000-0000-0000-000000000000",
            "80000000-0000-0000-0000-000000000000",
            "ffffffff-ffff-ffff-ffff-ffffffffffff");
    List<String> descending = new java.util.ArrayList<>(ascending);
    Collections.reverse(descending);

    assertThat(descending.stream().map(PointKey::parse).sorted().map(PointKey::toString).toList())
        .isEqualTo(ascending);
    assertThat(Stream.of("5", "00000000-0000-0000-0000-000000000001").map(PointKey::parse))
        .allSatisfy(key -> assertThat(key).isEqualByComparingTo(key));
  }

  @ParameterizedTest
  @ValueSource(
      strings = {
        "",
        "-1",
        "18446744073709551616",
        "x",
        "FFFFFFFF-ffff-ffff-ffff-ffffffffffff",
        "ffffffffffffffffffffffffffffffff"
      })
  void anotherTextIsNoId(String text) {
    assertThatThrownBy(() -> PointKey.parse(text)).isInstanceOf(IllegalArgumentException.class);
  }
}
