package dev.vectormigrate.examples.aws;

import java.nio.file.Path;
import java.util.Arrays;
import java.util.Iterator;
import java.util.List;
import java.util.Locale;
import java.util.Map;
import org.jspecify.annotations.Nullable;

/**
 * What a person asks for.
 *
 * @param environment of the application: dev, test or prod
 * @param dataset what is moved
 * @param dryRun to read and check everything, and change nothing, neither at AWS
 * @param userId whom the rows shall belong to; null for the user that Cognito knows
 * @param userPool where Cognito knows users; may be empty if a user is given
 * @param data the folder with the local stores
 */
public record StartupOptions(
    String environment,
    LocalStores dataset,
    boolean dryRun,
    @Nullable String userId,
    String userPool,
    Path data) {

  static final String USAGE =
      "--env dev|test|prod --dataset golden|full [--dry-run] [--user-id ID [--skip-cognito]]"
          + " [--user-pool ID] [--data DIR]";

  private static final List<String> ENVIRONMENTS = List.of("dev", "test", "prod");

  public StartupOptions {
    if (!ENVIRONMENTS.contains(environment)) {
      throw new IllegalArgumentException(
          "--env: '%s', expected one of %s.".formatted(environment, ENVIRONMENTS));
    }
    if (userId != null && userId.isBlank()) {
      throw new IllegalArgumentException("--user-id: blank, expected the 'sub' of a user.");
    }
    if (userId == null && userPool.isEmpty()) {
      throw new IllegalArgumentException(
          "--user-pool: none, expected one. Pass it, set USER_POOL_ID, or pass --user-id.");
    }
  }

  /** Reads a command line; the user pool may be in the variable {@code USER_POOL_ID}. */
  static StartupOptions parse(String[] args, Map<String, String> variables) {
    Collected collected = new Collected(variables.getOrDefault("USER_POOL_ID", ""));
    for (Iterator<String> rest = Arrays.asList(args).iterator(); rest.hasNext(); ) {
      collected.take(rest.next(), rest);
    }
    return collected.options();
  }

  /** What was read so far. */
  private static final class Collected {

    private String environment = "";
    private String dataset = "";
    private boolean dryRun;
    private boolean skipCognito;
    private @Nullable String userId;
    private String userPool;
    private Path data = Path.of("data");

    Collected(String userPool) {
      this.userPool = userPool;
    }

    void take(String option, Iterator<String> rest) {
      switch (option) {
        case "--env" -> environment = value(option, rest);
        case "--dataset" -> dataset = value(option, rest);
        case "--dry-run" -> dryRun = true;
        case "--skip-cognito" -> skipCognito = true;
        case "--user-id" -> userId = value(option, rest);
        case "--user-pool" -> userPool = value(option, rest);
        case "--data" -> data = Path.of(value(option, rest));
        default ->
            throw new IllegalArgumentException(
                "'%s': not an option, expected %s.".formatted(option, USAGE));
      }
    }

    private static String value(String option, Iterator<String> rest) {
      if (!rest.hasNext()) {
        throw new IllegalArgumentException(option + ": no value, expected one.");
      }
      return rest.next();
    }

    StartupOptions options() {
      if (skipCognito && userId == null) {
        throw new IllegalArgumentException(
            "--skip-cognito: no user, expected one. Pass --user-id.");
      }
      return new StartupOptions(environment, stores(), dryRun, userId, userPool, data);
    }

    private LocalStores stores() {
      return Arrays.stream(LocalStores.values())
          .filter(stores -> stores.name().toLowerCase(Locale.ROOT).equals(dataset))
          .findFirst()
          .orElseThrow(
              () ->
                  new IllegalArgumentException(
                      "--dataset: '%s', expected golden or full.".formatted(dataset)));
    }
  }
}
