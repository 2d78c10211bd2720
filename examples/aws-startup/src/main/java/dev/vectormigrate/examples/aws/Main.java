package dev.vectormigrate.examples.aws;

import dev.vectormigrate.MigrationException;
import dev.vectormigrate.report.ReportFormat;
import software.amazon.awssdk.core.exception.SdkException;
import software.amazon.awssdk.http.SdkHttpClient;
import software.amazon.awssdk.http.urlconnection.UrlConnectionHttpClient;
import software.amazon.awssdk.services.cognitoidentityprovider.CognitoIdentityProviderClient;
import software.amazon.awssdk.services.ssm.SsmClient;

/**
 * The entry point. Region, profile and credentials are found where the SDK looks for them; with
 * {@code AWS_ENDPOINT_URL} it asks another place than AWS.
 */
public final class Main {

  private static final int WRONG_USAGE = 2;

  private Main() {}

  /** Migrates and prints the report; exits with 2 for wrong usage and with 1 for failures. */
  public static void main(String[] args) {
    StartupOptions options;
    try {
      options = StartupOptions.parse(args, System.getenv());
    } catch (IllegalArgumentException e) {
      System.err.println(e.getMessage());
      System.exit(WRONG_USAGE);
      return;
    }
    System.exit(run(options));
  }

  private static int run(StartupOptions options) {
    try (SdkHttpClient http = UrlConnectionHttpClient.create();
        SsmClient parameters = SsmClient.builder().httpClient(http).build();
        CognitoIdentityProviderClient users =
            CognitoIdentityProviderClient.builder().httpClient(http).build()) {
      System.out.println(
          ReportFormat.MARKDOWN.write(new AwsStartup(parameters, users).run(options)));
      return 0;
    } catch (MigrationException
        | SdkException
        | IllegalStateException
        | IllegalArgumentException e) {
      System.err.println(e.getMessage());
      return 1;
    }
  }
}
