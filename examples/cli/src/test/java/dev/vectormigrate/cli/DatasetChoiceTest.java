package dev.vectormigrate.cli;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import dev.vectormigrate.spi.TableName;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.ValueSource;
import picocli.CommandLine.TypeConversionException;

class DatasetChoiceTest {

  @Test
  void aNameAloneGoesWhereItGoesByDefault() {
    assertThat(DatasetChoice.parse("acme/prod/notes"))
        .isEqualTo(new DatasetChoice("acme/prod/notes", null));
  }

  @Test
  void aTableMayHaveASchema() {
    assertThat(DatasetChoice.parse("notes=my_notes"))
        .isEqualTo(new DatasetChoice("notes", TableName.of("my_notes")));
    assertThat(DatasetChoice.parse("notes=chat.my_notes"))
        .isEqualTo(new DatasetChoice("notes", new TableName("chat", "my_notes")));
  }

  @Test
  void theLastEqualsSignCounts() {
    assertThat(DatasetChoice.parse("a=b=c")).isEqualTo(new DatasetChoice("a=b", TableName.of("c")));
  }

  @ParameterizedTest(name = "''{0}''")
  @ValueSource(strings = {"", "=", "=t", "n=", "n=.t", "n=s."})
  void halfOfItIsRefused(String text) {
    assertThatThrownBy(() -> DatasetChoice.parse(text))
        .isInstanceOf(TypeConversionException.class)
        .hasMessage("'" + text + "', expected NAME, NAME=TABLE or NAME=SCHEMA.TABLE.");
  }
}
