package dev.vectormigrate.model;

import static org.assertj.core.api.Assertions.assertThat;

import java.nio.ByteBuffer;
import java.nio.ByteOrder;
import org.junit.jupiter.api.Test;

class VectorTest {

  @Test
  void equality_is_bit_by_bit() {
    float otherNaN = Float.intBitsToFloat(0x7fc00001);

    assertThat(Vector.of(1, 2)).isEqualTo(Vector.of(1, 2)).hasSameHashCodeAs(Vector.of(1, 2));
    assertThat(Vector.of(1, 2)).isNotEqualTo(Vector.of(1, 2, 0));
    assertThat(Vector.of(1, 2)).isNotEqualTo(Vector.of(2, 1));
    assertThat(Vector.of(0.0f)).isNotEqualTo(Vector.of(-0.0f));
    assertThat(Vector.of(1)).isNotEqualTo(Vector.of(Math.nextUp(1f)));
    assertThat(Vector.of(Float.NaN)).isEqualTo(Vector.of(Float.NaN));
    assertThat(Vector.of(Float.NaN)).isNotEqualTo(Vector.of(otherNaN));
  }

  @Test
  void wrap_owns_the_array_and_of_copies_it() {
    float[] components = {1, 2};
    Vector copied = Vector.of(components);
    Vector wrapped = Vector.wrap(components);
    components[0] = 9;
    wrapped.toArray()[1] = 9;

    assertThat(copied.toArray()).containsExactly(1, 2);
    assertThat(wrapped.toArray()).containsExactly(9, 2);
    assertThat(wrapped.get(0)).isEqualTo(9);
    assertThat(wrapped.dimension()).isEqualTo(2);
  }

  @Test
  void is_put_at_the_buffers_position_in_the_buffers_order() {
    ByteBuffer big = ByteBuffer.allocate(10).position(1);
    Vector.of(1, -0.0f).putInto(big);
    ByteBuffer little = ByteBuffer.allocate(4).order(ByteOrder.LITTLE_ENDIAN);
    Vector.of(1).putInto(little);

    assertThat(big.position()).isEqualTo(9);
    assertThat(big.array()).containsExactly(0, 0x3f, 0x80, 0, 0, 0x80, 0, 0, 0, 0);
    assertThat(little.array()).containsExactly(0, 0, 0x80, 0x3f);
  }

  @Test
  void finite_means_no_nan_and_no_infinity_anywhere() {
    assertThat(Vector.of(-0.0f, Float.MAX_VALUE, -Float.MAX_VALUE, Float.MIN_VALUE).isFinite())
        .isTrue();
    assertThat(Vector.of().isFinite()).isTrue();
    assertThat(Vector.of(1, Float.NaN, 1).isFinite()).isFalse();
    assertThat(Vector.of(Float.POSITIVE_INFINITY, Float.NEGATIVE_INFINITY).isFinite()).isFalse();
    assertThat(Vector.of(1, Float.NEGATIVE_INFINITY).isFinite()).isFalse();
  }

  @Test
  void the_text_for_logs_holds_no_content() {
    assertThat(Vector.of(1, 2, 3)).hasToString("vector(3)");
  }

  @Test
  void the_norm_counts_every_component_once() {
    for (int dimension = 0; dimension < 40; dimension++) {
      float[] components = new float[dimension];
      double squares = 0;
      for (int i = 0; i < dimension; i++) {
        components[i] = 1 << (i % 12);
        squares += (double) components[i] * components[i];
      }

      assertThat(Vector.wrap(components).norm()).isEqualTo(Math.sqrt(squares));
    }
    assertThat(Vector.of(Float.MAX_VALUE, Float.MAX_VALUE).norm()).isFinite();
  }
}
