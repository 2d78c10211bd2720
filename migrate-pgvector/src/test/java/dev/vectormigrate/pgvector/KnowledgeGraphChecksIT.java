package dev.vectormigrate.pgvector;

import static org.assertj.core.api.Assertions.assertThat;
import static org.junit.jupiter.api.DynamicTest.dynamicTest;

import dev.vectormigrate.MigrationPlan;
import dev.vectormigrate.MigrationReport;
import dev.vectormigrate.Outcome;
import dev.vectormigrate.layout.Layouts;
import dev.vectormigrate.model.Finding;
import dev.vectormigrate.pgvector.testing.LocalPostgres;
import dev.vectormigrate.sources.lightrag.Fixture;
import dev.vectormigrate.sources.lightrag.LightRagDirectory;
import dev.vectormigrate.verify.Verifiers;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.List;
import java.util.stream.Stream;
import org.junit.jupiter.api.DynamicTest;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.TestFactory;
import org.junit.jupiter.api.io.TempDir;

/**
 * A working directory of LightRAG in the tables of the layout {@code hybridrag}: what people verify
 * afterwards is in one report, a line for each check and table. {@code knowledge-graph.md} beside
 * this class is that report.
 *
 * <ul>
 *   <li>entities, relations, chunks and states of documents: {@code counts}
 *   <li>entities by their content: {@code samples}, and all of it {@code digest}
 *   <li>dimensions of vectors: {@code schema}
 * </ul>
 */
class KnowledgeGraphChecksIT {

  private static final List<String> TABLES =
      List.of(
          "hybridrag_graph_nodes",
          "hybridrag_graph_edges",
          "hybridrag_doc_status",
          "hybridrag_kv_store",
          "hybridrag_chunks",
          "hybridrag_entities",
          "hybridrag_relationships");

  @TempDir Path temp;

  /** What is done to the live tables, and which checks fail for it. */
  private record Damage(String name, String table, String failing, String... sql) {}

  private static List<Damage> damages() {
    return List.of(
        new Damage(
            "another description of an entity",
            "hybridrag_graph_nodes",
            "digest samples",
            first(
                "hybridrag_graph_nodes",
                "properties = properties || '{\"description\": \"another\"}'")),
        new Damage(
            "another content of an entity",
            "hybridrag_entities",
            "digest samples",
            first("hybridrag_entities", "content = content || '.'")),
        new Damage(
            "another vector of an entity",
            "hybridrag_entities",
            "digest samples",
            first("hybridrag_entities", "embedding = embedding + embedding")),
        new Damage(
            "vectors of any dimension",
            "hybridrag_chunks",
            "schema",
            "ALTER TABLE hybridrag_chunks ALTER COLUMN embedding TYPE vector"),
        new Damage(
            "a vector of another dimension",
            "hybridrag_chunks",
            "digest samples schema",
            "DROP INDEX hybridrag_chunks_embedding_idx",
            "ALTER TABLE hybridrag_chunks ALTER COLUMN embedding TYPE vector",
            first("hybridrag_chunks", "embedding = '[1,2,3]'")),
        new Damage(
            "a document's state encoded twice",
            "hybridrag_doc_status",
            "digest json samples",
            first("hybridrag_doc_status", "status_data = to_jsonb(status_data::text)")),
        new Damage(
            "a row of another workspace",
            "hybridrag_graph_edges",
            "digest samples tenants",
            first("hybridrag_graph_edges", "workspace = 'foreign'")));
  }

  private static String first(String table, String assignment) {
    return "UPDATE %1$s SET %2$s WHERE ctid = (SELECT min(ctid) FROM %1$s)"
        .formatted(table, assignment);
  }

  private static MigrationPlan plan(Path folder, LocalPostgres.Database database) throws Exception {
    return MigrationPlan.builder("specstory")
        .from(LightRagDirectory.at(Fixture.NEW.copyTo(folder)))
        .into(PgVectorTarget.of(database.dataSource()))
        .layout(Layouts.hybridRag())
        .verify(Verifiers.standard())
        .verify(Verifiers.jsonStructure())
        .build();
  }

  @Test
  void one_report_has_a_line_for_each_check_and_table() throws Exception {
    try (LocalPostgres.Database database = LocalPostgres.shared().createDatabase("graph")) {
      MigrationPlan plan = plan(temp, database);

      MigrationReport report = plan.run();

      String markdown = CheckLines.markdown(report, temp);
      assertThat(markdown).isEqualTo(CheckLines.golden("knowledge-graph.md"));
      assertThat(CheckLines.of(report)).isEqualTo(CheckLines.ofMarkdown(markdown));
      assertThat(CheckLines.of(plan.verify())).isEqualTo(CheckLines.of(report));
    }
  }

  @TestFactory
  Stream<DynamicTest> what_is_broken_fails_its_check() {
    return damages().stream().map(damage -> dynamicTest(damage.name(), () -> check(damage)));
  }

  @Test
  void a_row_that_is_gone_is_missed_in_every_table() throws Exception {
    try (LocalPostgres.Database database = LocalPostgres.shared().createDatabase("graph");
        Observer observer = Observer.of(database)) {
      MigrationPlan plan = plan(temp, database);
      plan.run();
      List<String> failing = new ArrayList<>();
      for (String table : TABLES) {
        observer.execute(
            "DELETE FROM %1$s WHERE ctid = (SELECT min(ctid) FROM %1$s)".formatted(table));
        Stream.of("counts", "digest", "samples").forEach(check -> failing.add(check + " " + table));
      }

      assertThat(CheckLines.failed(plan.verify())).containsExactlyElementsOf(failing);
    }
  }

  private void check(Damage damage) throws Exception {
    Path folder = Files.createTempDirectory(temp, "graph");
    try (LocalPostgres.Database database = LocalPostgres.shared().createDatabase("graph");
        Observer observer = Observer.of(database)) {
      MigrationPlan plan = plan(folder, database);
      assertThat(CheckLines.failed(plan.run())).isEmpty();

      observer.execute(damage.sql());

      MigrationReport report = plan.verify();
      assertThat(report.outcome()).isEqualTo(Outcome.DIFFERENT);
      assertThat(CheckLines.failed(report))
          .containsExactlyInAnyOrderElementsOf(
              Stream.of(damage.failing().split(" "))
                  .map(check -> check + " " + damage.table())
                  .toList());
      assertThat(report.findings()).anyMatch(Finding::blocks);
    }
  }
}
