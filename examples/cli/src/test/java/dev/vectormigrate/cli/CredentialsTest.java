package dev.vectormigrate.cli;

import static org.assertj.core.api.Assertions.assertThat;

import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.CsvSource;

class CredentialsTest {

  @ParameterizedTest(name = "''{0}''")
  @CsvSource(
      delimiter = '|',
      textBlock =
          """
          Unknown option: 'postgresql://u:p@h/d'          | Unknown option: 'postgresql://***@h/d'
          Unknown option: 'postgresql://u:p@q/r@h/d'      | Unknown option: 'postgresql://***@h/d'
          Unknown option: 'postgresql://u@h/d'            | Unknown option: 'postgresql://***@h/d'
          jdbc:postgresql://h/d?user=u&password=p&x=y     | jdbc:postgresql://h/d?user=u&password=***&x=y
          jdbc:postgresql://h/d?sslPassword=p             | jdbc:postgresql://h/d?sslPassword=***
          jdbc:postgresql://h/d?token=p                   | jdbc:postgresql://h/d?token=***
          the password is wrong                           | the password is wrong
          FATAL: password authentication failed for user "u" | FATAL: password authentication failed for user "u"
          """)
  void areTakenOutOfWhatQuotesThem(String text, String shown) {
    assertThat(Credentials.removedFrom(text)).isEqualTo(shown);
  }
}
