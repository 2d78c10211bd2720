package dev.vectormigrate.cli;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import dev.vectormigrate.PlanException;
import java.io.PrintWriter;
import java.io.StringWriter;
import java.util.Map;
import org.junit.jupiter.api.Test;
import picocli.CommandLine;

class TargetOptionsTest {

  private static final Map<String, String> BOTH =
      Map.of("DATABASE_URL", "postgres://u:p@db/chat", "POSTGRES_HOST", "pg");

  @Test
  void theOptionComesFirst() {
    TargetOptions options = options(BOTH, "--to", "postgresql://me@h/d");

    assertThat(options.url().jdbcUrl()).isEqualTo("jdbc:postgresql://h/d");
    assertThat(options.shown()).isEqualTo("jdbc:postgresql://h/d");
    assertThat(options.repeated()).isEqualTo(" --to 'jdbc:postgresql://h/d'");
  }

  @Test
  void thenTheDatabaseUrl() {
    TargetOptions options = options(BOTH);

    assertThat(options.url().jdbcUrl()).isEqualTo("jdbc:postgresql://db/chat");
    assertThat(options.url().user()).isEqualTo("u");
    assertThat(options.url().password()).isEqualTo("p");
    assertThat(options.shown()).isEqualTo("jdbc:postgresql://db/chat (DATABASE_URL)");
    assertThat(options.repeated()).isEmpty();
  }

  @Test
  void thenTheParts() {
    TargetUrl url =
        options(
                Map.of(
                    "POSTGRES_HOST", "pg",
                    "POSTGRES_PORT", "6543",
                    "POSTGRES_DB", "chat",
                    "POSTGRES_USER", "me",
                    "POSTGRES_PASSWORD", "a/b%c"))
            .url();

    assertThat(url.jdbcUrl()).isEqualTo("jdbc:postgresql://pg:6543/chat");
    assertThat(url.user()).isEqualTo("me");
    assertThat(url.password()).isEqualTo("a/b%c");
  }

  @Test
  void aHostAloneIsEnough() {
    TargetUrl url = options(Map.of("POSTGRES_HOST", "pg", "PGUSER", "me")).url();

    assertThat(url.jdbcUrl()).isEqualTo("jdbc:postgresql://pg:5432/");
    assertThat(url.user()).isEqualTo("me");
  }

  @Test
  void aPortThatIsNoneIsRefused() {
    TargetOptions options = options(Map.of("POSTGRES_HOST", "pg", "POSTGRES_PORT", "x"));

    assertThatThrownBy(options::url)
        .isInstanceOf(PlanException.class)
        .hasMessageStartingWith("[POSTGRES_HOST] no host and port that can be read, expected ");
  }

  @Test
  void withoutAnyOfThemTheWaysAreNamed() {
    TargetOptions options = options(Map.of("POSTGRES_PASSWORD", "x"));

    assertThatThrownBy(options::url)
        .isInstanceOf(PlanException.class)
        .hasMessage(
            "[--to] the target: none, expected one. Pass --to jdbc:postgresql://host:port/database,"
                + " or set DATABASE_URL or POSTGRES_HOST.");
  }

  private static TargetOptions options(Map<String, String> environment, String... args) {
    PrintWriter nowhere = new PrintWriter(new StringWriter());
    TargetOptions options = new TargetOptions(new Terminal(nowhere, nowhere, environment, null));
    new CommandLine(CommandLine.Model.CommandSpec.create().addMixin("target", mixin(options)))
        .parseArgs(args);
    return options;
  }

  private static CommandLine.Model.CommandSpec mixin(TargetOptions options) {
    return CommandLine.Model.CommandSpec.forAnnotatedObject(options);
  }
}
