package dev.vectormigrate.examples.aws;

import dev.vectormigrate.MigrationPlan;
import dev.vectormigrate.MigrationReport;
import java.util.Objects;
import javax.sql.DataSource;
import org.jspecify.annotations.Nullable;
import software.amazon.awssdk.services.cognitoidentityprovider.CognitoIdentityProviderClient;
import software.amazon.awssdk.services.cognitoidentityprovider.model.AttributeType;
import software.amazon.awssdk.services.cognitoidentityprovider.model.MessageActionType;
import software.amazon.awssdk.services.cognitoidentityprovider.model.UserNotFoundException;
import software.amazon.awssdk.services.cognitoidentityprovider.model.UsernameExistsException;
import software.amazon.awssdk.services.ssm.SsmClient;

/**
 * Migrates the stores of an application at its start. The database's URL comes from Parameter
 * Store, the owner of the rows from Cognito. Thread-safe; the clients stay the caller's.
 */
public final class AwsStartup {

  /** Whom rows belong to in a dry run, as long as Cognito does not know the user. */
  static final String NOT_CREATED = "not-created-yet";

  private static final String SUBJECT = "sub";

  private final SsmClient parameters;
  private final CognitoIdentityProviderClient users;

  /** Asks these clients, and nothing else at AWS. */
  public AwsStartup(SsmClient parameters, CognitoIdentityProviderClient users) {
    this.parameters = Objects.requireNonNull(parameters, "parameters");
    this.users = Objects.requireNonNull(users, "users");
  }

  /**
   * Migrates, or with a dry run previews; safe at every start.
   *
   * @throws dev.vectormigrate.MigrationException if the migration fails
   * @throws software.amazon.awssdk.core.exception.SdkException if AWS can't be asked
   */
  public MigrationReport run(StartupOptions options) {
    DataSource database = DatabaseUrl.dataSource(databaseUrl(options.environment()));
    MigrationPlan plan = options.dataset().plan(options.data(), database, userId(options));
    return options.dryRun() ? plan.dryRun() : plan.run();
  }

  private String databaseUrl(String environment) {
    String name = "/collections/" + environment + "/database-url";
    return parameters
        .getParameter(request -> request.name(name).withDecryption(true))
        .parameter()
        .value();
  }

  private String userId(StartupOptions options) {
    if (options.userId() != null) {
      return options.userId();
    }
    String name = options.dataset().userName();
    String known = knownUser(options.userPool(), name);
    if (known != null) {
      return known;
    }
    return options.dryRun() ? NOT_CREATED : createdUser(options.userPool(), name);
  }

  private @Nullable String knownUser(String pool, String name) {
    try {
      return subject(
          name,
          users.adminGetUser(request -> request.userPoolId(pool).username(name)).userAttributes());
    } catch (UserNotFoundException e) {
      return null;
    }
  }

  private String createdUser(String pool, String name) {
    try {
      return subject(
          name,
          users
              .adminCreateUser(
                  request ->
                      request
                          .userPoolId(pool)
                          .username(name)
                          .userAttributes(email(name))
                          // Nobody reads mail for this user.
                          .messageAction(MessageActionType.SUPPRESS))
              .user()
              .attributes());
    } catch (UsernameExistsException e) {
      // Another instance that starts at the same time was faster.
      return Objects.requireNonNull(knownUser(pool, name), name);
    }
  }

  /** Many pools ask for one; the domain is reserved for examples. */
  private static AttributeType email(String name) {
    return AttributeType.builder().name("email").value(name + "@example.com").build();
  }

  private static String subject(String name, Iterable<AttributeType> attributes) {
    for (AttributeType attribute : attributes) {
      if (attribute.name().equals(SUBJECT) && !attribute.value().isBlank()) {
        return attribute.value();
      }
    }
    throw new IllegalStateException(
        "user '%s': no attribute 'sub', expected one. Look at the user pool.".formatted(name));
  }
}
