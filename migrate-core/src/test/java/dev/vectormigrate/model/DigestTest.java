package dev.vectormigrate.model;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import java.math.BigInteger;
import java.util.ArrayList;
import java.util.Collections;
import java.util.List;
import java.util.Random;
import org.junit.jupiter.api.Test;

class DigestTest {

  private static Digest sum(List<Digest> digests) {
    return digests.stream().reduce(Digest.NONE, Digest::plus);
  }

  @Test
  void a_sum_does_not_depend_on_order_or_grouping() {
    Random random = new Random(7);
    List<Digest> digests = new ArrayList<>();
    for (int i = 0; i < 200; i++) {
      digests.add(new Digest(random.nextLong(), random.nextLong()));
    }
    Digest whole = sum(digests);
    Digest parts = sum(digests.subList(0, 77)).plus(sum(digests.subList(77, 200)));
    Collections.shuffle(digests, random);

    assertThat(sum(digests)).isEqualTo(whole);
    assertThat(parts).isEqualTo(whole);
  }

  @Test
  void the_low_half_carries_into_the_high_half() {
    Digest one = new Digest(0, 1);

    assertThat(new Digest(0, -1).plus(one)).isEqualTo(new Digest(1, 0));
    assertThat(one.plus(new Digest(0, -1))).isEqualTo(new Digest(1, 0));
    assertThat(new Digest(0, -1).plus(new Digest(0, -1))).isEqualTo(new Digest(1, -2));
    assertThat(new Digest(-1, -1).plus(one)).isEqualTo(Digest.NONE);
    assertThat(new Digest(0, Long.MAX_VALUE).plus(one)).isEqualTo(new Digest(0, Long.MIN_VALUE));
  }

  @Test
  void is_the_sum_modulo_two_to_the_128() {
    Random random = new Random(8);
    for (int i = 0; i < 1_000; i++) {
      Digest a = new Digest(random.nextLong(), random.nextLong());
      Digest b = new Digest(random.nextLong(), random.nextLong());
      BigInteger expected = number(a).add(number(b)).mod(BigInteger.TWO.pow(128));
      assertThat(number(a.plus(b))).isEqualTo(expected);
    }
  }

  private static BigInteger number(Digest digest) {
    return new BigInteger(digest.toString(), 16);
  }

  @Test
  void the_same_row_twice_is_not_the_row_once() {
    Digest row = new Digest(5, 5);

    assertThat(row.plus(row)).isNotEqualTo(row).isNotEqualTo(Digest.NONE);
  }

  @Test
  void survives_a_round_trip_through_text() {
    Digest digest = new Digest(0x0123456789abcdefL, -2);

    assertThat(digest).hasToString("0123456789abcdeffffffffffffffffe");
    assertThat(Digest.parse("0123456789abcdeffffffffffffffffe")).isEqualTo(digest);
    assertThat(Digest.NONE).hasToString("0".repeat(32));
    assertThat(Digest.parse("0".repeat(32))).isEqualTo(Digest.NONE);
  }

  @Test
  void other_text_is_refused() {
    assertThatThrownBy(() -> Digest.parse("00"))
        .isInstanceOf(IllegalArgumentException.class)
        .hasMessage("digest: 2 digits, expected 32");
    assertThatThrownBy(() -> Digest.parse("g".repeat(32)))
        .isInstanceOf(IllegalArgumentException.class);
  }
}
