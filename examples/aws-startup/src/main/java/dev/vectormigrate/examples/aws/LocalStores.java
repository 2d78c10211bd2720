package dev.vectormigrate.examples.aws;

import dev.vectormigrate.MigrationPlan;
import dev.vectormigrate.model.FieldType;
import dev.vectormigrate.model.VectorIndex;
import dev.vectormigrate.pgvector.PgVectorTarget;
import dev.vectormigrate.sources.chroma.ChromaDirectory;
import dev.vectormigrate.sources.sqlite.SqliteSource;
import dev.vectormigrate.spi.WriteMode.OnConflict;
import java.nio.charset.StandardCharsets;
import java.nio.file.Path;
import java.util.List;
import java.util.Locale;
import java.util.UUID;
import javax.sql.DataSource;

/**
 * The application's stores on disk: tables in SQLite, and vectors in Chroma. {@code items_fts}, the
 * search index of SQLite, is left out: PostgreSQL has its own.
 */
public enum LocalStores {
  /** A few records, chosen by hand. */
  GOLDEN("golden"),
  /** All of them. */
  FULL("prod");

  private static final List<String> TABLES = List.of("items", "analyses", "embeddings");

  private final String suffix;

  LocalStores(String suffix) {
    this.suffix = suffix;
  }

  /** The name of the user that Cognito knows for these stores. */
  String userName() {
    return "migration-test-" + name().toLowerCase(Locale.ROOT);
  }

  /**
   * All rows of one user, into tables that users share: {@code user_id} is in each. A row whose id
   * another user has already stops the run before anything is live.
   *
   * @param data the folder with the stores
   * @param userId whom the rows belong to
   */
  MigrationPlan plan(Path data, DataSource database, String userId) {
    MigrationPlan.Builder plan =
        MigrationPlan.builder(migrationName(userId))
            .from(SqliteSource.at(data.resolve("collections_" + suffix + ".db")))
            .from(ChromaDirectory.at(data.resolve("chroma_" + suffix)))
            .into(PgVectorTarget.of(database))
            .eachDataset(d -> d.constant("user_id", userId).append(OnConflict.FAIL))
            .dataset(
                "collections_vectors_" + suffix,
                d -> d.table("collections_vectors").index(VectorIndex.hnsw()));
    TABLES.forEach(table -> plan.dataset(table, d -> d.convert("created_at", FieldType.TIMESTAMP)));
    return plan.adjust("items", d -> d.convert("updated_at", FieldType.TIMESTAMP))
        .adjust("analyses", d -> d.convert("raw_response", FieldType.JSON))
        .adjust("embeddings", d -> d.convert("embedding_source", FieldType.JSON))
        .build();
  }

  /** Of fixed length, whatever the id of the user. */
  private String migrationName(String userId) {
    byte[] user = userId.getBytes(StandardCharsets.UTF_8);
    return "collections-" + name().toLowerCase(Locale.ROOT) + "-" + UUID.nameUUIDFromBytes(user);
  }
}
