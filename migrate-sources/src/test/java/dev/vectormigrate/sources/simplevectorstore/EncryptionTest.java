package dev.vectormigrate.sources.simplevectorstore;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import com.fasterxml.jackson.databind.JsonNode;
import dev.vectormigrate.model.Dataset;
import dev.vectormigrate.model.Finding;
import dev.vectormigrate.sources.numpy.Fixtures;
import dev.vectormigrate.sources.numpy.Reading;
import dev.vectormigrate.spi.SourceSession;
import java.io.IOException;
import java.io.InputStream;
import java.nio.charset.StandardCharsets;
import java.nio.file.Files;
import java.nio.file.Path;
import java.nio.file.StandardOpenOption;
import java.util.Arrays;
import java.util.HexFormat;
import java.util.concurrent.atomic.AtomicInteger;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;

/** Encrypted metadata, against what Python's own library derived and encrypted. */
class EncryptionTest {

  private static final String WRONG_KEY =
      ": signature that does not fit the key, expected one that does. The master key or the name of"
          + " the user's directory is not the one it was written with, or the file was changed";

  @TempDir Path temp;
  private Path directory;
  private Path token;

  @BeforeEach
  void copy() throws Exception {
    directory = Fixtures.copy("simplevectorstore/user_data", temp.resolve("user_data"));
    token = directory.resolve("bob/vector_store_secret/metadata.json");
  }

  @Test
  void keys_are_derived_as_python_does() throws Exception {
    for (JsonNode expected : Fixtures.json("simplevectorstore/master_keys.json")) {
      String key = expected.get("key").asText();
      assertThat(MasterKey.decoded(key.getBytes(StandardCharsets.UTF_8)))
          .as(key)
          .asHexString()
          .isEqualToIgnoringCase(expected.get("password").asText());
      assertThat(HexFormat.of().formatHex(new MasterKey(key::toCharArray).derive("user")))
          .as(key)
          .isEqualTo(expected.get("derived").asText());
    }
  }

  @Test
  void decryption_can_begin_at_every_byte() throws Exception {
    byte[] key = new MasterKey("correct horse"::toCharArray).derive("bob");
    FernetToken opened = FernetToken.open(token, key);
    byte[] whole;
    try (InputStream in = opened.from(0)) {
      whole = in.readAllBytes();
    }
    assertThat(new String(whole, StandardCharsets.UTF_8))
        .startsWith("[\n  {\n    \"id\": \"doc_0_");
    for (int offset = 0; offset < whole.length; offset += 7) {
      try (InputStream in = opened.from(offset)) {
        assertThat(in.readAllBytes()).isEqualTo(Arrays.copyOfRange(whole, offset, whole.length));
      }
    }
  }

  @Test
  void the_key_is_asked_for_once_and_overwritten() throws Exception {
    AtomicInteger asked = new AtomicInteger();
    char[] key = "correct horse".toCharArray();
    SimpleVectorStoreDirectory source =
        SimpleVectorStoreDirectory.at(directory)
            .masterKey(
                () -> {
                  asked.incrementAndGet();
                  return key;
                });
    try (SourceSession session = source.open()) {
      assertThat(asked).hasValue(0);
      session.datasets();
      session.datasets();
    }
    assertThat(asked).hasValue(1);
    assertThat(key).containsOnly('\0');
    try (SourceSession session = source.user("alice").open()) {
      session.datasets();
    }
    assertThat(asked).hasValue(1);
  }

  @Test
  void a_wrong_key_is_one_clear_error_and_spares_the_plain_stores() throws Exception {
    SimpleVectorStoreDirectory source =
        SimpleVectorStoreDirectory.at(directory).user("bob").masterKey("wrong"::toCharArray);
    try (SourceSession session = source.open()) {
      Dataset secret = Reading.dataset(session, "bob/secret");
      assertThat(secret.findings())
          .containsExactly(
              Finding.error(
                  "simplevectorstore.unreadable", "store 'bob/secret': " + token + WRONG_KEY));
      assertThat(secret.rows()).isEmpty();
      assertThatThrownBy(() -> Reading.of(session, "bob/secret"))
          .isInstanceOf(IOException.class)
          .hasMessage("store 'bob/secret': " + token + WRONG_KEY);
      assertThatThrownBy(() -> session.split(secret, 1))
          .hasMessage("store 'bob/secret': " + token + WRONG_KEY);
      assertThat(Reading.of(session, "bob/plain").rows).hasSize(3);
    }
  }

  @Test
  void a_key_that_is_missing_is_named() throws Exception {
    refuses("encrypted, expected a master key. Pass it with masterKey(...)");
  }

  private void refuses(String message) throws Exception {
    SimpleVectorStoreDirectory source = SimpleVectorStoreDirectory.at(directory);
    assertThatThrownBy(() -> Reading.of(source, "bob/secret"))
        .hasMessage("store 'bob/secret': " + token + ": " + message);
  }

  @Test
  void the_key_belongs_to_the_user() throws Exception {
    Files.move(directory.resolve("bob"), directory.resolve("bert"));
    Path moved = directory.resolve("bert/vector_store_secret/metadata.json");
    SimpleVectorStoreDirectory source =
        SimpleVectorStoreDirectory.at(directory).masterKey("correct horse"::toCharArray);
    assertThatThrownBy(() -> Reading.of(source, "bert/secret"))
        .hasMessage("store 'bert/secret': " + moved + WRONG_KEY);
  }

  @Test
  void one_changed_character_anywhere_is_noticed() throws Exception {
    byte[] original = Files.readAllBytes(token);
    byte[] key = new MasterKey("correct horse"::toCharArray).derive("bob");
    for (int at = 6; at < original.length - 4; at += 997) {
      byte[] changed = original.clone();
      changed[at] = (byte) (changed[at] == 'A' ? 'B' : 'A');
      Files.write(token, changed);
      assertThatThrownBy(() -> FernetToken.open(token, key)).hasMessage(token + WRONG_KEY);
    }
  }

  @Test
  void a_token_that_is_cut_off_is_noticed() throws Exception {
    byte[] original = Files.readAllBytes(token);
    byte[] key = new MasterKey("correct horse"::toCharArray).derive("bob");
    for (int length : new int[] {5, 99, 120, 1_000, original.length - 64, original.length - 4}) {
      Files.write(token, Arrays.copyOf(original, length));
      assertThatThrownBy(() -> FernetToken.open(token, key))
          .isInstanceOf(IOException.class)
          .hasMessageStartingWith(token + ": ");
    }
  }

  @Test
  void a_line_end_after_the_token_does_no_harm() throws Exception {
    Files.write(token, "\r\n".getBytes(StandardCharsets.US_ASCII), StandardOpenOption.APPEND);
    SimpleVectorStoreDirectory source =
        SimpleVectorStoreDirectory.at(directory).masterKey("correct horse"::toCharArray);
    assertThat(Reading.of(source, "bob/secret").rows).hasSize(40);
  }
}
