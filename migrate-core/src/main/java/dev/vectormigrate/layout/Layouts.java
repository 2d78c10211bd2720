package dev.vectormigrate.layout;

import dev.vectormigrate.Layout;
import dev.vectormigrate.model.FieldType;
import java.util.Map;
import java.util.TreeMap;
import java.util.UUID;

/** The ready-made layouts. */
public final class Layouts {

  private Layouts() {}

  /**
   * One table {@code vector_documents} for all users and collections: {@code id uuid}, {@code
   * user_id}, {@code collection_name}, {@code text}, {@code embedding}, {@code metadata}, times of
   * creation and change. The user is the outermost part of a dataset's namespace, else {@code
   * default}.
   *
   * <p>An id that is a UUID is kept; any other becomes a UUID made of user, collection and id, the
   * same in every run. The id as it was is in the further column {@code source_id}. Rows without
   * text or vector are refused, since the table has neither null.
   */
  public static Layout vectorDocuments() {
    return new VectorDocuments();
  }

  /**
   * The tables that LightRAG 1.4 and 1.5 read with its PostgreSQL storages, for a working directory
   * of its JSON storages. The workspace is the dataset's, and {@code default} where it has none.
   *
   * <p>Vectors go into the plain tables ({@code lightrag_vdb_entity}), from which newer releases
   * copy into those with a model's name. The graph goes into {@code lightrag_graph_nodes} and
   * {@code lightrag_graph_edges}, which PGTableGraphStorage (1.5) reads; no Apache AGE is needed.
   * Fractions of seconds of the vectors' times are left out, as LightRAG's tables have none. Other
   * key-value files go into tables of their names. By LightRAG 1.5.7's own table definitions.
   */
  public static Layout lightRag() {
    return new LightRag();
  }

  /**
   * The tables {@code hybridrag_kv_store}, {@code hybridrag_graph_edges}, {@code hybridrag_chunks}
   * and {@code hybridrag_doc_status}, each with {@code workspace}, for a working directory of
   * LightRAG. What these four have no place for goes beside them: {@code hybridrag_graph_nodes},
   * {@code hybridrag_entities} and {@code hybridrag_relationships}. The key-value table has the
   * further column {@code namespace}, since the same key is in several files.
   */
  public static Layout hybridRag() {
    return new HybridRag();
  }

  /**
   * Spring AI's table {@code vector_store}: {@code id uuid}, {@code content}, {@code metadata},
   * {@code embedding}. Several collections go into it together.
   *
   * <p>An id that is a UUID is kept; any other becomes a UUID made of collection and id. Both stay
   * beside in {@code source_collection} and {@code source_id}, which Spring AI leaves alone. Rows
   * without text or vector are refused and null metadata members left out, since Spring AI can read
   * neither. By PgVectorStore 1.1.8; leave its {@code initialize-schema} off, or it builds a second
   * index.
   */
  public static Layout springAi() {
    return new SpringAi();
  }

  /**
   * The table of LangChain4j's PgVectorEmbeddingStore, named after the collection: {@code
   * embedding_id uuid}, {@code embedding}, {@code text}, {@code metadata}. It is read with
   * COMBINED_JSON and with COMBINED_JSONB. Ids are kept as {@link #springAi()} does.
   *
   * <p>LangChain4j's metadata holds texts and numbers alone, and its search fails on all else: what
   * is true or false, lists and objects become the text of their JSON; null members are left out.
   * LangChain4j doesn't quote the name of the table: give one of small letters. By release 1.13.0.
   */
  public static Layout langChain4j() {
    return langChain4j(Map.of());
  }

  /**
   * As {@link #langChain4j()}, with a column for each of the given members of the metadata, as
   * COLUMN_PER_KEY reads them. Other members are left out, which the report says.
   *
   * @param columns names and types: texts, integers, floats and UUIDs; none for one JSON column
   * @throws IllegalArgumentException if a type is another
   */
  public static Layout langChain4j(Map<String, FieldType> columns) {
    return new LangChain4j(new TreeMap<>(columns), false);
  }

  /**
   * As {@link #langChain4j()}, with the metadata's numbers as texts, as LangChain4j itself writes
   * all metadata into a JSON column: {@code {"page":"7"}}. For comparing with tables that it
   * filled, and for adding to these. LangChain4j reads both alike, through {@code getInteger} and
   * its kind, and its filters cast.
   */
  public static Layout langChain4jTexts() {
    return new LangChain4j(new TreeMap<>(), true);
  }

  /**
   * The tables {@code langchain_pg_collection} and {@code langchain_pg_embedding} of LangChain's
   * PGVector (Python), for databases that have none of the collections yet; else see {@link
   * #langChain(Map)}.
   */
  public static Layout langChain() {
    return langChain(Map.of());
  }

  /**
   * The tables {@code langchain_pg_collection} and {@code langchain_pg_embedding} of LangChain's
   * PGVector (Python): a row of the first for each collection, and its records in the second with
   * ids as they are. LangChain's key is the id alone, so an id may be in one collection only.
   *
   * <p>Where the tables are in use, append to them: a collection that is there is joined and its
   * row stays as it is; those of others are never touched. Rows without text or vector are refused,
   * since LangChain can't read them. The vectors' column has their dimension, and an index. By
   * langchain-postgres 0.0.19.
   *
   * @param collections the ids of the collections that are there, by name; a name that is there and
   *     is not given makes the run fail and changes nothing
   */
  public static Layout langChain(Map<String, UUID> collections) {
    return new LangChain(collections);
  }

  /**
   * The table of LangChain's PGVectorStore (Python), named after the collection: {@code
   * langchain_id uuid}, {@code content}, {@code embedding}, {@code langchain_metadata}. Ids are
   * kept as {@link #springAi()} does. Rows without text or vector are refused, since the table has
   * neither null. By langchain-postgres 0.0.19.
   */
  public static Layout langChainV2() {
    return new LangChainV2();
  }

  /**
   * The table {@code content_vectors} of an application that kept contents in Chroma: {@code
   * title}, {@code topics}, {@code full_content} and others out of the metadata, the lists and
   * objects among them as JSON, and the document as {@code searchable_text}. A collection whose
   * name ends with {@code entities} goes into {@code entity_vectors}. The user is the metadata's
   * {@code user_id} (a whole number) unless the plan has a tenant.
   *
   * <p>The vector is in {@code embedding} as a JSON array, which the application reads and writes,
   * and once more in {@code embedding_vector}, which has the index. Rows that lack user, title,
   * content, text or vector are refused.
   */
  public static Layout contentVectors() {
    return new ContentVectors();
  }

  /**
   * The table {@code document_chunks} of an application that kept chunks in Qdrant: the payload's
   * {@code user_id}, {@code source_type}, {@code text}, and of its {@code metadata} page, address
   * and title. The point's id is the {@code chunk_id}, since the application's own numbers repeat.
   * The vector is in {@code embedding_vector}, and once more in {@code embedding} as the text of a
   * JSON array, which the application fills the other from at its start.
   */
  public static Layout documentChunks() {
    return new DocumentChunks();
  }
}
