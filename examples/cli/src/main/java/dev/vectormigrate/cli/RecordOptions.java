package dev.vectormigrate.cli;

import dev.vectormigrate.PlanException;
import dev.vectormigrate.sources.records.ArrayWithSidecar;
import dev.vectormigrate.sources.records.CsvFile;
import dev.vectormigrate.sources.records.JsonLinesFile;
import dev.vectormigrate.sources.records.JsonRecordsFile;
import dev.vectormigrate.sources.records.RecordFields;
import dev.vectormigrate.spi.SourceStore;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.Collection;
import java.util.EnumSet;
import java.util.List;
import java.util.Optional;
import java.util.Set;
import java.util.function.BooleanSupplier;
import org.jspecify.annotations.Nullable;
import picocli.CommandLine.Option;

/** The options that say what the parts of records in plain files are. */
final class RecordOptions {

  private static final Set<SourceKind> KINDS =
      EnumSet.of(SourceKind.CSV, SourceKind.JSON, SourceKind.JSONL, SourceKind.NUMPY);

  @Option(
      names = "--id-field",
      paramLabel = "FIELD",
      description =
          "Of csv, json, jsonl, numpy: the key or column with the id; keys inside of others are"
              + " joined with dots. Default: id, _id, uuid, doc_id or chunk_id, else made of file"
              + " and number.")
  private @Nullable String id;

  @Option(
      names = "--text-field",
      paramLabel = "FIELD",
      description =
          "Of csv, json, jsonl, numpy: the key or column with the text. Default: text, content,"
              + " page_content, document or chunk. With --reembed or --embed-missing, of every kind:"
              + " the field to embed, or a text with fields in braces, such as"
              + " '{metadata.title}. {text}'. Default: text.")
  private @Nullable String text;

  @Option(
      names = "--vector-field",
      paramLabel = "FIELD",
      description =
          "The same for a vector; can be given several times. Of numpy, the name of the array in an"
              + " archive. Default: embedding, vector, values or embeddings.")
  private List<String> vectors = new ArrayList<>();

  @Option(
      names = "--metadata-field",
      paramLabel = "FIELD",
      description =
          "The same for an object with metadata. Default: metadata. All other fields are added.")
  private @Nullable String metadata;

  @Option(
      names = "--sidecar",
      paramLabel = "FILE",
      description =
          "Of numpy: the file with the records that the vectors are of. Default: the only one in"
              + " the folder with a usual name, such as NAME.json or chunks.jsonl.")
  private @Nullable Path sidecar;

  @Option(
      names = "--delimiter",
      paramLabel = "CHAR|tab",
      description = "Of csv: what stands between columns. Default: a comma.")
  private @Nullable String delimiter;

  private final BooleanSupplier embeds;

  /**
   * @param embeds whether texts are embedded
   */
  RecordOptions(BooleanSupplier embeds) {
    this.embeds = embeds;
  }

  /**
   * What is embedded, with names of fields in braces; empty where it is the field "text", which the
   * key that is named for plain files becomes.
   *
   * @param kinds those of all sources
   */
  Optional<String> embeddedText(Collection<SourceKind> kinds) {
    if (text == null || isTemplate()) {
      return Optional.ofNullable(text);
    }
    return KINDS.containsAll(kinds) ? Optional.empty() : Optional.of("{" + text + "}");
  }

  private boolean isTemplate() {
    return text != null && text.contains("{");
  }

  /** Fails where an option was given that means nothing for a kind of store. */
  void check(SourceKind kind) {
    boolean plain = KINDS.contains(kind);
    boolean embedded = embeds.getAsBoolean();
    refuse(
        text != null && !embedded && (isTemplate() || !plain),
        "--text-field",
        "%s, expected --reembed or --embed-missing beside it"
            .formatted(isTemplate() ? "fields in braces" : "the field of a " + kind.prefix()));
    refuse(
        !plain && (id != null || metadata != null || !vectors.isEmpty()),
        "--id-field, --vector-field, --metadata-field",
        "of csv, json, jsonl and numpy, not of " + kind.prefix());
    refuse(
        sidecar != null && kind != SourceKind.NUMPY,
        "--sidecar",
        "of numpy, not of " + kind.prefix());
    refuse(
        delimiter != null && kind != SourceKind.CSV,
        "--delimiter",
        "of csv, not of " + kind.prefix());
    refuse(
        vectors.size() > 1 && kind == SourceKind.NUMPY,
        "--vector-field",
        "several, expected at most one array of numpy");
  }

  private static void refuse(boolean wrong, String option, String problem) {
    if (wrong) {
      throw new PlanException(option, problem + ". Leave it out.", null);
    }
  }

  private RecordFields fields(List<String> vectorFields) {
    try {
      RecordFields fields = RecordFields.DEFAULT;
      fields = id == null ? fields : fields.withId(id);
      fields = text == null || isTemplate() ? fields : fields.withText(text);
      fields = metadata == null ? fields : fields.withMetadata(metadata);
      return vectorFields.isEmpty()
          ? fields
          : fields.withVectors(vectorFields.toArray(String[]::new));
    } catch (IllegalArgumentException e) {
      throw new PlanException("--*-field", String.valueOf(e.getMessage()), e);
    }
  }

  SourceStore csv(Path file) {
    CsvFile store = CsvFile.at(file).fields(fields(vectors));
    return delimiter == null ? store : delimited(store, delimiter);
  }

  private static SourceStore delimited(CsvFile store, String written) {
    String character = written.equals("tab") ? "\t" : written;
    if (character.length() != 1) {
      throw new PlanException(
          "--delimiter",
          "the delimiter: '%s', expected one character or 'tab'.".formatted(written),
          null);
    }
    try {
      return store.delimiter(character.charAt(0));
    } catch (IllegalArgumentException e) {
      throw new PlanException("--delimiter", String.valueOf(e.getMessage()), e);
    }
  }

  SourceStore json(Path file) {
    return JsonRecordsFile.at(file).fields(fields(vectors));
  }

  SourceStore jsonLines(Path file) {
    return JsonLinesFile.at(file).fields(fields(vectors));
  }

  SourceStore array(Path file) {
    ArrayWithSidecar store = ArrayWithSidecar.at(file).fields(fields(List.of()));
    store = vectors.isEmpty() ? store : store.array(vectors.get(0));
    return sidecar == null ? store : store.sidecar(sidecar);
  }
}
