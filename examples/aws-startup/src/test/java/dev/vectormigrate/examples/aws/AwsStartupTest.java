package dev.vectormigrate.examples.aws;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import dev.vectormigrate.MigrationReport;
import dev.vectormigrate.MigrationReport.DatasetReport;
import dev.vectormigrate.Outcome;
import dev.vectormigrate.RefusedException;
import dev.vectormigrate.pgvector.testing.LocalPostgres;
import java.io.IOException;
import java.io.InputStream;
import java.net.URLEncoder;
import java.nio.charset.StandardCharsets;
import java.nio.file.Files;
import java.nio.file.Path;
import java.sql.Connection;
import java.sql.ResultSet;
import java.sql.SQLException;
import java.sql.Statement;
import java.util.ArrayList;
import java.util.List;
import java.util.Map;
import java.util.Objects;
import org.apache.commons.compress.archivers.tar.TarArchiveEntry;
import org.apache.commons.compress.archivers.tar.TarArchiveInputStream;
import org.apache.commons.compress.compressors.gzip.GzipCompressorInputStream;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.BeforeAll;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;
import software.amazon.awssdk.auth.credentials.AwsBasicCredentials;
import software.amazon.awssdk.auth.credentials.StaticCredentialsProvider;
import software.amazon.awssdk.http.SdkHttpClient;
import software.amazon.awssdk.http.urlconnection.UrlConnectionHttpClient;
import software.amazon.awssdk.regions.Region;
import software.amazon.awssdk.services.cognitoidentityprovider.CognitoIdentityProviderClient;
import software.amazon.awssdk.services.ssm.SsmClient;
import software.amazon.awssdk.services.ssm.model.ParameterNotFoundException;

/** The whole start-up: real stores, a real database, and the answers of AWS from a local stub. */
class AwsStartupTest {

  private static final String GET_PARAMETER = "AmazonSSM.GetParameter";
  private static final String USERS = "AWSCognitoIdentityProviderService.";
  private static final String GET_USER = USERS + "AdminGetUser";
  private static final String CREATE_USER = USERS + "AdminCreateUser";
  private static final String SUB = "11111111-2222-3333-4444-555555555555";
  private static final String ATTRIBUTES =
      "[{\"Name\":\"email\",\"Value\":\"e@example.com\"},{\"Name\":\"sub\",\"Value\":\""
          + SUB
          + "\"}]";
  private static final String ASKED_DEV =
      GET_PARAMETER + " {\"Name\":\"/collections/dev/database-url\",\"WithDecryption\":true}";
  private static final String ASKED_USER =
      GET_USER + " {\"UserPoolId\":\"pool-1\",\"Username\":\"migration-test-golden\"}";
  private static final String ASKED_TO_CREATE =
      CREATE_USER
          + " {\"UserPoolId\":\"pool-1\",\"Username\":\"migration-test-golden\",\"UserAttributes\":"
          + "[{\"Name\":\"email\",\"Value\":\"migration-test-golden@example.com\"}],"
          + "\"MessageAction\":\"SUPPRESS\"}";

  @TempDir private static Path data;

  private LocalPostgres.Database database;
  private AwsStub aws;

  @BeforeAll
  static void unpack() throws IOException {
    try (InputStream archive =
            Objects.requireNonNull(AwsStartupTest.class.getResourceAsStream("/data.tar.gz"));
        TarArchiveInputStream entries =
            new TarArchiveInputStream(new GzipCompressorInputStream(archive))) {
      for (TarArchiveEntry e = entries.getNextEntry(); e != null; e = entries.getNextEntry()) {
        Path path = data.resolve(e.getName());
        if (e.isDirectory()) {
          Files.createDirectories(path);
        } else {
          Files.copy(entries, path);
        }
      }
    }
  }

  @BeforeEach
  void open() throws IOException {
    database = LocalPostgres.shared().createDatabase("aws startup");
    aws = new AwsStub();
  }

  @AfterEach
  void close() {
    aws.close();
    database.close();
  }

  private AwsStub withParameter() {
    String url =
        database
            .jdbcUrl()
            .replace(
                "jdbc:postgresql://",
                "postgresql://%s:%s@"
                    .formatted(encoded(database.username()), encoded(database.password())));
    return aws.on(
        GET_PARAMETER, "{\"Parameter\":{\"Type\":\"SecureString\",\"Value\":\"" + url + "\"}}");
  }

  private static String encoded(String text) {
    return URLEncoder.encode(text, StandardCharsets.UTF_8);
  }

