package dev.vectormigrate.cli;

import dev.vectormigrate.sources.chroma.ChromaDirectory;
import dev.vectormigrate.sources.chroma.ChromaDirectory.MissingVectors;
import dev.vectormigrate.sources.faiss.LangChainFaissFolder;
import dev.vectormigrate.sources.inmemory.LangChain4jStoreFile;
import dev.vectormigrate.sources.inmemory.LangChainMemoryFile;
import dev.vectormigrate.sources.inmemory.SpringAiVectorStoreFile;
import dev.vectormigrate.sources.lightrag.LightRagDirectory;
import dev.vectormigrate.sources.llamaindex.LlamaIndexFolder;
import dev.vectormigrate.sources.nanovectordb.NanoVectorDbFile;
import dev.vectormigrate.sources.simplevectorstore.SimpleVectorStoreDirectory;
import dev.vectormigrate.spi.SourceStore;
import java.nio.file.Path;
import java.util.Arrays;
import java.util.Locale;
import java.util.Optional;
import java.util.stream.Collectors;
import org.jspecify.annotations.Nullable;

/** The kinds of stores that can be read. */
enum SourceKind {
  CHROMA("DIR"),
  CSV("FILE"),
  FAISS("DIR"),
  JSON("FILE"),
  JSONL("FILE"),
  LANGCHAIN_MEMORY("FILE"),
  LANGCHAIN4J("FILE"),
  LIGHTRAG("DIR"),
  LLAMA_INDEX("DIR"),
  NANO_VECTORDB("FILE"),
  NUMPY("FILE"),
  SIMPLE_VECTOR_STORE("DIR"),
  SPRING_AI("FILE");

  private final String path;

  SourceKind(String path) {
    this.path = path;
  }

  static Optional<SourceKind> of(String prefix) {
    return Arrays.stream(values()).filter(kind -> kind.prefix().equals(prefix)).findFirst();
  }

  /** What stands before the colon. */
  String prefix() {
    return name().toLowerCase(Locale.ROOT).replace('_', '-');
  }

  /**
   * A store of this kind.
   *
   * @param masterKey of encrypted metadata, if the environment has one
   * @param records what the parts of records in plain files are
   */
  SourceStore store(
      Path place,
      MissingVectors missingVectors,
      @Nullable String masterKey,
      RecordOptions records) {
    records.check(this);
    return switch (this) {
      case CHROMA -> ChromaDirectory.at(place).missingVectors(missingVectors);
      case CSV -> records.csv(place);
      case FAISS -> LangChainFaissFolder.at(place);
      case JSON -> records.json(place);
      case JSONL -> records.jsonLines(place);
      case LANGCHAIN_MEMORY -> LangChainMemoryFile.at(place);
      case LANGCHAIN4J -> LangChain4jStoreFile.at(place);
      case LIGHTRAG -> LightRagDirectory.at(place);
      case LLAMA_INDEX -> LlamaIndexFolder.at(place);
      case NANO_VECTORDB -> NanoVectorDbFile.at(place);
      case NUMPY -> records.array(place);
      case SIMPLE_VECTOR_STORE -> simpleVectorStore(place, masterKey);
      case SPRING_AI -> SpringAiVectorStoreFile.at(place);
    };
  }

  private static SourceStore simpleVectorStore(Path place, @Nullable String masterKey) {
    SimpleVectorStoreDirectory store = SimpleVectorStoreDirectory.at(place);
    return masterKey == null ? store : store.masterKey(masterKey::toCharArray);
  }

  /** All kinds as they are written, such as {@code chroma:DIR}. */
  static String forms() {
    return Arrays.stream(values())
        .map(kind -> kind.prefix() + ":" + kind.path)
        .collect(Collectors.joining(", "));
  }
}
