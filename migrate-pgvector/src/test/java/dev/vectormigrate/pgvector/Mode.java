package dev.vectormigrate.pgvector;

import dev.vectormigrate.DatasetMapping;
import dev.vectormigrate.model.VectorIndex;
import dev.vectormigrate.pgvector.testing.LocalPostgres;
import dev.vectormigrate.spi.WriteMode.OnConflict;
import java.sql.Connection;
import java.sql.SQLException;

/** The ways for rows to become live, each with the table that is there before. */
enum Mode {
  CREATE,
  REPLACE,
  APPEND,
  APPEND_INDEXED,
  DIRECT_NEW,
  DIRECT_MERGE;

  /** The mapping of the one dataset. */
  void map(DatasetMapping.Builder mapping) {
    switch (this) {
      case CREATE -> mapping.create();
      case REPLACE -> mapping.replace();
      case APPEND -> mapping.append(OnConflict.UPDATE);
      case APPEND_INDEXED -> mapping.append(OnConflict.UPDATE).index(VectorIndex.hnsw());
      case DIRECT_NEW -> mapping.direct(OnConflict.FAIL);
      case DIRECT_MERGE -> mapping.direct(OnConflict.UPDATE);
    }
  }

  boolean isDirect() {
    return this == DIRECT_NEW || this == DIRECT_MERGE;
  }

  private boolean hasTableBefore() {
    return this != CREATE && this != DIRECT_NEW;
  }

  /** Makes the table that is there before: 200 rows that the migration brings, and 100 others. */
  void makeTableBefore(LocalPostgres.Database database) throws SQLException {
    if (!hasTableBefore()) {
      return;
    }
    try (Connection connection = database.connect()) {
      Sql.execute(
          connection,
          "CREATE TABLE docs (id text PRIMARY KEY, content text, metadata jsonb,"
              + " embedding vector(16))",
          "CREATE INDEX docs_content ON docs (md5(content))",
          "INSERT INTO docs SELECT 'id-' || lpad((i * 7)::text, 6, '0'), 'old ' || i,"
              + " jsonb_build_object('old', i), array_fill(i::real, ARRAY[16])::vector"
              + " FROM generate_series(0, 199) i",
          "INSERT INTO docs SELECT 'other-' || i, 'other ' || i, '{}', NULL"
              + " FROM generate_series(1, 100) i");
    }
  }

  /** Where the rows of the only run of the database are before the promotion. */
  String staging() {
    return isDirect() ? "public.docs" : "vector_migrate_stage_1.docs";
  }

  /** A query for how many rows the run has stored before its promotion. */
  String storedRows() {
    return this == DIRECT_MERGE
        ? "SELECT count(*) FROM vector_migrate_kept_1.ledger_0"
        : "SELECT count(*) FROM " + staging();
  }
}
