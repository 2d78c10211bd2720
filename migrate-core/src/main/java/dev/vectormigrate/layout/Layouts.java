package dev.vectormigrate.layout;

import dev.vectormigrate.Layout;

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
}
