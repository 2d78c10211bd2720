package dev.vectormigrate.model;

import static org.assertj.core.api.Assertions.assertThat;

import org.junit.jupiter.api.Test;

class HalfFloatTest {

  /** Every number of half precision, by its definition in double precision. */
  private static double defined(int bits) {
    int exponent = (bits >>> 10) & 0x1f;
    int mantissa = bits & 0x3ff;
    double size =
        exponent == 0 ? mantissa * 0x1p-24 : (1 + mantissa / 1024.0) * Math.pow(2, exponent - 15);
    return (bits & 0x8000) == 0 ? size : -size;
  }

  @Test
  void readsEveryNumberAsItIsDefinedAndWritesItBack() {
    for (int bits = 0; bits < 0x10000; bits++) {
      if ((bits & 0x7c00) == 0x7c00) {
        continue;
      }
      float value = HalfFloat.fromBits((short) bits);
      assertThat((double) value).as("bits %x", bits).isEqualTo(defined(bits));
      assertThat(HalfFloat.toBits(value)).as("bits %x", bits).isEqualTo((short) bits);
    }
  }

  @Test
  void roundsToTheNearestAndTiesToTheEven() {
    for (int bits = 0; bits < 0x7bff; bits++) {
      float lower = HalfFloat.fromBits((short) bits);
      float upper = HalfFloat.fromBits((short) (bits + 1));
      float middle = (lower + upper) / 2; // exact: it has one bit more
      short even = (short) ((bits & 1) == 0 ? bits : bits + 1);
      assertThat(HalfFloat.toBits(middle)).as("middle above %x", bits).isEqualTo(even);
      assertThat(HalfFloat.toBits(Math.nextDown(middle))).isEqualTo((short) bits);
      assertThat(HalfFloat.toBits(Math.nextUp(middle))).isEqualTo((short) (bits + 1));
      assertThat(HalfFloat.toBits(-middle)).isEqualTo((short) (0x8000 | even));
    }
  }

  @Test
  void knowsTheEnds() {
    assertThat(HalfFloat.round(65_504f)).isEqualTo(65_504f);
    assertThat(HalfFloat.round(65_519.996f)).isEqualTo(65_504f);
    assertThat(HalfFloat.round(65_520f)).isEqualTo(Float.POSITIVE_INFINITY);
    assertThat(HalfFloat.round(-1e30f)).isEqualTo(Float.NEGATIVE_INFINITY);
    assertThat(HalfFloat.round(Float.NEGATIVE_INFINITY)).isEqualTo(Float.NEGATIVE_INFINITY);
    assertThat(HalfFloat.round(Float.NaN)).isNaN();
    assertThat(Float.floatToRawIntBits(HalfFloat.round(-1e-30f))).isEqualTo(0x80000000);
    assertThat(HalfFloat.round(0x1p-25f)).isZero();
    assertThat(HalfFloat.round(Math.nextUp(0x1p-25f))).isEqualTo(0x1p-24f);
  }
}
