package dev.vectormigrate.sources.lightrag;

import static org.assertj.core.api.Assertions.assertThat;

import java.io.IOException;
import java.io.Reader;
import java.io.StringReader;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.ValueSource;

/** Characters that XML forbids come through a parser unchanged. */
class ControlCharactersTest {

  private static final String TEXT =
      "a\u0000b\u0001\u001F\t\r\n\uFFFE\uFFFF\uF8F6\uF8F6@\uD83D\uDE00\u0085 end\u0008";

  @ParameterizedTest
  @ValueSource(ints = {1, 2, 3, 4, 5, 7, 64})
  void whatever_the_size_of_the_buffer(int size) throws Exception {
    String substituted = read(new ControlCharacters(new StringReader(TEXT.repeat(3))), size);
    assertThat(substituted.chars())
        .noneMatch(c -> c < ' ' && c != '\t' && c != '\n' && c != '\r' || c >= 0xFFFE);
    assertThat(ControlCharacters.restore(substituted)).isEqualTo(TEXT.repeat(3));
  }

  private static String read(Reader reader, int size) throws IOException {
    StringBuilder text = new StringBuilder();
    char[] buffer = new char[size + 2];
    for (int read = reader.read(buffer, 1, size); read >= 0; read = reader.read(buffer, 1, size)) {
      assertThat(read).isBetween(1, size);
      assertThat(buffer[0]).isEqualTo((char) 0);
      assertThat(buffer[size + 1]).isEqualTo((char) 0);
      text.append(buffer, 1, read);
    }
    return text.toString();
  }
}