  private MigrationReport run(String line) {
    StaticCredentialsProvider credentials =
        StaticCredentialsProvider.create(AwsBasicCredentials.create("test-key", "test-secret"));
    String[] args = (line + " --user-pool pool-1 --data " + data).split(" ");
    try (SdkHttpClient http = UrlConnectionHttpClient.create();
        SsmClient parameters =
            SsmClient.builder()
                .httpClient(http)
                .region(Region.EU_CENTRAL_1)
                .endpointOverride(aws.endpoint())
                .credentialsProvider(credentials)
                .build();
        CognitoIdentityProviderClient users =
            CognitoIdentityProviderClient.builder()
                .httpClient(http)
                .region(Region.EU_CENTRAL_1)
                .endpointOverride(aws.endpoint())
                .credentialsProvider(credentials)
                .build()) {
      return new AwsStartup(parameters, users).run(StartupOptions.parse(args, Map.of()));
    } finally {
      assertThat(aws.unsigned()).isEmpty();
    }
  }

  private List<String> rows(String sql) throws SQLException {
    try (Connection connection = database.connect();
        Statement statement = connection.createStatement();
        ResultSet row = statement.executeQuery(sql)) {
      List<String> rows = new ArrayList<>();
      while (row.next()) {
        rows.add(row.getString(1));
      }
      return rows;
    }
  }

  private List<String> tables() throws SQLException {
    return rows(
        "SELECT relname FROM pg_class c WHERE relnamespace = 'public'::regnamespace"
            + " AND relkind = 'r' ORDER BY 1");
  }

  private static List<String> counts(MigrationReport report) {
    return report.datasets().stream().map(AwsStartupTest::count).toList();
  }

  private static String count(DatasetReport dataset) {
    return dataset.table() + " " + dataset.read() + " " + dataset.written();
  }

  @Test
  void the_golden_stores_of_a_known_user_become_tables() throws SQLException {
    withParameter()
        .on(
            GET_USER,
            "{\"Username\":\"migration-test-golden\",\"UserAttributes\":" + ATTRIBUTES + "}");

    MigrationReport report = run("--env dev --dataset golden");

    assertThat(aws.asked()).containsExactly(ASKED_DEV, ASKED_USER);
    assertThat(report.outcome()).isEqualTo(Outcome.MIGRATED);
    assertThat(counts(report))
        .containsExactlyInAnyOrder(
            "items 5 5", "analyses 5 5", "embeddings 5 5", "collections_vectors 5 5");
    assertThat(tables()).containsExactly("analyses", "collections_vectors", "embeddings", "items");
    assertThat(rows("SELECT i::text FROM items i WHERE id = 'golden-item-1'"))
        .containsExactly(
            "(golden-item-1,1.jpg,,images/1.jpg,1001,image/jpeg,\"2025-11-02 08:30:00.000001\",\"2025-11-02 08:30:00.000001\",%s)"
                .formatted(SUB));
    assertThat(rows("SELECT a::text FROM analyses a WHERE id = 'golden-analysis-1'"))
        .containsExactly(
            "(golden-analysis-1,golden-item-1,1,food,soup,\"{\"\"n\"\": 1, \"\"category\"\": \"\"Grüße\"\", \"\"confidence\"\": 1.0}\",x,y,,\"2025-11-02 08:30:00.000001\",%s)"
                .formatted(SUB));
    assertThat(rows("SELECT e::text FROM embeddings e WHERE id = 'golden-embedding-1'"))
        .containsExactly(
            "(golden-embedding-1,golden-item-1,golden-analysis-1,voyage-3.5-lite,8,\"{\"\"fields\"\": [\"\"summary\"\"]}\",\"2025-11-02 08:30:00.000001\",%s)"
                .formatted(SUB));
    assertThat(
            rows(
                "SELECT content || ' ' || metadata::text || ' ' || embedding::text || ' ' || user_id"
                    + " FROM collections_vectors WHERE metadata->>'item_id' = 'golden-item-1'"))
        .containsExactly(
            "golden document 1 {\"n\": 1, \"item_id\": \"golden-item-1\", \"category\": \"food\"} "
                + "[-0.390625,-0.25,-0.109375,0.03125,0.171875,0.3125,0.453125,-0.40625] "
                + SUB);
    assertThat(
            rows(
                "SELECT indexdef FROM pg_indexes WHERE tablename = 'collections_vectors'"
                    + " AND indexdef ~ 'hnsw'"))
        .singleElement()
        .asString()
        .contains("vector_cosine_ops");
  }

