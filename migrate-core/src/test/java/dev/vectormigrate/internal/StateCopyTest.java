package dev.vectormigrate.internal;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.catchThrowable;

import dev.vectormigrate.BackupPolicy;
import dev.vectormigrate.MigrationListener;
import dev.vectormigrate.MigrationPlan;
import dev.vectormigrate.MigrationReport;
import dev.vectormigrate.OnError;
import dev.vectormigrate.Phase;
import dev.vectormigrate.model.Finding;
import dev.vectormigrate.spi.Verifier;
import dev.vectormigrate.testkit.Docs;
import dev.vectormigrate.testkit.InMemorySource;
import dev.vectormigrate.testkit.InMemoryTarget;
import dev.vectormigrate.testkit.ScriptedSource;
import java.io.IOException;
import java.io.UncheckedIOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.time.Duration;
import java.time.Instant;
import java.util.ArrayList;
import java.util.List;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;

/** The file that people look into. */
class StateCopyTest {

  @TempDir Path temp;

  private final InMemoryTarget target = InMemoryTarget.empty();
  private final ScriptedSource source = ScriptedSource.of(Docs.rows(3));
  private Path file;

  @BeforeEach
  void nameFile() {
    file = temp.resolve(".migration_state.json");
  }

  private MigrationPlan.Builder plan() {
    return MigrationPlan.builder("m").from(source).into(target).stateFile(file);
  }

  /** The content, with the time taken out after it was looked at. */
  private String content() {
    try {
      String text = Files.readString(file);
      String time = text.replaceFirst("(?s).*\"updated_at\" : \"([^\"]*)\".*", "$1");
      assertThat(Duration.between(Instant.parse(time), Instant.now()).abs())
          .isLessThan(Duration.ofMinutes(5));
      return text.replace(time, "NOW");
    } catch (IOException e) {
      throw new UncheckedIOException(e);
    }
  }

  private static String state(
      String phase, String backup, boolean staged, boolean verified, boolean live, String errors) {
    return """
        {
          "phase" : "%s",
          "backup_id" : %s,
          "staging_complete" : %s,
          "verification_passed" : %s,
          "promoted" : %s,
          "errors" : %s,
          "updated_at" : "NOW"
        }
        """
        .formatted(phase, backup, staged, verified, live, errors);
  }

  @Test
  void each_state_of_a_run_is_written_and_nothing_is_left_beside_it() throws IOException {
    Path store = Files.writeString(temp.resolve("store.json"), "{}");
    source.files(store);
    List<String> seen = new ArrayList<>();
    MigrationListener watch =
        new MigrationListener() {
          @Override
          public void phaseFinished(Phase phase, Duration took) {
            seen.add(phase + "\n" + content());
          }
        };

    MigrationPlan plan = plan().backup(BackupPolicy.in(temp.resolve("b"))).listener(watch).build();
    String id = "\"" + plan.run().backups().get(0).id() + "\"";

    assertThat(seen)
        .containsExactly(
            "PLAN\n" + state("initial", "null", false, false, false, "[ ]"),
            "BACKUP\n" + state("prepared", id, false, false, false, "[ ]"),
            "STAGE\n" + state("staged", id, true, false, false, "[ ]"),
            "INDEX\n" + state("staged", id, true, false, false, "[ ]"),
            "VERIFY\n" + state("verified", id, true, true, false, "[ ]"),
            "PROMOTE\n" + state("promoted", id, true, true, true, "[ ]"));
    assertThat(temp.toFile().list())
        .containsExactlyInAnyOrder(".migration_state.json", "b", "store.json");

    plan.rollback();
    assertThat(content()).isEqualTo(state("rolled_back", id, false, false, false, "[ ]"));
    plan.discard();
    assertThat(content()).isEqualTo(state("initial", "null", false, false, false, "[ ]"));
  }

  @Test
  void a_run_that_finds_it_done_writes_what_a_killed_one_could_not() throws IOException {
    plan().build().run();
    Files.writeString(file, "half");

    plan().build().run();

    assertThat(content()).isEqualTo(state("promoted", "null", true, true, true, "[ ]"));
    plan().build().discard();
    assertThat(content()).isEqualTo(state("promoted", "null", true, true, true, "[ ]"));
  }

  @Test
  void a_run_that_stops_leaves_its_reason_and_the_next_one_takes_it_away() {
    source.before(1, ScriptedSource.failing(1, new Exception("torn page")));
    catchThrowable(plan().build()::run);
    assertThat(content())
        .isEqualTo(
            state("initial", "null", false, false, false, "[ \"[script docs] torn page\" ]"));

    plan().build().run();
    assertThat(content()).isEqualTo(state("promoted", "null", true, true, true, "[ ]"));
  }

  @Test
  void a_failed_verification_lists_what_was_found() {
    Verifier bad =
        new Verifier() {
          @Override
          public String name() {
            return "mine";
          }

          @Override
          public List<Finding> verify(Evidence evidence) {
            return List.of(Finding.error("a.b", "Bad."), Finding.info("c.d", "Well."));
          }
        };
    catchThrowable(plan().verify(bad).build()::run);

    assertThat(content())
        .isEqualTo(state("verification_failed", "null", true, false, false, "[ \"Bad.\" ]"));
  }

  @Test
  void what_was_left_out_is_an_error() {
    source.finding(Finding.error("x.lost", "Lost."));
    InMemorySource other = InMemorySource.empty().with("notes", Docs.SCHEMA, Docs.rows(2));
    plan().from(other).onError(OnError.CONTINUE).build().run();

    assertThat(content())
        .isEqualTo(
            state(
                "promoted",
                "null",
                true,
                true,
                true,
                "[ \"script docs was left out: Lost. Mend it at its source, then migrate it with a"
                    + " plan of a new name.\" ]"));
  }

  @Test
  void a_file_that_can_not_be_written_is_one_warning_and_no_failure() {
    Path nowhere = temp.resolve("missing").resolve("state.json");

    MigrationReport report = plan().stateFile(nowhere).build().run();

    assertThat(report.findings())
        .containsExactly(
            Finding.warning(
                "state_file.not_written",
                "State file %s can't be written: NoSuchFileException. The target holds the state;"
                        .formatted(nowhere)
                    + " see status()."));
    assertThat(report.passed()).isTrue();
    assertThat(target.rows("docs")).hasSize(3);
    plan().stateFile(nowhere).build().rollback();
    assertThat(target.tables()).isEmpty();
    assertThat(temp).isEmptyDirectory();
  }
}
