package dev.vectormigrate.examples.aws;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import org.junit.jupiter.api.Test;
import org.postgresql.ds.PGSimpleDataSource;

class DatabaseUrlTest {

  @Test
  void reads_the_form_of_python() {
    PGSimpleDataSource there =
        (PGSimpleDataSource)
            DatabaseUrl.dataSource(
                "postgresql+psycopg://me%40x:p%2Fw+d@h.example:6543/d?sslmode=require");

    assertThat(there.getServerNames()).containsExactly("h.example");
    assertThat(there.getPortNumbers()).containsExactly(6543);
    assertThat(there.getDatabaseName()).isEqualTo("d");
    assertThat(there.getUser()).isEqualTo("me@x");
    assertThat(there.getPassword()).isEqualTo("p/w+d");
    assertThat(there.getSslMode()).isEqualTo("require");
  }

  @Test
  void reads_the_form_of_jdbc() {
    PGSimpleDataSource there =
        (PGSimpleDataSource) DatabaseUrl.dataSource("jdbc:postgresql://h/d?user=me&password=p%26w");

    assertThat(there.getServerNames()).containsExactly("h");
    assertThat(there.getUser()).isEqualTo("me");
    assertThat(there.getPassword()).isEqualTo("p&w");
  }

  @Test
  void does_not_repeat_what_it_cannot_read() {
    for (String secret :
        new String[] {"mysql://me:hunter2@h/d", "postgresql://me:hun ter2@h/d", ""}) {
      assertThatThrownBy(() -> DatabaseUrl.dataSource(secret))
          .isInstanceOf(IllegalArgumentException.class)
          .hasNoCause()
          .hasMessage(
              "database URL: can't be read, expected jdbc:postgresql://host:port/database or postgresql://user:password@host:port/database. Correct the parameter.");
    }
  }
}
