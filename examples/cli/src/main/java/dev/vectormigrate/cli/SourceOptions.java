package dev.vectormigrate.cli;

import dev.vectormigrate.MigrationException;
import dev.vectormigrate.PlanException;
import dev.vectormigrate.SourceException;
import dev.vectormigrate.model.Dataset;
import dev.vectormigrate.sources.chroma.ChromaDirectory.MissingVectors;
import dev.vectormigrate.spi.SourceSession;
import dev.vectormigrate.spi.SourceStore;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.List;
import java.util.Optional;
import java.util.function.BooleanSupplier;
import picocli.CommandLine.Mixin;
import picocli.CommandLine.Option;

/** The options that say where data is read. */
final class SourceOptions {

  @Option(
      names = "--from",
      required = true,
      paramLabel = "KIND:PATH",
      converter = SourceLocation.Converter.class,
      description =
          "Where data is read: chroma:DIR, chroma+http://HOST:PORT or chroma+https://HOST:PORT (with"
              + " CHROMA_TOKEN, CHROMA_TENANT, CHROMA_DATABASE), csv:FILE, faiss:DIR, json:FILE,"
              + " jsonl:FILE, langchain-memory:FILE, langchain4j:FILE, lightrag:DIR, llama-index:DIR,"
              + " nano-vectordb:FILE, numpy:FILE, qdrant://HOST[:PORT][/COLLECTION] or"
              + " qdrant+tls://HOST[:PORT][/COLLECTION] (with QDRANT_API_KEY), qdrant-local:DIR,"
              + " simple-vector-store:DIR, spring-ai:FILE or sqlite:FILE. For one migration of several"
              + " sources, it may be repeated.")
  private List<SourceLocation> locations = new ArrayList<>();

  @Option(
      names = "--missing-vectors",
      paramLabel = "null|reject",
      description =
          "What becomes of records whose vector the source itself has lost. Default: null.")
  private MissingVectors missingVectors = MissingVectors.NULL;

  @Mixin private final RecordOptions records;

  private final Terminal terminal;

  SourceOptions(Terminal terminal) {
    this(terminal, () -> false);
  }

  /**
   * @param embeds whether texts of the sources are embedded
   */
  SourceOptions(Terminal terminal, BooleanSupplier embeds) {
    this.terminal = terminal;
    records = new RecordOptions(embeds);
  }

  /** The only place. */
  SourceLocation location() {
    if (locations.size() != 1) {
      throw new PlanException(
          "--from",
          "given %d times, expected once here. Do it for one source after the other."
              .formatted(locations.size()),
          null);
    }
    return locations.get(0);
  }

  /** All places, at least one. */
  List<SourceLocation> locations() {
    return locations;
  }

  /** What is embedded, with names of fields in braces; empty where it is the field "text". */
  Optional<String> embeddedText() {
    return records.embeddedText(locations.stream().map(SourceLocation::kind).toList());
  }

  List<SourceStore> stores() {
    return locations.stream().map(this::store).toList();
  }

  private SourceStore store(SourceLocation location) {
    return location.kind().store(location.place(), missingVectors, terminal::variable, records);
  }

  /** What is there. */
  static List<Dataset> inspect(SourceStore store) {
    try (SourceSession session = store.open()) {
      return session.datasets();
    } catch (MigrationException e) {
      throw e;
    } catch (Exception e) {
      throw new SourceException(store.name(), String.valueOf(e.getMessage()), e);
    }
  }

  /** Where the files of a source are. */
  Path files(SourceLocation place) {
    SourceStore store = store(place);
    return store
        .files()
        .orElseThrow(
            () ->
                new PlanException(
                    store.name(),
                    "backup: not a single file or folder, expected one. Back it up by its own means.",
                    null));
  }
}
