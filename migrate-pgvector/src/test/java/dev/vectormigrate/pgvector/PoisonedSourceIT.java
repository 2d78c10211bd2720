package dev.vectormigrate.pgvector;

import static org.assertj.core.api.Assertions.assertThat;

import dev.vectormigrate.MigrationPlan;
import dev.vectormigrate.MigrationReport;
import dev.vectormigrate.Tenant;
import dev.vectormigrate.model.Distance;
import dev.vectormigrate.model.Field;
import dev.vectormigrate.model.FieldType;
import dev.vectormigrate.model.Json;
import dev.vectormigrate.model.Row;
import dev.vectormigrate.model.Schema;
import dev.vectormigrate.model.Vector;
import dev.vectormigrate.pgvector.testing.LocalPostgres;
import dev.vectormigrate.report.ReportFormat;
import dev.vectormigrate.sources.records.JsonLinesFile;
import dev.vectormigrate.testkit.InMemorySource;
import java.io.IOException;
import java.nio.charset.StandardCharsets;
import java.nio.file.Files;
import java.nio.file.Path;
import java.security.MessageDigest;
import java.sql.Connection;
import java.util.ArrayList;
import java.util.HexFormat;
import java.util.List;
import java.util.Map;
import java.util.Objects;
import java.util.stream.Stream;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;

/** What a dry run says of a source that has one of each trouble, and that it leaves no trace. */
class PoisonedSourceIT {

  private static final String NOTES =
      """
      {"id":"fine-1","user":"ann","text":"one","embedding":[1,0,0],"metadata":{"page":1}}
      {"id":"fine-2","user":"bob","text":"two","embedding":[0,1,0],"metadata":{"page":2.0}}
      {"id":"negative-zero","user":"ann","text":"x","embedding":[0.5,-0.0,1],"metadata":{"n":-0.0}}
      {"id":"zero","user":"ann","text":"x","embedding":[0,0,0],"metadata":{}}
      {"id":"wide","user":"ann","text":"x","embedding":[0.1,1,1],"metadata":{"n":1180591620717411303424}}
      {"id":"huge","user":"ann","text":"x","embedding":[70000,0,0],"metadata":{}}
      {"id":"infinite","user":"ann","text":"x","embedding":[1e999,0,0],"metadata":{}}
      {"id":"nan","user":"ann","text":"x","embedding":[NaN,0,0],"metadata":{}}
      {"id":"longer","user":"ann","text":"x","embedding":[1,0,0,0],"metadata":{}}
      {"id":"nul","user":"ann","text":"x\\u0000y","embedding":[1,0,0],"metadata":{}}
      {"id":"surrogate","user":"ann","text":"\\ud800","embedding":[1,0,0],"metadata":{}}
      {"id":"twice","user":"ann","text":"x","embedding":[1,0,0],"metadata":{"a":1,"a":2}}
      {"id":"fine-1","user":"ann","text":"again","embedding":[1,0,0],"metadata":{}}
      {"id":"nobody","user":null,"text":"x","embedding":[1,0,0],"metadata":{}}
      """;

  private static final String LONG = "a_name_" + "that_goes_on_".repeat(5);

  private LocalPostgres.Database database;
  @TempDir private Path folder;

  @BeforeEach
  void makeDatabase() throws Exception {
    database = LocalPostgres.shared().createDatabase("poisoned");
    Files.writeString(folder.resolve("notes.jsonl"), NOTES);
    execute(
        "CREATE TABLE letters (id text PRIMARY KEY, content text, extra int)",
        "INSERT INTO letters VALUES ('old', 'old', 1)",
        "CREATE VIEW letters_seen AS SELECT id FROM letters",
        "CREATE TABLE answers (letter text REFERENCES letters)",
        "GRANT SELECT ON letters TO PUBLIC");
  }

  @AfterEach
  void dropDatabase() {
    database.close();
  }

