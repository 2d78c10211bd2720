package dev.vectormigrate.sources.numpy;

import static org.assertj.core.api.Assertions.assertThat;

import org.junit.jupiter.api.Test;

class HalfFloatTest {

  @Test
  void every_half_is_the_number_that_the_standard_says() {
    for (int bits = 0; bits <= 0xFFFF; bits++) {
      float actual = HalfFloat.toFloat((short) bits);
      int exponent = bits >> 10 & 31;
      int fraction = bits & 1023;
      if (exponent == 31 && fraction != 0) {
        assertThat(actual).isNaN();
        continue;
      }
      double magnitude =
          exponent == 31
              ? Double.POSITIVE_INFINITY
              : exponent == 0
                  ? Math.scalb((double) fraction, -24)
                  : Math.scalb(1024.0 + fraction, exponent - 25);
      float expected = (float) (bits >= 0x8000 ? -magnitude : magnitude);
      assertThat(Float.floatToRawIntBits(actual)).isEqualTo(Float.floatToRawIntBits(expected));
    }
  }

  @Test
  void zeros_subnormals_and_infinities_keep_their_sign() {
    assertThat(Float.floatToRawIntBits(HalfFloat.toFloat((short) 0x8000))).isEqualTo(0x80000000);
    assertThat(HalfFloat.toFloat((short) 0x8001)).isEqualTo(-0x1p-24f);
    assertThat(HalfFloat.toFloat((short) 0x03FF)).isEqualTo(1023 * 0x1p-24f);
    assertThat(HalfFloat.toFloat((short) 0x7BFF)).isEqualTo(65504f);
    assertThat(HalfFloat.toFloat((short) 0xFC00)).isEqualTo(Float.NEGATIVE_INFINITY);
  }

  @Test
  void a_nan_keeps_its_sign_and_payload() {
    assertThat(Float.floatToRawIntBits(HalfFloat.toFloat((short) 0xFE01))).isEqualTo(0xFFC02000);
  }
}
