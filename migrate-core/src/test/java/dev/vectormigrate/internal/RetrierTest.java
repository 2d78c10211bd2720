package dev.vectormigrate.internal;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import dev.vectormigrate.RetryPolicy;
import dev.vectormigrate.spi.TransientException;
import java.io.IOException;
import java.time.Duration;
import java.util.stream.IntStream;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.Timeout;

@Timeout(20)
class RetrierTest {

  private static TransientException failure(int number) {
    return new TransientException("failure " + number, new IOException());
  }

  private static Retrier retrier(int attempts) {
    return new Retrier(new RetryPolicy(attempts, Duration.ZERO, Duration.ZERO));
  }

  @Test
  void allows_as_many_attempts_as_the_policy_and_throws_the_last_failure() throws Exception {
    Retrier retrier = retrier(3);
    TransientException last = failure(3);

    retrier.after("x", failure(1));
    retrier.after("x", failure(2));
    assertThatThrownBy(() -> retrier.after("x", last)).isSameAs(last);
  }

  @Test
  void one_attempt_is_never_tried_again() {
    TransientException only = failure(1);

    assertThatThrownBy(() -> new Retrier(RetryPolicy.NEVER).after("x", only)).isSameAs(only);
  }

  @Test
  void success_gives_all_attempts_back() throws Exception {
    Retrier retrier = retrier(2);

    retrier.after("x", failure(1));
    retrier.reset();
    retrier.after("x", failure(2));
    assertThatThrownBy(() -> retrier.after("x", failure(3))).hasMessage("failure 3");
  }

  @Test
  void a_wait_that_the_other_side_names_is_no_attempt_as_long_as_patience_lasts() throws Exception {
    Retrier retrier =
        new Retrier(new RetryPolicy(2, Duration.ZERO, Duration.ZERO), Duration.ofMillis(3));
    TransientException busy = new TransientException("busy", Duration.ofMillis(1), null);

    retrier.after("x", busy);
    retrier.after("x", busy);
    retrier.after("x", busy);
    retrier.after("x", busy);
    assertThatThrownBy(() -> retrier.after("x", busy)).isSameAs(busy);
  }

  @Test
  void an_interruption_ends_the_wait() {
    Retrier retrier = new Retrier(new RetryPolicy(2, Duration.ofHours(1), Duration.ofHours(1)));
    Thread.currentThread().interrupt();

    assertThatThrownBy(() -> retrier.after("x", failure(1)))
        .isInstanceOf(InterruptedException.class);
  }

  @Test
  void delays_double_up_to_the_longest() {
    RetryPolicy policy = new RetryPolicy(99, Duration.ofMillis(200), Duration.ofSeconds(1));

    assertThat(IntStream.of(1, 2, 3, 4, 50).mapToObj(policy::delayAfter))
        .containsExactly(
            Duration.ofMillis(200),
            Duration.ofMillis(400),
            Duration.ofMillis(800),
            Duration.ofSeconds(1),
            Duration.ofSeconds(1));
  }

  @Test
  void a_policy_has_an_attempt_at_least() {
    assertThatThrownBy(() -> new RetryPolicy(0, Duration.ZERO, Duration.ZERO))
        .isInstanceOf(IllegalArgumentException.class)
        .hasMessage("attempts: 0, expected at least 1");
  }
}
