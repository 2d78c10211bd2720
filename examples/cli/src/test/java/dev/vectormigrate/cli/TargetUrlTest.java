package dev.vectormigrate.cli;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import dev.vectormigrate.PlanException;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.CsvSource;
import org.junit.jupiter.params.provider.ValueSource;

class TargetUrlTest {

  @ParameterizedTest(name = "''{0}''")
  @CsvSource(
      delimiter = '|',
      nullValues = "-",
      emptyValue = "",
      textBlock =
          """
          postgresql://h/d                                 | jdbc:postgresql://h/d                      | '' | ''
          postgres://h/d                                   | jdbc:postgresql://h/d                      | '' | ''
          postgresql+psycopg://u:p@h/d                     | jdbc:postgresql://h/d                      | u  | p
          postgresql+asyncpg://u:p@h:6543/d                | jdbc:postgresql://h:6543/d                 | u  | p
          postgresql://u@h:5433/d                          | jdbc:postgresql://h:5433/d                 | u  | ''
          postgresql://u:p@h                               | jdbc:postgresql://h/                       | u  | p
          postgresql://u:p@h/                              | jdbc:postgresql://h/                       | u  | p
          postgresql:///d                                  | jdbc:postgresql://localhost/d              | '' | ''
          postgresql://u:@h/d                              | jdbc:postgresql://h/d                      | u  | ''
          postgresql://u:p:q@h/d                           | jdbc:postgresql://h/d                      | u  | p:q
          postgresql://u:p@q@h/d                           | jdbc:postgresql://h/d                      | u  | p@q
          postgresql://me%40corp:a%2Fb%3Ac%25%3F@h/d       | jdbc:postgresql://h/d                      | me@corp | a/b:c%?
          postgresql://u:a+b@h/d                           | jdbc:postgresql://h/d                      | u  | a+b
          postgresql://u:%C3%A9%F0%9F%94%91@h/d            | jdbc:postgresql://h/d                      | u  | é🔑
          postgresql://u:p@[::1]:5432/d                    | jdbc:postgresql://[::1]:5432/d             | u  | p
          postgresql://u:p@h1:1,h2:2/d                     | jdbc:postgresql://h1:1,h2:2/d              | u  | p
          postgresql://u:p@h/my%20data+x                   | jdbc:postgresql://h/my+data%2Bx            | u  | p
          postgresql://u:p@h/d?sslmode=require             | jdbc:postgresql://h/d?sslmode=require      | u  | p
          postgresql://h/d?user=u&password=p%26q           | jdbc:postgresql://h/d                      | u  | p&q
          postgresql://h/d?application_name=x%20y          | jdbc:postgresql://h/d?ApplicationName=x+y  | '' | ''
          postgresql://h/d?connect_timeout=3&channel_binding=require | jdbc:postgresql://h/d?channelBinding=require&connectTimeout=3 | '' | ''
          jdbc:postgresql://h:5432/d                       | jdbc:postgresql://h:5432/d                 | '' | ''
          jdbc:postgresql://h/d?user=u&password=a+b%2Bc    | jdbc:postgresql://h/d                      | u  | a b+c
          jdbc:postgresql://u:p@h/d                        | jdbc:postgresql://h/d                      | u  | p
          jdbc:postgresql:d                                | jdbc:postgresql://localhost/d              | '' | ''
          jdbc:postgresql:d?user=u                         | jdbc:postgresql://localhost/d              | u  | ''
          jdbc:postgresql://h/d?currentSchema=a,b          | jdbc:postgresql://h/d?currentSchema=a%2Cb  | '' | ''
          """)
  void isReadAsTheDriverNeedsIt(String text, String jdbcUrl, String user, String password) {
    TargetUrl url = TargetUrl.parse("--to", text);

    assertThat(url.jdbcUrl()).isEqualTo(jdbcUrl);
    assertThat(url.user()).isEqualTo(user);
    assertThat(url.password()).isEqualTo(password);
  }

  @ParameterizedTest(name = "''{0}''")
  @ValueSource(
      strings = {
        "",
        "h:5432/d",
        "mysql://u:hunter2@h/d",
        "sqlite:///hunter2.db",
        "jdbc:mysql://h/d?password=hunter2",
        "postgresql:hunter2",
        "postgresql://u:hunter2@h:port/d",
        "postgresql://u:hunter2/x@h/d",
        "postgresql://u:hunter2%zz@h/d",
        "postgresql://u:1/hunter2@h",
        "postgresql://u:hunter2@h/d/e",
        "postgresql://u:hunter2@h:1:2/d",
        "postgresql:///d?host=/run/hunter2",
        "postgresql:///d?service=hunter2"
      })
  void whatCannotBeReadIsRefusedWithoutQuotingIt(String text) {
    assertThatThrownBy(() -> TargetUrl.parse("--to", text))
        .isInstanceOf(PlanException.class)
        .message()
        .startsWith("[--to] ")
        .endsWith(
            ", expected jdbc:postgresql://host:port/database or"
                + " postgresql://user:password@host:port/database. Correct it.")
        .doesNotContain("hunter2");
  }

  @ParameterizedTest(name = "''{0}''")
  @CsvSource(
      delimiter = '|',
      textBlock =
          """
          postgresql://me:hunter2@h/d                            | jdbc:postgresql://h/d
          jdbc:postgresql://h/d?user=me&password=hunter2         | jdbc:postgresql://h/d
          jdbc:postgresql://h/d?sslpassword=hunter2&sslmode=prefer | jdbc:postgresql://h/d?sslmode=prefer
          jdbc:postgresql://h/d?SSLPASSWORD=hunter2              | jdbc:postgresql://h/d
          jdbc:postgresql://h/d?oauthToken=hunter2               | jdbc:postgresql://h/d
          jdbc:postgresql://h/d?client_secret=hunter2            | jdbc:postgresql://h/d
          """)
  void nothingSecretIsShown(String text, String shown) {
    TargetUrl url = TargetUrl.parse("--to", text);

    assertThat(url.shown()).isEqualTo(shown);
    assertThat(url.toString()).isEqualTo(shown);
    assertThat(url.place()).isEqualTo("h/d");
  }

  @ParameterizedTest(name = "''{0}''")
  @CsvSource(
      delimiter = '|',
      textBlock =
          """
          postgresql://h/d        | other | word
          postgresql://u@h/d      | u     | word
          postgresql://u:p@h/d    | u     | p
          """)
  void userAndPasswordOfTheEnvironmentFillWhatIsMissing(String text, String user, String password) {
    TargetUrl url = TargetUrl.parse("--to", text).withDefaults("other", "word");

    assertThat(url.user()).isEqualTo(user);
    assertThat(url.password()).isEqualTo(password);
  }
}
