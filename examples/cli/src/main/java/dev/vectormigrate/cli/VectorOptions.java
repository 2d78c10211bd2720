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
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.function.Supplier;
import org.jspecify.annotations.Nullable;
import picocli.CommandLine.ArgGroup;
import picocli.CommandLine.Option;

/** The options that say what becomes of vectors: made anew, reduced, stored smaller, indexed. */
final class VectorOptions {

  private static final String NOTHING_TO_EMBED =
      "nothing to embed: vectors are kept, expected --reembed or --embed-missing beside it.";

  /** Those that say what a plan makes of vectors; the model is asked for queries, too. */
  static final List<String> OF_PLANS =
      List.of(
          "--reembed",
          "--embed-missing",
          "--missing-text",
          "--long-text",
          "--token-budget",
          "--vector-type",
          "--reduce",
          "--truncate",
          "--index",
          "--distance");

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

  /** How vectors are made shorter. */
  static final class Shorter {

    @Option(
        names = "--reduce",
        required = true,
        paramLabel = "N",
        description = "Reduce vectors to N dimensions by a PCA that is fitted to them.")
    private @Nullable Integer reduced;

    @Option(
        names = "--truncate",
        required = true,
        paramLabel = "N",
        description =
            "Keep the first N components of vectors, stretched to the length 1: for Matryoshka models"
                + " alone.")
    private @Nullable Integer cut;

    void applyTo(DatasetMapping.Builder mapping) {
      if (reduced != null) {
        int dimension = reduced;
        mapping.reduce(checked("--reduce", () -> Reduction.pca(dimension)));
      } else if (cut != null) {
        int dimension = cut;
        mapping.reduce(checked("--truncate", () -> Reduction.truncate(dimension)));
      }
    }
  }

  /** How vectors are stored. */
  enum VectorType {
    VECTOR,
    HALFVEC,
    BIT
  }

  /** How vectors are compared. */
  enum DistanceName {
    COSINE(Distance.COSINE),
    L2(Distance.L2),
    IP(Distance.INNER_PRODUCT);

    private final Distance distance;

    DistanceName(Distance distance) {
      this.distance = distance;
    }
  }

  private final Terminal terminal;

  @ArgGroup private Which which = new Which();

  @Option(
      names = "--embedder",
      paramLabel = "FORM",
      description =
          "What makes vectors: minilm (in this process, 384 dimensions), openai:MODEL,"
              + " voyage:MODEL or ollama:MODEL, each with @URL behind where it is elsewhere. Keys are"
              + " read from OPENAI_API_KEY and VOYAGE_API_KEY.")
  private @Nullable String embedder;

  @Option(
      names = "--missing-text",
      paramLabel = "reject|fail|keep",
      description =
          "What becomes of rows without text: refused, the run stops, or they are kept without a"
              + " vector. Default: reject.")
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
  private VectorType type = VectorType.VECTOR;

  @ArgGroup private Shorter shorter = new Shorter();

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

  VectorOptions(Terminal terminal) {
    this.terminal = terminal;
  }

  /** Whether vectors are made of texts. */
  boolean embeds() {
    return which.all || which.missing;
  }

  /**
   * Puts them into the mapping of a dataset.
   *
   * @param text what is embedded, with names of fields in braces; empty for the field "text"
   */
  void applyTo(DatasetMapping.Builder mapping, Optional<String> text) {
    refuseWhatMeansNothing();
    if (which.all) {
      mapping.reembed(embedding(text));
    } else if (which.missing) {
      mapping.embedMissing(embedding(text));
    }
    if (type == VectorType.HALFVEC) {
      mapping.halfVectors();
    }
    shorter.applyTo(mapping);
    if (distance != null) {
      mapping.distance(distance.distance);
    }
    applyIndex(mapping);
  }

  private void applyIndex(DatasetMapping.Builder mapping) {
    if (type == VectorType.BIT) {
      VectorIndex whole = index == null ? VectorIndex.hnsw() : index.index();
      mapping.index(whole.over(Precision.BIT));
    } else if (index != null) {
      mapping.index(index.index());
    }
  }

  private void refuseWhatMeansNothing() {
    Map<String, Boolean> given = new LinkedHashMap<>();
    given.put("--missing-text", missingText != null);
    given.put("--long-text", longText != null);
    given.put("--token-budget", tokenBudget != null);
    given.forEach((option, isGiven) -> refuse(isGiven && !embeds(), option, NOTHING_TO_EMBED));
    refuse(
        type == VectorType.BIT && index == IndexKind.NONE,
        "--vector-type",
        "bit: what an index holds, expected --index hnsw or ivfflat beside it.");
  }

  /** Fails where a model is named that nobody asks. */
  void refuseIdleEmbedder() {
    refuse(embedder != null && !embeds(), "--embedder", NOTHING_TO_EMBED);
  }

  private static void refuse(boolean wrong, String option, String problem) {
    if (wrong) {
      throw new PlanException(option, problem, null);
    }
  }

  private Embedding embedding(Optional<String> text) {
    Embedding embedding = Embedding.with(embedder(which.all ? "--reembed" : "--embed-missing"));
    if (text.isPresent()) {
      embedding = embedding.text(text.get());
    }
    if (missingText != null) {
      embedding = embedding.missingText(missingText);
    }
    if (longText != null) {
      embedding = embedding.longText(longText);
    }
    return tokenBudget == null ? embedding : within(embedding, tokenBudget);
  }

  private static Embedding within(Embedding embedding, long tokens) {
    return checked("--token-budget", () -> embedding.tokenBudget(tokens));
  }

  /**
   * The model, loaded once: the mappings of several datasets may ask for it.
   *
   * @param option what needs it
   */
  Embedder embedder(String option) {
    if (embedder == null) {
      throw new PlanException(
          option, "no model, expected --embedder beside it, such as --embedder minilm.", null);
    }
    if (loaded == null) {
      String form = embedder;
      loaded = checked("--embedder", () -> Embedders.parse(form, terminal::variable));
    }
    return loaded;
  }

  private static <T> T checked(String option, Supplier<T> value) {
    try {
      return value.get();
    } catch (IllegalArgumentException | IllegalStateException e) {
      throw new PlanException(option, e.getMessage() + ".", e);
    }
  }
}
