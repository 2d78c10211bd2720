package dev.vectormigrate.cli;

import dev.vectormigrate.spi.Verifier;
import dev.vectormigrate.verify.QueryOverlap;
import dev.vectormigrate.verify.Verifiers;
import java.util.ArrayList;
import java.util.List;
import org.jspecify.annotations.Nullable;
import picocli.CommandLine.Model.CommandSpec;
import picocli.CommandLine.Option;
import picocli.CommandLine.ParameterException;
import picocli.CommandLine.Spec;
import picocli.CommandLine.Spec.Target;

/** The options that have a check search for vectors. */
final class SearchOptions {

  @Spec(Target.MIXEE)
  @SuppressWarnings("NullAway.Init")
  private CommandSpec spec;

  @Option(
      names = "--overlap",
      paramLabel = "R",
      description =
          "Search as well, exactly and through the index, and require that R (0 to 1) of"
              + " the nearest rows are found on average.")
  private @Nullable Double overlap;

  @Option(
      names = "--queries",
      paramLabel = "FILE.jsonl",
      converter = QueryFile.Converter.class,
      description =
          "With --overlap or --forms: search for these vectors, a JSON array of numbers a line; or,"
              + " with --embedder, for these texts, each as {\"text\": \"...\"}. Default: a hundred"
              + " vectors of the table.")
  private @Nullable QueryFile queries;

  @Option(
      names = "--forms",
      description =
          "Measure what searches would find if the vectors were of half precision, or"
              + " bits that the vectors rank again.")
  private boolean forms;

  /** Whether texts are searched for, which a model makes vectors of. */
  boolean areForTexts() {
    return queries != null && !queries.texts().isEmpty();
  }

  /**
   * The checks that are asked for.
   *
   * @param vectors know the model that makes vectors of texts
   */
  List<Verifier> verifiers(VectorOptions vectors) {
    List<Verifier> verifiers = new ArrayList<>();
    if (overlap != null) {
      if (!(overlap >= 0 && overlap <= 1)) {
        throw new ParameterException(
            spec.commandLine(),
            "Invalid value for option '--overlap': %s, expected 0 to 1.".formatted(overlap));
      }
      verifiers.add(of(Verifiers.queryOverlap().atLeast(overlap), vectors));
    }
    if (forms) {
      verifiers.add(of(Verifiers.representations(), vectors));
    }
    if (verifiers.isEmpty() && queries != null) {
      throw new ParameterException(
          spec.commandLine(),
          "--queries: nothing to search, expected --overlap or --forms beside it.");
    }
    return verifiers;
  }

  private QueryOverlap of(QueryOverlap check, VectorOptions vectors) {
    if (queries == null) {
      return check;
    }
    return areForTexts()
        ? check.queries(queries.texts(), vectors.embedder("--queries"))
        : check.queries(queries.vectors());
  }
}
