package dev.vectormigrate.internal;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import dev.vectormigrate.MigrationPlan;
import dev.vectormigrate.PlanException;
import dev.vectormigrate.SourceException;
import dev.vectormigrate.model.Dataset;
import dev.vectormigrate.spi.Position;
import dev.vectormigrate.spi.RowReader;
import dev.vectormigrate.spi.SourceSession;
import dev.vectormigrate.spi.SourceStore;
import dev.vectormigrate.spi.Split;
import dev.vectormigrate.spi.TableSpec;
import dev.vectormigrate.testkit.Docs;
import dev.vectormigrate.testkit.InMemoryTarget;
import java.util.List;
import java.util.OptionalLong;
import java.util.stream.Stream;
import org.junit.jupiter.api.Test;

class PlannerTest {

  /** A source that can only be inspected. */
  private record Catalog(String name, List<String> qualifiedNames) implements SourceStore {

    static Catalog of(String name, String... qualifiedNames) {
      return new Catalog(name, List.of(qualifiedNames));
    }

    private static Dataset dataset(String qualifiedName) {
      List<String> parts = List.of(qualifiedName.split("/"));
      int last = parts.size() - 1;
      return new Dataset(
          parts.subList(0, last),
          parts.get(last),
          Docs.SCHEMA,
          OptionalLong.empty(),
          "f",
          List.of());
    }

    @Override
    public SourceSession open() {
      return new SourceSession() {
        @Override
        public List<Dataset> datasets() {
          return qualifiedNames.stream().map(Catalog::dataset).toList();
        }

        @Override
        public List<Split> split(Dataset dataset, int parts) {
          throw new UnsupportedOperationException();
        }

        @Override
        public RowReader read(Dataset dataset, Split split, Position after) {
          throw new UnsupportedOperationException();
        }

        @Override
        public void close() {}
      };
    }
  }

  private static MigrationPlan.Builder from(SourceStore... sources) {
    MigrationPlan.Builder builder = MigrationPlan.builder("m").into(InMemoryTarget.empty());
    Stream.of(sources).forEach(builder::from);
    return builder;
  }

  private static Planner.Planned planned(MigrationPlan.Builder builder) throws Exception {
    MigrationPlan plan = builder.build();
    try (OpenSources sources = OpenSources.of(plan)) {
      return Planner.plan(plan, sources.sessions());
    }
  }

  /** Such as {@code memory docs -> docs}. */
  private static List<String> arrows(MigrationPlan.Builder builder) throws Exception {
    Planner.Planned planned = planned(builder);
    return planned.datasets().stream()
        .map(d -> d.where() + " -> " + planned.tables().get(d.table()).name())
        .toList();
  }

  private static void refuses(
      MigrationPlan.Builder builder, Class<? extends Exception> type, String message) {
    assertThatThrownBy(() -> planned(builder)).isInstanceOf(type).hasMessage(message);
  }

  @Test
  void without_names_every_dataset_gets_a_table_of_its_name() throws Exception {
    assertThat(arrows(from(Catalog.of("a", "docs", "t/db/chats"), Catalog.of("b", "notes"))))
        .containsExactly("a docs -> docs", "a t/db/chats -> chats", "b notes -> notes");
  }

  @Test
  void with_names_only_those_are_taken_in_the_order_of_the_plan() throws Exception {
    assertThat(
            arrows(
                from(Catalog.of("a", "docs", "t/db/chats", "notes"))
                    .dataset("t/db/chats")
                    .dataset("docs", d -> d.table("app", "documents"))))
        .containsExactly("a t/db/chats -> chats", "a docs -> app.documents");
  }

  @Test
  void the_table_says_where_its_rows_came_from() throws Exception {
    assertThat(planned(from(Catalog.of("a", "x/docs"))).tables())
        .extracting(TableSpec::comment)
        .containsExactly("Migrated from a x/docs");
  }

  @Test
  void an_unknown_dataset_is_refused_with_those_that_are_there() {
    refuses(
        from(Catalog.of("a", "docs"), Catalog.of("b", "t/notes")).dataset("dosc"),
        SourceException.class,
        "[a, b] dataset 'dosc': not there, expected one of [docs, t/notes]. Check the spelling.");
  }

  @Test
  void a_source_without_datasets_is_refused() {
    refuses(
        from(Catalog.of("a")),
        SourceException.class,
        "[a] datasets: none there, expected at least one. Check the path.");
  }

  @Test
  void an_ambiguous_name_is_refused_and_a_qualified_one_is_not() throws Exception {
    Catalog source = Catalog.of("a", "t1/docs", "t2/docs");

    refuses(
        from(source).dataset("docs"),
        SourceException.class,
        "[a] dataset 'docs': 2 of that name, expected one. Use a qualified name out of [t1/docs,"
            + " t2/docs].");
    assertThat(arrows(from(source).dataset("t2/docs"))).containsExactly("a t2/docs -> t2_docs");
  }

