package dev.vectormigrate.embed;

import com.fasterxml.jackson.core.JsonGenerator;
import java.io.IOException;

/** The interfaces of services for embeddings: where they are, what they are asked, and how. */
enum Service {
  /**
   * OpenAI's, which many servers offer. By its reference of {@code POST /embeddings}: at most 2048
   * texts and 300,000 tokens a call.
   */
  OPENAI("openai", "https://api.openai.com/v1", "/embeddings", "data") {
    @Override
    void writeOptions(JsonGenerator json, int shortened, boolean numbers) throws IOException {
      json.writeStringField("encoding_format", numbers ? "float" : "base64");
      if (shortened > 0) {
        json.writeNumberField("dimensions", shortened);
      }
    }

    @Override
    KnownModel known(String model) {
      // 8192 by the reference, 8191 by the older guide.
      Limits limits = new Limits(2048, 8191, 300_000);
      return switch (model) {
        case "text-embedding-3-small", "text-embedding-ada-002" -> new KnownModel(1536, limits);
        case "text-embedding-3-large" -> new KnownModel(3072, limits);
        // Hugging Face's server takes no more, unless told so.
        default -> new KnownModel(0, Limits.ofBatch(32));
      };
    }
  },

  /**
   * Voyage's. By its reference of {@code POST /v1/embeddings}: at most 1000 texts a call; a text
   * that is too long is cut unless {@code truncation} is false; the vectors of documents and of
   * queries are compatible.
   */
  VOYAGE("voyage", "https://api.voyageai.com/v1", "/embeddings", "data") {
    @Override
    void writeOptions(JsonGenerator json, int shortened, boolean numbers) throws IOException {
      json.writeStringField("input_type", "document");
      json.writeBooleanField("truncation", false);
      if (!numbers) {
        json.writeStringField("encoding_format", "base64");
      }
      if (shortened > 0) {
        json.writeNumberField("output_dimension", shortened);
      }
    }

    @Override
    KnownModel known(String model) {
      return switch (model) {
        case "voyage-4-lite", "voyage-3.5-lite" -> voyage(1_000_000);
        case "voyage-4", "voyage-3.5" -> voyage(320_000);
        case "voyage-4-large", "voyage-3-large", "voyage-code-3" -> voyage(120_000);
        default -> new KnownModel(0, new Limits(128, 0, 120_000));
      };
    }

    private KnownModel voyage(int maxBatchTokens) {
      return new KnownModel(1024, new Limits(1000, 32_000, maxBatchTokens));
    }
  },

  /**
   * Ollama's own. By its reference of {@code POST /api/embed}: a text that is too long is cut
   * unless {@code truncate} is false.
   */
  OLLAMA("ollama", "http://localhost:11434", "/api/embed", "embeddings") {
    @Override
    void writeOptions(JsonGenerator json, int shortened, boolean numbers) throws IOException {
      json.writeBooleanField("truncate", false);
      if (shortened > 0) {
        json.writeNumberField("dimensions", shortened);
      }
    }

    @Override
    KnownModel known(String model) {
      return new KnownModel(0, Limits.ofBatch(32));
    }

    @Override
    String fullName(String model) {
      int name = model.lastIndexOf('/') + 1;
      return model.indexOf(':', name) < 0 ? model + ":latest" : model;
    }
  };

  /**
   * What is known of a model without asking.
   *
   * @param dimension 0 where it is not
   */
  record KnownModel(int dimension, Limits limits) {}

  /** What begins the ids of the models. */
  final String prefix;

  final String address;
  final String path;

  /** The member of an answer that holds the vectors. */
  final String vectors;

  Service(String prefix, String address, String path, String vectors) {
    this.prefix = prefix;
    this.address = address;
    this.path = path;
    this.vectors = vectors;
  }

  abstract void writeOptions(JsonGenerator json, int shortened, boolean numbers) throws IOException;

  abstract KnownModel known(String model);

  /** The name that is the same however short a model was named. */
  String fullName(String model) {
    return model;
  }
}
