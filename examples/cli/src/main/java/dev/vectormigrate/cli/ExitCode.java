package dev.vectormigrate.cli;

import static java.util.Map.entry;

import dev.vectormigrate.BackupFailedException;
import dev.vectormigrate.EmbeddingException;
import dev.vectormigrate.OutcomeUnknownException;
import dev.vectormigrate.PlanException;
import dev.vectormigrate.RefusedException;
import dev.vectormigrate.RejectsExceededException;
import dev.vectormigrate.RunInterruptedException;
import dev.vectormigrate.SourceException;
import dev.vectormigrate.TargetException;
import dev.vectormigrate.VerificationFailedException;
import dev.vectormigrate.backup.BackupException;
import java.util.LinkedHashMap;
import java.util.Map;

/** What a command returns to the shell. */
enum ExitCode {
  DONE(0, "Done, or done before."),
  INTERNAL(1, "Unexpected error."),
  USAGE(2, "Wrong usage, or a plan that contradicts itself."),
  DIFFERENT(3, "Verification failed: the target differs from what was read."),
  SOURCE(4, "The source can't be read or backed up, or parts of it can't be moved."),
  TARGET(5, "The target fails, or can't be reached."),
  REFUSED(6, "Refused, since it would mix or overwrite data."),
  GROWN(7, "Rows were merely added since the migration, to the source or to the target."),
  EMBEDDING(8, "Texts can't be embedded, or not within the budget; the same command goes on."),
  INTERRUPTED(130, "Interrupted; the same command goes on from there.");

  private static final Map<Class<? extends RuntimeException>, ExitCode> BY_FAILURE =
      Map.ofEntries(
          entry(PlanException.class, USAGE),
          entry(VerificationFailedException.class, DIFFERENT),
          entry(SourceException.class, SOURCE),
          entry(BackupFailedException.class, SOURCE),
          entry(BackupException.class, SOURCE),
          entry(RejectsExceededException.class, SOURCE),
          entry(TargetException.class, TARGET),
          entry(EmbeddingException.class, EMBEDDING),
          entry(OutcomeUnknownException.class, TARGET),
          entry(RefusedException.class, REFUSED),
          entry(RunInterruptedException.class, INTERRUPTED));

  private final int code;
  private final String meaning;

  ExitCode(int code, String meaning) {
    this.code = code;
    this.meaning = meaning;
  }

  int code() {
    return code;
  }

  static ExitCode of(Exception failure) {
    return of(failure.getClass());
  }

  static ExitCode of(Class<?> failure) {
    ExitCode known = BY_FAILURE.get(failure);
    return known == null ? INTERNAL : known;
  }

  /** All codes with their meanings, for the help. */
  static Map<String, String> meanings() {
    Map<String, String> meanings = new LinkedHashMap<>();
    for (ExitCode exit : values()) {
      meanings.put(String.valueOf(exit.code), exit.meaning);
    }
    return meanings;
  }
}
