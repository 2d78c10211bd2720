package dev.vectormigrate.cli;

import dev.vectormigrate.DatasetMapping;
import dev.vectormigrate.Embedding;
import dev.vectormigrate.Embedding.LongText;
import dev.vectormigrate.Embedding.MissingText;
import dev.vectormigrate.PlanException;
import dev.vectormigrate.embed.Embedders;
import dev.vectormigrate.model.Distance;
import dev.vectormigrate.model.VectorIndex;
import dev.vectormigrate.model.VectorIndex.Precision;
import dev.vectormigrate.reduce.Reduction;
import dev.vectormigrate.spi.Embedder;
import org.jspecify.annotations.Nullable;
import picocli.CommandLine.ArgGroup;
import picocli.CommandLine.Option;

/** The options that say what becomes of vectors: made anew, reduced, stored smaller, indexed. */
final class VectorOptions {

  /** Which vectors are made anew. */
  static final class Which {

    @Option(
        names = "--reembed",
        required = true,
        description = "Make all vectors anew with --embedder, of the rows' texts.")
    private boolean all;

    @Option(
        names = "--embed-missing",
        required = true,
        description = "Make vectors with --embedder for the rows that have none.")
    private boolean missing;
  }

  /** How vectors are stored. */
  enum VectorType {
    vector,
    halfvec,
    bit
  }

  /** How vectors are compared. */
  enum DistanceName {
    cosine(Distance.COSINE),
    l2(Distance.L2),
    ip(Distance.INNER_PRODUCT);

    private final Distance distance;

    DistanceName(Distance distance) {
      this.distance = distance;
    }
  }

  @ArgGroup private Which which = new Which();

  @Option(
      names = "--embedder",
      paramLabel = "FORM",
      description =
          "What makes vectors: minilm (in this process, 384 dimensions), openai:MODEL@URL,"
              + " voyage:MODEL or ollama:MODEL@URL. Keys are read from OPENAI_API_KEY and"
              + " VOYAGE_API_KEY.")
  private @Nullable String embedder;

  @Option(
      names = "--text-field",
      paramLabel = "FIELD",
      description =
          "The field to embed, or a text with fields in braces, such as '{title}. {metadata.topic}'."
              + " Default: text.")
  private @Nullable String text;

  @Option(
      names = "--missing-text",
      paramLabel = "reject|fail|keep",
      description =
          "What becomes of rows without text: refused, the run stops, or they keep what vector they"
              + " have. Default: reject.")
  private @Nullable MissingText missingText;

  @Option(
      names = "--long-text",
      paramLabel = "fail|reject|truncate|chunk",
      description =
          "What becomes of texts that are too long for the model: the run stops, their rows are"
              + " refused, their beginning is embedded, or the mean of their parts. Default: fail.")
  private @Nullable LongText longText;

  @Option(
      names = "--token-budget",
      paramLabel = "N",
      description = "Stop, so that the next run goes on, before more tokens are embedded.")
  private @Nullable Long tokenBudget;

  @Option(
      names = "--vector-type",
      paramLabel = "vector|halfvec|bit",
      description =
          "Store vectors as they are, rounded to half precision, or as they are with an index of"
              + " one bit a component, whose finds are to be ranked again. Default: vector.")
  private VectorType type = VectorType.vector;

  @Option(
      names = "--reduce",
      paramLabel = "N",
      description = "Reduce vectors to N dimensions by a PCA that is fitted to them.")
  private @Nullable Integer reduced;

  @Option(
      names = "--index",
      paramLabel = "hnsw|ivfflat|none",
      description = "The index on vectors. Default: HNSW where it can be built.")
  private @Nullable IndexKind index;

  @Option(
      names = "--distance",
      paramLabel = "cosine|l2|ip",
      description =
          "How vectors are compared. Default: as the source says, or cosine where it doesn't.")
  private @Nullable DistanceName distance;

  private @Nullable Embedder loaded;

  /** Puts them into the mapping of a dataset. */
  void applyTo(DatasetMapping.Builder mapping) {
    applyEmbedding(mapping);
    if (type == VectorType.halfvec) {
      mapping.halfVectors();
    }
    if (reduced != null) {
      mapping.reduce(Reduction.pca(reduced));
    }
    if (distance != null) {
      mapping.distance(distance.distance);
    }
    VectorIndex wanted = index == null ? null : index.index();
    if (type == VectorType.bit) {
      mapping.index((wanted == null ? VectorIndex.hnsw() : wanted).over(Precision.BIT));
    } else if (wanted != null) {
      mapping.index(wanted);
    }
  }

  private void applyEmbedding(DatasetMapping.Builder mapping) {
    if (!which.all && !which.missing) {
      refuseWithoutPolicy();
      return;
    }
    Embedding embedding = embedding();
    if (which.all) {
      mapping.reembed(embedding);
    } else {
      mapping.embedMissing(embedding);
    }
  }

  private void refuseWithoutPolicy() {
    if (embedder != null) {
      throw new PlanException(
          "--embedder",
          "nothing to embed: vectors are kept, expected --reembed or --embed-missing beside it.",
          null);
    }
  }

  private Embedding embedding() {
    if (embedder == null) {
      throw new PlanException(
          which.all ? "--reembed" : "--embed-missing",
          "no model, expected --embedder beside it, such as --embedder minilm.",
          null);
    }
    Embedding embedding = Embedding.with(model(embedder));
    if (text != null) {
      embedding = embedding.text(text.contains("{") ? text : "{" + text + "}");
    }
    if (missingText != null) {
      embedding = embedding.missingText(missingText);
    }
    if (longText != null) {
      embedding = embedding.longText(longText);
    }
    return tokenBudget == null ? embedding : embedding.tokenBudget(tokenBudget);
  }

  /** Loaded once: the mappings of several datasets may ask for it. */
  private Embedder model(String form) {
    if (loaded == null) {
      try {
        loaded = Embedders.parse(form, System::getenv);
      } catch (IllegalArgumentException | IllegalStateException e) {
        throw new PlanException("--embedder", e.getMessage() + ".", e);
      }
    }
    return loaded;
  }
}
