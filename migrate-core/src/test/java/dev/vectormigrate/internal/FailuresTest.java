package dev.vectormigrate.internal;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import dev.vectormigrate.MigrationException;
import dev.vectormigrate.OutcomeUnknownException;
import dev.vectormigrate.RefusedException;
import dev.vectormigrate.RunInterruptedException;
import dev.vectormigrate.SourceException;
import dev.vectormigrate.TargetException;
import dev.vectormigrate.spi.TransientException;
import dev.vectormigrate.spi.UnknownOutcomeException;
import java.io.IOException;
import org.junit.jupiter.api.Test;

class FailuresTest {

  private static Object throwing(Exception e) throws Exception {
    throw e;
  }

  @Test
  void a_result_is_passed_through() {
    assertThat(Failures.<String>atSource("s", () -> "x")).isEqualTo("x");
    assertThat(Failures.<String>atTarget("t", () -> "x")).isEqualTo("x");
  }

  @Test
  void what_a_source_throws_gets_the_place() {
    IOException cause = new IOException("no such file");

    assertThatThrownBy(() -> Failures.atSource("chroma:x", () -> throwing(cause)))
        .isInstanceOf(SourceException.class)
        .hasMessage("[chroma:x] no such file")
        .hasCause(cause);
  }

  @Test
  void what_a_target_throws_gets_the_place() {
    TransientException cause = new TransientException("reset", new IOException());

    assertThatThrownBy(() -> Failures.doAtTarget("db", () -> throwing(cause)))
        .isInstanceOf(TargetException.class)
        .hasMessage("[db] reset")
        .cause()
        .isSameAs(cause);
  }

  @Test
  void an_exception_without_a_message_gives_its_name() {
    assertThatThrownBy(() -> Failures.atSource("s", () -> throwing(new NullPointerException())))
        .isInstanceOf(SourceException.class)
        .hasMessage("[s] NullPointerException");
  }

  @Test
  void an_unknown_outcome_stays_one() {
    UnknownOutcomeException cause = new UnknownOutcomeException("may be", new IOException());

    assertThatThrownBy(() -> Failures.atTarget("db", () -> throwing(cause)))
        .isInstanceOf(OutcomeUnknownException.class)
        .hasMessage("[db] may be");
  }

  @Test
  void what_is_wrapped_already_is_not_wrapped_again() {
    MigrationException known = new RefusedException("m", "no", null);

    assertThatThrownBy(() -> Failures.atSource("s", () -> throwing(known))).isSameAs(known);
    assertThatThrownBy(() -> Failures.atTarget("t", () -> throwing(known))).isSameAs(known);
  }

  @Test
  void an_interruption_sets_the_flag_again() {
    assertThatThrownBy(() -> Failures.atTarget("db", () -> throwing(new InterruptedException())))
        .isInstanceOf(RunInterruptedException.class)
        .hasMessage("[db] interrupted. What is staged is kept; run again to go on.");
    assertThat(Thread.interrupted()).isTrue();
  }

  @Test
  void an_error_is_not_wrapped() {
    AssertionError error = new AssertionError();

    assertThatThrownBy(
            () ->
                Failures.atTarget(
                    "db",
                    () -> {
                      throw error;
                    }))
        .isSameAs(error);
  }
}
