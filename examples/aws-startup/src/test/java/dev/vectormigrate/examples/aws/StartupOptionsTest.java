package dev.vectormigrate.examples.aws;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import java.nio.file.Path;
import java.util.Map;
import org.junit.jupiter.api.Test;

class StartupOptionsTest {

  private static StartupOptions parse(String line) {
    return StartupOptions.parse(line.split(" "), Map.of("USER_POOL_ID", "pool-1"));
  }

  @Test
  void reads_every_option() {
    assertThat(parse("--env dev --dataset golden"))
        .isEqualTo(
            new StartupOptions("dev", LocalStores.GOLDEN, false, null, "pool-1", Path.of("data")));
    assertThat(
            parse(
                "--env prod --dataset full --dry-run --user-id u-1 --skip-cognito --user-pool p --data /d"))
        .isEqualTo(new StartupOptions("prod", LocalStores.FULL, true, "u-1", "p", Path.of("/d")));
  }

  @Test
  void says_what_is_wrong() {
    wrong("--env qa --dataset full", "--env: 'qa', expected one of [dev, test, prod].");
    wrong("--env dev --dataset all", "--dataset: 'all', expected golden or full.");
    wrong("--env dev --dataset", "--dataset: no value, expected one.");
    wrong(
        "--env dev --dataset full --skip-cognito",
        "--skip-cognito: no user, expected one. Pass --user-id.");
    wrong("--what", "'--what': not an option, expected " + StartupOptions.USAGE + ".");
    assertThatThrownBy(
            () ->
                StartupOptions.parse(new String[] {"--env", "dev", "--dataset", "full"}, Map.of()))
        .hasMessage(
            "--user-pool: none, expected one. Pass it, set USER_POOL_ID, or pass --user-id.");
  }

  private static void wrong(String line, String message) {
    assertThatThrownBy(() -> parse(line))
        .isInstanceOf(IllegalArgumentException.class)
        .hasMessage(message);
  }
}
