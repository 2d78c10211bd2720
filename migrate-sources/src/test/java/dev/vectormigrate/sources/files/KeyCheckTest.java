package dev.vectormigrate.sources.files;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import java.nio.file.Path;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;

/** Repeated keys are found in any number of records. */
class KeyCheckTest {

  private static final Path FILE = Path.of("some.json");

  @TempDir Path work;

  @Test
  void every_later_record_of_a_key_is_found() throws Exception {
    try (KeyCheck keys = new KeyCheck(FILE, work)) {
      for (String key : new String[] {"a", "b", "a", null, null, "", "B", "a", "", "none 3"}) {
        keys.add(key);
      }
      Ordinals repeated = keys.repeated();
      assertThat(repeated.size()).isEqualTo(3);
      for (long ordinal = 0; ordinal < 10; ordinal++) {
        assertThat(repeated.contains(ordinal))
            .isEqualTo(ordinal == 2 || ordinal == 7 || ordinal == 8);
      }
    }
  }

  @Test
  void many_keys_are_kept_in_a_file_that_is_gone_afterwards() throws Exception {
    int count = 2_200_001;
    try (KeyCheck keys = new KeyCheck(FILE, work)) {
      for (int i = 0; i < count; i++) {
        keys.add("key " + (i == 65_536 ? 1 : i == count - 1 ? 150_000 : i));
      }
      Ordinals repeated = keys.repeated();
      assertThat(keys.count()).isEqualTo(count);
      assertThat(repeated.size()).isEqualTo(2);
      assertThat(repeated.contains(65_536)).isTrue();
      assertThat(repeated.contains(count - 1)).isTrue();
    }
    assertThat(work).isEmptyDirectory();
  }

  @Test
  void a_file_of_nothing_but_repetitions_is_refused() throws Exception {
    try (KeyCheck keys = new KeyCheck(FILE, work)) {
      for (int i = 0; i < 2 + KeyCheck.MOST_REPEATED; i++) {
        keys.add("same");
      }
      assertThatThrownBy(keys::repeated)
          .isInstanceOf(DamagedFileException.class)
          .hasMessage(
              "some.json: more than 65536 records with the key of an earlier one, expected none."
                  + " Check the file");
    }
  }
}
