package dev.vectormigrate.cli;

import static org.assertj.core.api.Assertions.assertThat;

import dev.vectormigrate.EmbeddingException;
import dev.vectormigrate.MigrationException;
import dev.vectormigrate.OutcomeUnknownException;
import dev.vectormigrate.RejectsExceededException;
import dev.vectormigrate.RunInterruptedException;
import java.util.Arrays;
import org.junit.jupiter.api.Test;

class ExitCodeTest {

  @Test
  void everyFailureOfAMigrationHasOne() {
    assertThat(Arrays.stream(MigrationException.class.getPermittedSubclasses()))
        .allSatisfy(failure -> assertThat(ExitCode.of(failure)).isNotEqualTo(ExitCode.INTERNAL));
  }

  @Test
  void whatIsHardToProvokeIsMappedAsWell() {
    assertThat(ExitCode.of(new OutcomeUnknownException("w", "x", null)).code()).isEqualTo(5);
    assertThat(ExitCode.of(new RejectsExceededException("w", "x", null)).code()).isEqualTo(4);
    assertThat(ExitCode.of(new EmbeddingException("w", "x", null)).code()).isEqualTo(8);
    assertThat(ExitCode.of(new RunInterruptedException("w", "x", null)).code()).isEqualTo(130);
    assertThat(ExitCode.of(new IllegalStateException()).code()).isEqualTo(1);
  }
}
