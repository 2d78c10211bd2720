package dev.vectormigrate.cli;

import static org.assertj.core.api.Assertions.assertThat;

import dev.vectormigrate.cli.Cli.Result;
import dev.vectormigrate.pgvector.testing.LocalPostgres;
import java.nio.file.Files;
import java.nio.file.Path;
import java.sql.Connection;
import java.sql.ResultSet;
import java.sql.SQLException;
import java.sql.Statement;
import java.util.ArrayList;
import java.util.HashMap;
import java.util.List;
import java.util.Map;
import java.util.TreeMap;
import java.util.stream.Stream;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;

/** Stores in the tables that others read, from the command line. */
class LayoutTest {

  @TempDir private Path folder;
  private LocalPostgres.Database database;

  @BeforeEach
  void createDatabase() {
    database = LocalPostgres.shared().createDatabase("layout");
  }

  @AfterEach
  void dropDatabase() {
    database.close();
  }

  private Cli cli(Map<String, String> more) {
    Map<String, String> environment = new HashMap<>(Cli.of(database).environment());
    environment.putAll(more);
    return new Cli(environment);
  }

  private Result migrate(Map<String, String> environment, String from, String layout) {
    return cli(environment)
        .on(database, "migrate", "--from", from, "--layout", layout, "--no-backup");
  }

  private Result migrateUsers(String... more) throws Exception {
    List<String> words = new ArrayList<>(List.of("migrate", "--no-backup", "--from"));
    words.add("simple-vector-store:" + copy("/simplevectorstore/user_data"));
    words.addAll(List.of(more));
    return cli(Map.of("ENCRYPTION_MASTER_KEY", "correct horse"))
        .on(database, words.toArray(String[]::new));
  }

  private Map<String, Long> counts(String prefix) throws SQLException {
    Map<String, Long> counts = new TreeMap<>();
    try (Connection connection = database.connect();
        Statement statement = connection.createStatement()) {
      try (ResultSet tables =
          statement.executeQuery(
              """
              SELECT relname, (xpath('/row/c/text()', query_to_xml(format(
                'SELECT count(*) AS c FROM %I', relname), false, true, '')))[1]::text::bigint
              FROM pg_class WHERE relkind = 'r' AND relnamespace = 'public'::regnamespace""")) {
        while (tables.next()) {
          if (tables.getString(1).startsWith(prefix)) {
            counts.put(tables.getString(1).substring(prefix.length()), tables.getLong(2));
          }
        }
      }
    }
    return counts;
  }

  private Path copy(String resource) throws Exception {
    Path from = Path.of("../../migrate-sources/src/test/resources" + resource);
    Path to = folder.resolve("store");
    List<Path> paths;
    try (Stream<Path> walk = Files.walk(from)) {
      paths = walk.toList();
    }
    for (Path path : paths) {
      Files.copy(path, to.resolve(from.relativize(path).toString()));
    }
    return to;
  }

  @Test
  void workspacesOfLightRagBecomeItsTables() throws Exception {
    Result result = migrate(Map.of(), "lightrag:" + copy("/lightrag/lightrag-new"), "lightrag");

    assertThat(result.err()).isEmpty();
    assertThat(result.code()).isZero();
    assertThat(counts("lightrag_"))
        .isEqualTo(
            Map.ofEntries(
                Map.entry("doc_chunks", 8L),
                Map.entry("doc_full", 5L),
                Map.entry("doc_status", 5L),
                Map.entry("entity_chunks", 7L),
                Map.entry("full_entities", 5L),
                Map.entry("full_relations", 5L),
                Map.entry("graph_edges", 5L),
                Map.entry("graph_nodes", 7L),
                Map.entry("llm_cache", 16L),
                Map.entry("relation_chunks", 5L),
                Map.entry("vdb_chunks", 8L),
                Map.entry("vdb_entity", 7L),
                Map.entry("vdb_relation", 5L)));
  }

  @Test
  void workspacesOfLightRagBecomeTheTablesOfTheGuide() throws Exception {
    Result result = migrate(Map.of(), "lightrag:" + copy("/lightrag/lightrag-new"), "hybridrag");

    assertThat(result.code()).isZero();
    assertThat(counts("hybridrag_").keySet())
        .containsExactly(
            "chunks",
            "doc_status",
            "entities",
            "graph_edges",
            "graph_nodes",
            "kv_store",
            "relationships");
  }

  @Test
  void storesOfUsersBecomeOneTable() throws Exception {
    Result result = migrateUsers("--layout", "vector-documents", "--max-rejects", "100");

    assertThat(result.err()).isEmpty();
    assertThat(result.code()).isZero();
    assertThat(result.out()).doesNotContain("correct horse");
    assertThat(counts("vector_").keySet()).containsExactly("documents");
  }

  @Test
  void oneUserIsTakenOutOfManyAndOthersAreCounted() throws Exception {
    Result result =
        migrateUsers("--layout", "vector-documents", "--user-id", "bob", "--max-rejects", "100");

    assertThat(result.err()).isEmpty();
    assertThat(result.code()).isZero();
    assertThat(result.out()).contains("Left out by the plan: 40 rows");
    assertThat(texts("SELECT DISTINCT user_id FROM vector_documents")).containsExactly("bob");
  }

  @Test
  void theFieldThatSaysWhoseRowItIsBecomesAColumn() throws Exception {
    Result result =
        migrateUsers(
            "--dataset",
            "alice/personal_assistant=docs",
            "--tenant-field",
            "page",
            "--user-id",
            "4");

    assertThat(result.err()).isEmpty();
    assertThat(result.code()).isZero();
    assertThat(texts("SELECT user_id || ' ' || id FROM docs"))
        .containsExactly("4 doc_4_1762751459.000004");
  }

  private List<String> texts(String sql) throws SQLException {
    try (Connection connection = database.connect();
        Statement statement = connection.createStatement();
        ResultSet rows = statement.executeQuery(sql)) {
      List<String> texts = new ArrayList<>();
      while (rows.next()) {
        texts.add(rows.getString(1));
      }
      return texts;
    }
  }

  @Test
  void aDimensionThatContradictsTheFilesIsRefused() throws Exception {
    String from = "lightrag:" + copy("/lightrag/lightrag-new");

    Result result = migrate(Map.of("LIGHTRAG_EMBEDDING_DIM", "1536"), from, "lightrag");
    Result nonsense = migrate(Map.of("LIGHTRAG_EMBEDDING_DIM", "many"), from, "lightrag");

    assertThat(result.code()).isEqualTo(6);
    assertThat(result.err())
        .contains("dimension: 8, but 1536 is that asked for, expected the same. Check the file");
    assertThat(counts("lightrag_")).isEmpty();
    assertThat(nonsense.code()).isEqualTo(2);
    assertThat(nonsense.err())
        .contains(
            "[LIGHTRAG_EMBEDDING_DIM] dimension: 'many', expected a number. Mend or unset it.");
  }

  @Test
  void anUnknownLayoutIsRefused() {
    Result result = migrate(Map.of(), "lightrag:x", "lightrg");

    assertThat(result.code()).isEqualTo(2);
    assertThat(result.err())
        .contains(
            "Invalid value for option '--layout': 'lightrg', expected one of: content-vectors,"
                + " document-chunks, hybridrag, langchain, langchain-v2, langchain4j,"
                + " langchain4j-texts, lightrag, spring-ai, vector-documents.");
  }
}
