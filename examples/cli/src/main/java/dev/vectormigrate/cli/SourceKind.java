package dev.vectormigrate.cli;

import dev.vectormigrate.PlanException;
import dev.vectormigrate.sources.chroma.ChromaDirectory;
import dev.vectormigrate.sources.chroma.ChromaDirectory.MissingVectors;
import dev.vectormigrate.sources.chroma.ChromaServer;
import dev.vectormigrate.sources.faiss.LangChainFaissFolder;
import dev.vectormigrate.sources.inmemory.LangChain4jStoreFile;
import dev.vectormigrate.sources.inmemory.LangChainMemoryFile;
import dev.vectormigrate.sources.inmemory.SpringAiVectorStoreFile;
import dev.vectormigrate.sources.lightrag.LightRagDirectory;
import dev.vectormigrate.sources.llamaindex.LlamaIndexFolder;
import dev.vectormigrate.sources.nanovectordb.NanoVectorDbFile;
import dev.vectormigrate.sources.qdrant.QdrantLocalDirectory;
import dev.vectormigrate.sources.simplevectorstore.SimpleVectorStoreDirectory;
import dev.vectormigrate.sources.sqlite.SqliteSource;
import dev.vectormigrate.spi.SourceStore;
import java.net.URI;
import java.nio.file.Path;
import java.util.Arrays;
import java.util.Locale;
import java.util.Optional;
import java.util.function.UnaryOperator;
import java.util.stream.Collectors;

/** The kinds of stores that can be read. */
enum SourceKind {
  CHROMA("DIR"),
  CHROMA_HTTP("//HOST:PORT", "chroma+http"),
  CHROMA_HTTPS("//HOST:PORT", "chroma+https"),
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
  QDRANT("//HOST[:PORT][/COLLECTION]"),
  QDRANT_TLS("//HOST[:PORT][/COLLECTION]", "qdrant+tls"),
  QDRANT_LOCAL("DIR"),
  SIMPLE_VECTOR_STORE("DIR"),
  SPRING_AI("FILE"),
  SQLITE("FILE");

  private static final String DIMENSION = "LIGHTRAG_EMBEDDING_DIM";

  private final String place;
  private final String prefix;

  SourceKind(String place) {
    this.place = place;
    this.prefix = name().toLowerCase(Locale.ROOT).replace('_', '-');
  }

  SourceKind(String place, String prefix) {
    this.place = place;
    this.prefix = prefix;
  }

  static Optional<SourceKind> of(String prefix) {
    return Arrays.stream(values()).filter(kind -> kind.prefix().equals(prefix)).findFirst();
  }

  /** What stands before the colon. */
  String prefix() {
    return prefix;
  }

  /** Whether its stores are servers, so that a place is an address and no path. */
  boolean isServer() {
    return isChromaServer() || isQdrantServer();
  }

  private boolean isChromaServer() {
    return this == CHROMA_HTTP || this == CHROMA_HTTPS;
  }

  private boolean isQdrantServer() {
    return this == QDRANT || this == QDRANT_TLS;
  }

  /** The environment variable that has the secret of a server. */
  String secretVariable() {
    return isQdrantServer() ? QdrantAddress.KEY_VARIABLE : "CHROMA_TOKEN";
  }

  /**
   * The address that a place of a server stands for.
   *
   * @throws IllegalArgumentException if it is none, or holds more than an address
   */
  URI address(String at) {
    if (isQdrantServer()) {
      QdrantAddress.parse(at);
      return URI.create("qdrant:" + at);
    }
    URI address = URI.create(prefix.substring(prefix.indexOf('+') + 1) + ":" + at);
    return ChromaServer.at(address).address();
  }

  /**
   * A store of this kind.
   *
   * @param at what stands after the colon
   * @param variable the value of an environment variable, empty where it is not set
   * @param records what the parts of records in plain files are
   */
  SourceStore store(
      String at,
      MissingVectors missingVectors,
      UnaryOperator<String> variable,
      RecordOptions records) {
    records.check(this);
    return switch (this) {
      case CHROMA -> ChromaDirectory.at(Path.of(at)).missingVectors(missingVectors);
      case CHROMA_HTTP, CHROMA_HTTPS ->
          chromaServer(address(at), variable).missingVectors(missingVectors);
      case CSV -> records.csv(Path.of(at));
      case FAISS -> LangChainFaissFolder.at(Path.of(at));
      case JSON -> records.json(Path.of(at));
      case JSONL -> records.jsonLines(Path.of(at));
      case LANGCHAIN_MEMORY -> LangChainMemoryFile.at(Path.of(at));
      case LANGCHAIN4J -> LangChain4jStoreFile.at(Path.of(at));
      case LIGHTRAG -> lightRag(Path.of(at), dimension(variable));
      case LLAMA_INDEX -> LlamaIndexFolder.at(Path.of(at));
      case NANO_VECTORDB -> nanoVectorDb(Path.of(at), dimension(variable));
      case NUMPY -> records.array(Path.of(at));
      case QDRANT -> QdrantAddress.parse(at).server(variable);
      case QDRANT_TLS -> QdrantAddress.parse(at).server(variable).tls();
      case QDRANT_LOCAL -> QdrantLocalDirectory.at(Path.of(at));
      case SIMPLE_VECTOR_STORE ->
          simpleVectorStore(Path.of(at), variable.apply("ENCRYPTION_MASTER_KEY"));
      case SPRING_AI -> SpringAiVectorStoreFile.at(Path.of(at));
      case SQLITE -> SqliteSource.at(Path.of(at));
    };
  }

  private static ChromaServer chromaServer(URI address, UnaryOperator<String> variable) {
    ChromaServer server = ChromaServer.at(address);
    String token = variable.apply("CHROMA_TOKEN");
    String tenant = variable.apply("CHROMA_TENANT");
    String database = variable.apply("CHROMA_DATABASE");
    server = token.isEmpty() ? server : server.token(token);
    server = tenant.isEmpty() ? server : server.tenants(tenant);
    return database.isEmpty() ? server : server.databases(database);
  }

  private static LightRagDirectory lightRag(Path place, int dimension) {
    LightRagDirectory store = LightRagDirectory.at(place);
    return dimension == 0 ? store : store.dimension(dimension);
  }

  private static NanoVectorDbFile nanoVectorDb(Path place, int dimension) {
    NanoVectorDbFile store = NanoVectorDbFile.at(place);
    return dimension == 0 ? store : store.dimension(dimension);
  }

  /** For files that don't tell; what they tell must agree with it. */
  private static int dimension(UnaryOperator<String> variable) {
    String value = variable.apply(DIMENSION);
    try {
      int dimension = value.isEmpty() ? 0 : Integer.parseInt(value);
      if (dimension >= 0) {
        return dimension;
      }
    } catch (NumberFormatException e) {
      // Said below.
    }
    throw new PlanException(
        DIMENSION, "dimension: '%s', expected a number. Mend or unset it.".formatted(value), null);
  }

  private static SourceStore simpleVectorStore(Path place, String masterKey) {
    SimpleVectorStoreDirectory store = SimpleVectorStoreDirectory.at(place);
    return masterKey.isEmpty() ? store : store.masterKey(masterKey::toCharArray);
  }

  /** All kinds as they are written, such as {@code chroma:DIR}. */
  static String forms() {
    return Arrays.stream(values())
        .map(kind -> kind.prefix() + ":" + kind.place)
        .collect(Collectors.joining(", "));
  }
}