  private void execute(String... sql) throws Exception {
    try (Connection connection = database.connect()) {
      Sql.execute(connection, sql);
    }
  }

  private static InMemorySource others() {
    Schema letters =
        new Schema(
            List.of(Field.required("id", FieldType.TEXT), Field.optional("text", FieldType.TEXT)),
            List.of("id"));
    Schema named =
        new Schema(
            List.of(Field.required("id", FieldType.TEXT), Field.optional(LONG, FieldType.TEXT)),
            List.of("id"));
    Schema wide = Schema.vectorCollection(2_500, Distance.L2);
    return InMemorySource.empty()
        .with("letters", letters, List.of(Row.of(letters, "new", "new")))
        .with("named", named, List.of(Row.of(named, "a", "b")))
        .with(
            "wide",
            wide,
            List.of(
                Row.of(wide, "a", "b", Json.of(Map.of("n", -0.0)), Vector.wrap(new float[2_500]))));
  }

  private MigrationPlan plan() {
    return MigrationPlan.builder("poisoned")
        .from(JsonLinesFile.at(folder.resolve("notes.jsonl")))
        .from(others())
        .into(PgVectorTarget.of(database.dataSource()))
        .dataset("notes", d -> d.tenant("owner", Tenant.fromField("user")).halfVectors())
        .dataset("letters", d -> d.replace())
        .dataset("named")
        .dataset("wide")
        .build();
  }

  @Test
  void aDryRunNamesEveryTroubleAndLeavesNoTrace() throws Exception {
    List<String> before = catalog();
    List<String> files = hashes();

    MigrationReport report = plan().dryRun();

    assertThat(catalog()).isEqualTo(before);
    assertThat(hashes()).isEqualTo(files);
    assertThat(timeless(ReportFormat.MARKDOWN.write(report))).isEqualTo(golden());
  }

  private String timeless(String report) {
    return report
        .replace(folder.toString(), "FOLDER")
        .replaceAll("(?m)^- (Started|Took): .*$", "- $1: …")
        .replaceAll("(?m)^\\| (\\w+) \\| [\\d.]+ s \\|$", "| $1 | … |")
        .replaceAll("(?m)(estimate\\.time`: ).*$", "$1…");
  }

  private static String golden() throws IOException {
    try (var in = PoisonedSourceIT.class.getResourceAsStream("poisoned.md")) {
      return new String(Objects.requireNonNull(in).readAllBytes(), StandardCharsets.UTF_8);
    }
  }

  /** Everything that a change of the database would show in, by its number. */
  private List<String> catalog() throws Exception {
    List<String> all = new ArrayList<>();
    try (Connection connection = database.connect()) {
      for (String table :
          List.of(
              "pg_namespace",
              "pg_attribute",
              "pg_constraint",
              "pg_index",
              "pg_description",
              "pg_depend",
              "pg_rewrite",
              "pg_proc",
              "pg_type",
              "letters",
              "answers")) {
        all.addAll(
            Sql.list(
                connection,
                "SELECT '%1$s ' || xmin || ' ' || t::text FROM %1$s t".formatted(table),
                row -> row.getString(1)));
      }
      all.addAll(
          Sql.list(
              connection,
              "SELECT format('%s %s %s %s %s', oid, relname, relkind, relacl, relfilenode) FROM pg_class",
              row -> String.valueOf(row.getString(1))));
    }
    all.sort(null);
    return all;
  }

  private List<String> hashes() throws Exception {
    List<String> hashes = new ArrayList<>();
    try (Stream<Path> files = Files.walk(folder)) {
      for (Path file : files.filter(Files::isRegularFile).sorted().toList()) {
        byte[] hash = MessageDigest.getInstance("SHA-256").digest(Files.readAllBytes(file));
        hashes.add(file + " " + HexFormat.of().formatHex(hash) + Files.getLastModifiedTime(file));
      }
    }
    return hashes;
  }
}
