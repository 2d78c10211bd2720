package dev.vectormigrate.cli;

import dev.vectormigrate.Layout;
import dev.vectormigrate.TargetException;
import dev.vectormigrate.layout.Layouts;
import dev.vectormigrate.pgvector.PgVectorTarget;
import java.sql.SQLException;
import java.util.Arrays;
import java.util.Locale;
import java.util.Map;
import java.util.UUID;
import picocli.CommandLine.ITypeConverter;
import picocli.CommandLine.TypeConversionException;

/** The ready-made layouts that can be asked for. */
enum LayoutKind {
  CONTENT_VECTORS,
  DOCUMENT_CHUNKS,
  HYBRIDRAG,
  LANGCHAIN,
  LANGCHAIN_V2,
  LANGCHAIN4J,
  LANGCHAIN4J_TEXTS,
  LIGHTRAG,
  SPRING_AI,
  VECTOR_DOCUMENTS;

  /** All of them as they are written. */
  static final String NAMES =
      "content-vectors, document-chunks, hybridrag, langchain, langchain-v2, langchain4j,"
          + " langchain4j-texts, lightrag, spring-ai, vector-documents";

  /**
   * The layout.
   *
   * @param target where collections of the same names may be
   */
  Layout layout(PgVectorTarget target) {
    return switch (this) {
      case CONTENT_VECTORS -> Layouts.contentVectors();
      case DOCUMENT_CHUNKS -> Layouts.documentChunks();
      case HYBRIDRAG -> Layouts.hybridRag();
      case LANGCHAIN -> Layouts.langChain(collections(target));
      case LANGCHAIN_V2 -> Layouts.langChainV2();
      case LANGCHAIN4J -> Layouts.langChain4j();
      case LANGCHAIN4J_TEXTS -> Layouts.langChain4jTexts();
      case LIGHTRAG -> Layouts.lightRag();
      case SPRING_AI -> Layouts.springAi();
      case VECTOR_DOCUMENTS -> Layouts.vectorDocuments();
    };
  }

  private static Map<String, UUID> collections(PgVectorTarget target) {
    try {
      return target.langChainCollections();
    } catch (SQLException e) {
      throw new TargetException(
          target.name(), "collections: can't be read, expected them to be. " + e.getMessage(), e);
    }
  }

  private String written() {
    return name().toLowerCase(Locale.ROOT).replace('_', '-');
  }

  /** Lets an option have this type. */
  static final class Converter implements ITypeConverter<LayoutKind> {

    @Override
    public LayoutKind convert(String text) {
      return Arrays.stream(values())
          .filter(kind -> kind.written().equals(text))
          .findFirst()
          .orElseThrow(
              () ->
                  new TypeConversionException("'%s', expected one of: %s.".formatted(text, NAMES)));
    }
  }
}