  @Test
  void a_second_start_does_nothing_again() throws SQLException {
    for (int start = 0; start < 2; start++) {
      withParameter().on(GET_USER, "{\"UserAttributes\":" + ATTRIBUTES + "}");
    }

    assertThat(run("--env dev --dataset golden").outcome()).isEqualTo(Outcome.MIGRATED);
    assertThat(run("--env dev --dataset golden").outcome()).isEqualTo(Outcome.ALREADY_MIGRATED);

    assertThat(rows("SELECT count(*) FROM items")).containsExactly("5");
  }

  @Test
  void a_user_who_is_not_there_is_created() throws SQLException {
    withParameter()
        .fails(GET_USER, "UserNotFoundException")
        .on(CREATE_USER, "{\"User\":{\"Attributes\":" + ATTRIBUTES + "}}");

    run("--env dev --dataset golden");

    assertThat(aws.asked()).containsExactly(ASKED_DEV, ASKED_USER, ASKED_TO_CREATE);
    assertThat(rows("SELECT DISTINCT user_id FROM collections_vectors")).containsExactly(SUB);
  }

  @Test
  void a_user_whom_another_instance_creates_meanwhile_is_taken() throws SQLException {
    withParameter()
        .fails(GET_USER, "UserNotFoundException")
        .fails(CREATE_USER, "UsernameExistsException")
        .on(GET_USER, "{\"UserAttributes\":" + ATTRIBUTES + "}");

    run("--env dev --dataset golden");

    assertThat(aws.asked()).containsExactly(ASKED_DEV, ASKED_USER, ASKED_TO_CREATE, ASKED_USER);
    assertThat(rows("SELECT DISTINCT user_id FROM items")).containsExactly(SUB);
  }

  @Test
  void a_dry_run_changes_nothing_anywhere() throws SQLException {
    withParameter().fails(GET_USER, "UserNotFoundException");

    MigrationReport report = run("--env dev --dataset golden --dry-run");

    assertThat(aws.asked()).containsExactly(ASKED_DEV, ASKED_USER);
    assertThat(report.outcome()).isEqualTo(Outcome.PREVIEWED);
    assertThat(tables()).isEmpty();
    assertThat(rows("SELECT nspname FROM pg_namespace WHERE nspname ~ '^vector_migrate'"))
        .isEmpty();
  }

  @Test
  void users_share_the_tables() throws SQLException {
    withParameter();
    withParameter();

    run("--env test --dataset golden --user-id ann");
    MigrationReport full = run("--env prod --dataset full --user-id bob --skip-cognito");

    assertThat(aws.asked())
        .containsExactly(
            ASKED_DEV.replace("/dev/", "/test/"), ASKED_DEV.replace("/dev/", "/prod/"));
    assertThat(counts(full))
        .containsExactlyInAnyOrder(
            "items 40 40", "analyses 40 40", "embeddings 40 40", "collections_vectors 40 40");
    for (String table : List.of("items", "analyses", "embeddings", "collections_vectors")) {
      assertThat(rows("SELECT user_id || count(*) FROM " + table + " GROUP BY user_id ORDER BY 1"))
          .as(table)
          .containsExactly("ann5", "bob40");
    }
  }

  @Test
  void rows_of_another_user_are_never_taken_over() throws SQLException {
    withParameter();
    withParameter();
    run("--env dev --dataset golden --user-id ann");

    assertThatThrownBy(() -> run("--env dev --dataset golden --user-id eve"))
        .isInstanceOf(RefusedException.class)
        .hasMessageMatching(
            "\\[postgresql] table items: has rows with the keys \\[golden-item-\\d(, golden-item-\\d){4}] already, expected none\\. Append with skip or update, or name another table\\.");

    assertThat(rows("SELECT DISTINCT user_id FROM items")).containsExactly("ann");
    assertThat(rows("SELECT DISTINCT user_id FROM collections_vectors")).containsExactly("ann");
  }

  @Test
  void a_missing_parameter_stops_before_cognito_is_asked() {
    aws.fails(GET_PARAMETER, "ParameterNotFound");

    assertThatThrownBy(() -> run("--env dev --dataset golden"))
        .isInstanceOf(ParameterNotFoundException.class);

    assertThat(aws.asked()).containsExactly(ASKED_DEV);
  }

  @Test
  void a_user_without_a_subject_stops_before_anything_is_moved() throws SQLException {
    withParameter().on(GET_USER, "{\"UserAttributes\":[]}");

    assertThatThrownBy(() -> run("--env dev --dataset golden"))
        .isInstanceOf(IllegalStateException.class)
        .hasMessage(
            "user 'migration-test-golden': no attribute 'sub', expected one. Look at the user pool.");

    assertThat(tables()).isEmpty();
  }
}
