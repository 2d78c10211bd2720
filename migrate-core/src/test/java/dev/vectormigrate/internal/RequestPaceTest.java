package dev.vectormigrate.internal;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import java.util.concurrent.CancellationException;
import java.util.concurrent.ExecutorService;
import java.util.concurrent.Executors;
import java.util.concurrent.Future;
import org.junit.jupiter.api.Test;

class RequestPaceTest {

  /** How many requests can be under way: the next one waits until it is interrupted. */
  private static int allowed(RequestPace pace) throws Exception {
    int entered = 0;
    while (!wouldWait(pace)) {
      pace.enter();
      entered++;
    }
    for (int i = 0; i < entered; i++) {
      pace.leave();
    }
    return entered;
  }

  /** A wait with the interruption pending ends at once. */
  private static boolean wouldWait(RequestPace pace) {
    Thread.currentThread().interrupt();
    try {
      pace.enter();
      pace.leave();
      return false;
    } catch (InterruptedException e) {
      return true;
    } finally {
      Thread.interrupted();
    }
  }

  private static void answer(RequestPace pace, int times) throws Exception {
    for (int i = 0; i < times; i++) {
      pace.enter();
      pace.answered();
      pace.leave();
    }
  }

  private static void throttle(RequestPace pace) throws Exception {
    long entered = pace.enter();
    pace.slowDown(entered);
    pace.leave();
  }

  @Test
  void throttling_halves_the_pace_down_to_one() throws Exception {
    RequestPace pace = new RequestPace(8);
    assertThat(allowed(pace)).isEqualTo(8);

    throttle(pace);
    assertThat(allowed(pace)).isEqualTo(4);
    throttle(pace);
    throttle(pace);
    throttle(pace);
    assertThat(allowed(pace)).isEqualTo(1);
  }

  @Test
  void answers_raise_it_one_by_one_up_to_what_the_plan_allows() throws Exception {
    RequestPace pace = new RequestPace(4);
    throttle(pace);
    throttle(pace);

    answer(pace, 9);
    assertThat(allowed(pace)).isEqualTo(1);
    answer(pace, 1);
    assertThat(allowed(pace)).isEqualTo(2);
    answer(pace, 100);
    assertThat(allowed(pace)).isEqualTo(4);
  }

  @Test
  void requests_that_were_under_way_together_halve_it_once() throws Exception {
    RequestPace pace = new RequestPace(8);
    long first = pace.enter();
    long second = pace.enter();
    long third = pace.enter();

    pace.slowDown(first);
    pace.slowDown(second);
    pace.slowDown(third);
    pace.leave();
    pace.leave();
    pace.leave();

    assertThat(allowed(pace)).isEqualTo(4);
  }

  @Test
  void after_a_stop_nothing_is_sent_and_what_is_under_way_is_waited_for() throws Exception {
    RequestPace pace = new RequestPace(2);
    pace.enter();
    ExecutorService other = Executors.newSingleThreadExecutor();
    try {
      pace.stop();
      assertThatThrownBy(pace::enter).isInstanceOf(CancellationException.class);
      Future<?> idle =
          other.submit(
              () -> {
                pace.awaitIdle();
                return true;
              });
      pace.leave();
      idle.get();
    } finally {
      other.shutdown();
    }
  }
}