  @Test
  void datasets_of_one_name_get_tables_with_their_namespaces() throws Exception {
    assertThat(arrows(from(Catalog.of("a", "t1/db/docs", "t2/db/docs"), Catalog.of("b", "docs"))))
        .containsExactly(
            "a t1/db/docs -> t1_db_docs", "a t2/db/docs -> t2_db_docs", "b docs -> docs");
  }

  @Test
  void datasets_share_a_table_only_if_the_plan_says_so() throws Exception {
    refuses(
        from(Catalog.of("a", "docs"), Catalog.of("b", "docs")),
        PlanException.class,
        "[b docs] table docs: also that of a docs, and the plan doesn't say so for both. Name a"
            + " table for each.");
    refuses(
        from(Catalog.of("a", "docs", "notes"))
            .dataset("docs")
            .dataset("notes", d -> d.table("docs")),
        PlanException.class,
        "[a notes] table docs: also that of a docs, and the plan doesn't say so for both. Name a"
            + " table for each.");
    assertThat(
            arrows(
                from(Catalog.of("a", "docs"), Catalog.of("b", "docs"))
                    .eachDataset(d -> d.table("all"))))
        .containsExactly("a docs -> all", "b docs -> all");
  }

  @Test
  void datasets_that_share_a_table_share_its_layout() {
    String docs =
        "(id text not null, content text, metadata json, embedding vector(3) cosine) key (id)";
    String notes = "(id text not null, content text, embedding vector(3) cosine) key (id)";
    refuses(
        from(Catalog.of("a", "docs", "notes"))
            .dataset("docs", d -> d.table("all"))
            .dataset("notes", d -> d.table("all").drop("metadata")),
        PlanException.class,
        "[a notes] table all: all "
            + notes
            + ", create, index automatic, expected the layout of another dataset that goes there:"
            + " all "
            + docs
            + ", create, index automatic. Name another table for one of the two.");
  }

  @Test
  void a_dataset_that_is_taken_twice_is_refused() {
    refuses(
        from(Catalog.of("a", "t/docs"))
            .dataset("docs")
            .dataset("t/docs", d -> d.table("elsewhere")),
        PlanException.class,
        "[a t/docs] dataset: taken twice, expected once. Name each dataset in one way only.");
    refuses(
        from(Catalog.of("a", "docs", "docs")).eachDataset(d -> d.table("all")),
        PlanException.class,
        "[a docs] dataset: taken twice, expected once. Name each dataset in one way only.");
  }

  @Test
  void a_mapping_that_does_not_fit_is_refused_where_it_is() {
    refuses(
        from(Catalog.of("a", "docs")).dataset("docs", d -> d.drop("texts")),
        PlanException.class,
        "[a docs] field 'texts': not there, expected one of [id, text, metadata, embedding].");
  }

  @Test
  void an_adjustment_changes_a_dataset_and_selects_none() throws Exception {
    MigrationPlan.Builder plan =
        from(Catalog.of("s", "a", "b"))
            .eachDataset(d -> d.constant("user", "u").table("all"))
            .adjust("b", d -> d.table("other"))
            .adjust("b", d -> d.drop("text"))
            .adjust("a", d -> d.constant("user", "v"));

    assertThat(planned(plan).datasets())
        .extracting(d -> d.mapping().toString())
        .containsExactly(
            "table=all renamed={text=content} dropped=[] constants={user=v} tenants={} mode=create"
                + " index=automatic",
            "table=other renamed={text=content} dropped=[text] constants={user=u} tenants={}"
                + " mode=create index=automatic");
    assertThat(plan.build().describe())
        .isNotEqualTo(from(Catalog.of("s", "a", "b")).build().describe())
        .contains("\nchanged b: table=other");
  }

  @Test
  void an_adjustment_of_what_is_not_there_or_not_migrated_is_refused() {
    assertThatThrownBy(() -> planned(from(Catalog.of("s", "a")).adjust("x", d -> d.drop("text"))))
        .isInstanceOf(SourceException.class)
        .hasMessage("[s] dataset 'x': not there, expected one of [a]. Check the spelling.");
    assertThatThrownBy(
            () ->
                planned(
                    from(Catalog.of("s", "a", "b")).dataset("a").adjust("b", d -> d.drop("text"))))
        .isInstanceOf(PlanException.class)
        .hasMessage(
            "[dataset b] mapping: changed, but the plan does not migrate it. Name the dataset, too.");
  }
}
