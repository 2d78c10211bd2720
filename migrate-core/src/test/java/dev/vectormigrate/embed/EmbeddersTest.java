package dev.vectormigrate.embed;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatIllegalArgumentException;

import dev.vectormigrate.model.Vector;
import dev.vectormigrate.spi.Embedder;
import java.util.List;
import java.util.Map;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.CsvSource;
import org.junit.jupiter.params.provider.ValueSource;

class EmbeddersTest {

  private static final Map<String, String> KEYS =
      Map.of("OPENAI_API_KEY", "secret-1", "VOYAGE_API_KEY", "secret-2");

  @ParameterizedTest
  @CsvSource({
    "minilm,all-minilm-l6-v2,384",
    "openai:text-embedding-3-large,openai:text-embedding-3-large,3072",
    "openai:text-embedding-3-large/256,openai:text-embedding-3-large/256,256",
    "openai:BAAI/bge-m3/8@http://localhost:1/v1,openai:BAAI/bge-m3/8,8",
    "openai:@cf/baai/bge/9@https://host/v1?x=a@http://b,openai:@cf/baai/bge/9,9",
    "voyage:voyage-4,voyage:voyage-4,1024",
    "voyage:voyage-4/512@https://host/v1,voyage:voyage-4/512,512",
    "ollama:qwen:7b/64,ollama:qwen:7b/64,64",
  })
  void formsNameEmbedders(String form, String modelId, int dimension) {
    Embedder embedder = Embedders.parse(form, KEYS::get);

    assertThat(embedder.modelId()).isEqualTo(modelId);
    assertThat(embedder.dimension()).isEqualTo(dimension);
  }

  @ParameterizedTest
  @CsvSource({
    "openai:m@,/v1,/v1/embeddings,Bearer secret-1",
    "voyage:m@,/v1,/v1/embeddings,Bearer secret-2",
    "ollama:m@,'',/api/embed,",
  })
  void addressAndKeyAreUsed(String form, String path, String asked, String key) throws Exception {
    try (StubService service = new StubService()) {
      service.answers =
          request -> StubService.Answer.ok("{\"data\":[{\"embedding\":[1]}],\"embeddings\":[[1]]}");

      Embedder embedder = Embedders.parse(form + service.address(path), KEYS::get);

      assertThat(embedder.embed(List.of("a"))).containsExactly(Vector.of(1));
      assertThat(service.requests.get(0).path()).isEqualTo(asked);
      assertThat(service.requests.get(0).header("Authorization")).isEqualTo(key);
      assertThat(service.requests.get(0).json().get("model").asText()).isEqualTo("m");
    }
  }

  @Test
  void aServerElsewhereNeedsNoKey() throws Exception {
    try (StubService service = new StubService()) {
      service.answers = request -> StubService.Answer.ok("{\"data\":[{\"embedding\":[1]}]}");

      Embedders.parse("openai:m@" + service.address("/v1"), name -> null).embed(List.of("a"));

      assertThat(service.requests.get(0).header("Authorization")).isNull();
    }
  }

  @ParameterizedTest
  @CsvSource({"openai:m,OPENAI_API_KEY", "voyage:m,VOYAGE_API_KEY"})
  void aMissingKeyIsNamed(String form, String variable) {
    for (String value : new String[] {null, " "}) {
      assertThatIllegalArgumentException()
          .isThrownBy(() -> Embedders.parse(form, name -> value))
          .withMessage(
              "embedder: no %s in the environment, expected the key of the service. Set it",
              variable);
    }
  }

  @ParameterizedTest
  @CsvSource({
    "openai:,'openai' in another form",
    "openai,'openai' in another form",
    "MiniLM,'MiniLM' in another form",
    "cohere:embed-v4@http://secret@x,'cohere' in another form",
    "'',another form",
    "http://secret@host/,'http' in another form",
    "sec ret,another form",
  })
  void otherFormsAreRefused(String form, String actual) {
    assertThatIllegalArgumentException()
        .isThrownBy(() -> Embedders.parse(form, KEYS::get))
        .withMessage(
            "embedder: %s, expected minilm, openai:MODEL, voyage:MODEL or ollama:MODEL, with @URL"
                + " behind where it is elsewhere",
            actual);
  }

  @ParameterizedTest
  @ValueSource(strings = {"openai:m@http://user:secret@host/v1", "ollama:m@https://secret@host"})
  void aUserInTheAddressIsRefusedUnshown(String form) {
    assertThatIllegalArgumentException()
        .isThrownBy(() -> Embedders.parse(form, KEYS::get))
        .withMessage("address: a user's name in it, expected none. Give a key or a header");
  }

  @Test
  void whatIsNoUrlIsRefusedUnshown() {
    assertThatIllegalArgumentException()
        .isThrownBy(() -> Embedders.parse("openai:m@http://se cret", KEYS::get))
        .withMessage("embedder: a URL that is none, expected http://HOST or https://HOST. Check it")
        .withNoCause();
  }
}
