package dev.vectormigrate.pgvector;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;
import static org.junit.jupiter.api.DynamicTest.dynamicTest;

import dev.vectormigrate.DatasetMapping;
import dev.vectormigrate.MigrationListener;
import dev.vectormigrate.MigrationPlan;
import dev.vectormigrate.MigrationReport;
import dev.vectormigrate.Outcome;
import dev.vectormigrate.Phase;
import dev.vectormigrate.RefusedException;
import dev.vectormigrate.VerificationFailedException;
import dev.vectormigrate.model.Distance;
import dev.vectormigrate.model.Field;
import dev.vectormigrate.model.FieldType;
import dev.vectormigrate.model.Finding;
import dev.vectormigrate.model.HalfFloat;
import dev.vectormigrate.model.Row;
import dev.vectormigrate.model.Schema;
import dev.vectormigrate.model.SparseVector;
import dev.vectormigrate.model.Vector;
import dev.vectormigrate.model.VectorIndex;
import dev.vectormigrate.model.VectorIndex.Precision;
import dev.vectormigrate.pgvector.testing.LocalPostgres;
import dev.vectormigrate.spi.WriteMode.OnConflict;
import dev.vectormigrate.testkit.InMemorySource;
import java.sql.Connection;
import java.sql.SQLException;
import java.util.ArrayList;
import java.util.List;
import java.util.SplittableRandom;
import java.util.function.Consumer;
import java.util.stream.Stream;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.DynamicTest;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.TestFactory;

/** Columns of halfvec and sparsevec, and indexes over less than a column keeps. */
class VectorTypesIT {

  private LocalPostgres.Database database;
  private Connection connection;

  @BeforeEach
  void open() throws SQLException {
    database = LocalPostgres.shared().createDatabase("types");
    connection = database.connect();
  }

  @AfterEach
  void close() throws SQLException {
    connection.close();
    database.close();
  }

  private static Schema docs(int dimension, Distance distance) {
    return Schema.vectorCollection(dimension, distance);
  }

  private static Row doc(Schema schema, int number, float... components) {
    return Row.of(schema, "id-" + number, "text " + number, null, Vector.of(components));
  }

  private static List<Row> random(Schema schema, int from, int to) {
    List<Row> rows = new ArrayList<>();
    for (int i = from; i < to; i++) {
      SplittableRandom random = new SplittableRandom(i);
      float[] components = new float[schema.field(schema.indexOf("embedding")).type().dimension()];
      for (int c = 0; c < components.length; c++) {
        components[c] = (float) (random.nextDouble() * 2 - 1);
      }
      rows.add(doc(schema, i, components));
    }
    return rows;
  }

  private MigrationPlan.Builder plan(
      String name, Schema schema, List<Row> rows, Consumer<DatasetMapping.Builder> mapping) {
    return MigrationPlan.builder(name)
        .from(InMemorySource.empty().with("docs", schema, rows))
        .into(PgVectorTarget.of(database.dataSource()))
        .eachDataset(mapping::accept)
        .batchRows(20);
  }

  private List<String> texts(String sql) throws SQLException {
    return Sql.list(connection, sql, row -> row.getString(1));
  }

  private String type(String column) throws SQLException {
    return texts(
            """
            SELECT format_type(atttypid, atttypmod) FROM pg_attribute
            WHERE attrelid = 'docs'::regclass AND attname = '%s'"""
                .formatted(column))
        .get(0);
  }

  private List<String> vectorIndexes() throws SQLException {
    return texts(
        """
        SELECT indexdef FROM pg_indexes WHERE schemaname = 'public'
          AND indexdef ~ 'hnsw|ivfflat' ORDER BY 1""");
  }

  /** The bits of every component, as PostgreSQL sends them, by the number of the row. */
  private List<List<Short>> bits(int dimension) throws SQLException {
    return Sql.list(
        connection,
        "SELECT substring(halfvec_send(embedding) FROM 5) FROM docs ORDER BY length(id), id",
        row -> {
          byte[] bytes = row.getBytes(1);
          assertThat(bytes).hasSize(2 * dimension);
          List<Short> halves = new ArrayList<>();
          for (int i = 0; i < bytes.length; i += 2) {
            halves.add((short) ((bytes[i] << 8) | (bytes[i + 1] & 0xff)));
          }
          return halves;
        });
  }

  private static List<List<Short>> rounded(List<Row> rows) {
    List<List<Short>> all = new ArrayList<>();
    for (Row row : rows) {
      List<Short> halves = new ArrayList<>();
      for (float component : ((Vector) row.value("embedding")).toArray()) {
        halves.add(HalfFloat.toBits(component));
      }
      all.add(halves);
    }
    return all;
  }

  @Test
  void halves_are_the_nearest_ones_bit_by_bit() throws Exception {
    Schema schema = docs(8, Distance.L2);
    List<Row> rows = new ArrayList<>();
    rows.add(doc(schema, 0, -0f, 0f, 0x1p-24f, -0x1p-24f, 0x1p-25f, 0x1.8p-25f, 0x1p-14f, 1));
    rows.add(
        doc(schema, 1, 65_504f, -65_504f, 65_519f, 1.0004882f, 1.0004884f, 0.1f, -0.1f, 1e-9f));
    rows.add(doc(schema, 2, 2_049f, 2_051f, 3e-5f, -6e-8f, 0x1.ffcp-15f, 1e-4f, 1f / 3, -2f / 3));
    rows.addAll(random(schema, 3, 60));
    MigrationPlan plan = plan("halves", schema, rows, d -> d.halfVectors()).build();

    MigrationReport report = plan.run();

    assertThat(report.outcome()).isEqualTo(Outcome.MIGRATED);
    assertThat(codes(report)).containsExactly("mapping.lossy", "recall_gate.index_not_chosen");
    assertThat(type("embedding")).isEqualTo("halfvec(8)");
    assertThat(bits(8)).isEqualTo(rounded(rows));
    assertThat(bits(8).get(0).get(0)).isEqualTo((short) 0x8000);
    assertThat(bits(8).get(0).get(2)).isEqualTo((short) 1);
    assertThat(vectorIndexes())
        .containsExactly(
            "CREATE INDEX docs_embedding_idx ON public.docs USING hnsw (embedding halfvec_l2_ops)");
    assertThat(plan.verify().outcome()).isEqualTo(Outcome.VERIFIED);
  }

  @Test
  void what_no_half_can_hold_refuses_its_row() throws Exception {
    Schema schema = docs(2, null);
    List<Row> rows =
        List.of(doc(schema, 0, 65_504f, 1), doc(schema, 1, 65_520f, 1), doc(schema, 2, 1, -1e30f));

    MigrationReport report =
        plan("overflow", schema, rows, d -> d.halfVectors()).maxRejects(2).build().run();

    assertThat(report.rejects().stream().map(r -> r.id() + ": " + r.reason()).sorted())
        .containsExactly(
            "id-1: column 'embedding': vector with a component beyond 65,504, which half precision can't hold",
            "id-2: column 'embedding': vector with a component beyond 65,504, which half precision can't hold");
    assertThat(texts("SELECT id || ' ' || embedding FROM docs")).containsExactly("id-0 [65504,1]");
  }

  @Test
  void one_component_that_changes_by_its_last_bit_is_seen() {
    Schema schema = docs(3, null);
    MigrationPlan plan =
        plan("mutated", schema, random(schema, 0, 30), d -> d.halfVectors())
            .listener(
                new MigrationListener() {
                  @Override
                  public void phaseStarted(Phase phase) {
                    if (phase == Phase.VERIFY) {
                      changeLastBit();
                    }
                  }
                })
            .build();

    assertThatThrownBy(plan::run)
        .isInstanceOfSatisfying(
            VerificationFailedException.class,
            e ->
                assertThat(codes(e.report()))
                    .containsExactly(
                        "mapping.lossy",
                        "digest.mismatch",
                        "samples.mismatch",
                        "recall_gate.index_not_chosen"));
  }

  private void changeLastBit() {
    float first = ((Vector) random(docs(3, null), 7, 8).get(0).value("embedding")).toArray()[0];
    float next = HalfFloat.fromBits((short) (HalfFloat.toBits(first) ^ 1));
    try {
      assertThat(
              Sql.update(
                  connection,
                  """
                  UPDATE vector_migrate_stage_1.docs SET embedding =
                    (array_prepend(%s::real, (embedding::vector::real[])[2:]))::halfvec
                  WHERE id = 'id-7'"""
                      .formatted(next)))
          .isEqualTo(1);
    } catch (SQLException e) {
      throw new IllegalStateException(e);
    }
  }

  @Test
  void three_thousand_dimensions_are_kept_as_halves_and_found_through_their_index()
      throws Exception {
    Schema schema = docs(3_072, Distance.COSINE);
    List<Row> rows = random(schema, 0, 116);

    MigrationReport report =
        plan("large", schema, rows, d -> d.halfVectors().index(VectorIndex.hnsw())).build().run();

    assertThat(codes(report)).containsExactly("mapping.lossy", "recall_gate.index_not_chosen");
    assertThat(report.measurements().searches())
        .hasSize(2)
        .allSatisfy(
            search -> {
              assertThat(search.form()).isEqualTo("halfvec");
              assertThat(search.mean()).isGreaterThan(0.9);
            });
    assertThat(bits(3_072)).isEqualTo(rounded(rows));
    assertThat(vectorIndexes())
        .containsExactly(
            "CREATE INDEX docs_embedding_idx ON public.docs USING hnsw (embedding halfvec_cosine_ops)");
    Sql.execute(connection, "SET enable_seqscan = off");
    String nearest =
        "SELECT id FROM docs ORDER BY embedding <=> (SELECT embedding FROM docs WHERE id = 'id-77') LIMIT 1";
    assertThat(texts("EXPLAIN " + nearest)).anyMatch(line -> line.contains("docs_embedding_idx"));
    assertThat(texts(nearest)).containsExactly("id-77");
  }

  private record Held(Precision precision, boolean halves, VectorIndex index, String definition) {}

  @TestFactory
  Stream<DynamicTest> an_index_holds_less_than_its_column() {
    String half = "((embedding)::halfvec(5)) halfvec_cosine_ops)";
    String bit = "(((binary_quantize(embedding))::bit(5)) bit_hamming_ops)";
    return Stream.of(
            new Held(
                Precision.HALF,
                false,
                VectorIndex.hnsw(8, 32),
                "hnsw (" + half + " WITH (m='8', ef_construction='32')"),
            new Held(
                Precision.HALF, true, VectorIndex.hnsw(), "hnsw (embedding halfvec_cosine_ops)"),
            new Held(Precision.BIT, false, VectorIndex.automatic(), "hnsw " + bit),
            new Held(Precision.BIT, true, VectorIndex.hnsw(), "hnsw " + bit),
            new Held(
                Precision.HALF,
                false,
                VectorIndex.ivfflat(2),
                "ivfflat (" + half + " WITH (lists='2')"),
            new Held(
                Precision.BIT,
                false,
                VectorIndex.ivfflat(2),
                "ivfflat " + bit + " WITH (lists='2')"))
        .map(
            held ->
                dynamicTest(
                    held.index().over(held.precision()) + (held.halves() ? ", halves" : ""),
                    () -> checkHeld(held)));
  }

  private void checkHeld(Held held) throws Exception {
    Schema schema = docs(5, Distance.COSINE);
    Consumer<DatasetMapping.Builder> mapping =
        d -> {
          d.index(held.index().over(held.precision()));
          if (held.halves()) {
            d.halfVectors();
          }
        };
    MigrationPlan first = plan("held", schema, random(schema, 0, 40), mapping).build();

    assertThat(first.dryRun().statements())
        .anyMatch(sql -> sql.startsWith("CREATE INDEX \"docs_embedding_idx\""));
    assertThat(first.run().outcome()).isEqualTo(Outcome.MIGRATED);

    String definition = "CREATE INDEX docs_embedding_idx ON public.docs USING " + held.definition();
    assertThat(vectorIndexes()).containsExactly(definition);
    assertThat(type("embedding")).isEqualTo(held.halves() ? "halfvec(5)" : "vector(5)");
    assertThat(first.verify().outcome()).isEqualTo(Outcome.VERIFIED);
    Sql.execute(connection, "INSERT INTO docs VALUES ('new', 'n', NULL, '[1,2,3,4,5]')");

    MigrationPlan second =
        plan("held again", schema, random(schema, 0, 50), mapping.andThen(d -> d.replace()))
            .build();
    assertThat(second.run().outcome()).isEqualTo(Outcome.MIGRATED);
    assertThat(vectorIndexes()).containsExactly(definition);
    second.rollback();
    second.discard();
    MigrationPlan third =
        plan(
                "held more",
                schema,
                random(schema, 30, 60),
                mapping.andThen(d -> d.append(OnConflict.SKIP)))
            .build();
    assertThat(third.run().outcome()).isEqualTo(Outcome.MIGRATED);
    assertThat(vectorIndexes()).containsExactly(definition);
    assertThat(texts("SELECT count(*) FROM docs")).containsExactly("61");
    third.rollback();
    third.discard();
    first.rollback();
    first.discard();
  }

  @Test
  void an_append_with_update_overwrites_halves_and_takes_that_back() throws Exception {
    Schema schema = docs(3, null);
    plan("theirs", schema, random(schema, 0, 10), d -> d.halfVectors()).build().run();
    List<List<Short>> before = bits(3);
    List<Row> ours = new ArrayList<>();
    for (int i = 5; i < 15; i++) {
      ours.add(doc(schema, i, i, -0f, 0.1f));
    }
    for (boolean direct : new boolean[] {false, true}) {
      MigrationPlan plan =
          plan(
                  "ours " + direct,
                  schema,
                  ours,
                  d -> {
                    d.halfVectors();
                    if (direct) {
                      d.direct(OnConflict.UPDATE);
                    } else {
                      d.append(OnConflict.UPDATE);
                    }
                  })
              .build();

      plan.run();

      assertThat(bits(3).subList(5, 15)).isEqualTo(rounded(ours));
      assertThat(plan.verify().outcome()).isEqualTo(Outcome.VERIFIED);
      plan.rollback();
      plan.discard();
      assertThat(bits(3)).isEqualTo(before);
    }
  }

  @Test
  void halves_are_not_merged_into_a_column_of_vectors() {
    Schema schema = docs(3, null);
    plan("theirs", schema, random(schema, 0, 10), d -> {}).build().run();

    assertThatThrownBy(
            () ->
                plan(
                        "ours",
                        schema,
                        random(schema, 20, 30),
                        d -> d.halfVectors().append(OnConflict.FAIL))
                    .build()
                    .run())
        .isInstanceOf(RefusedException.class)
        .hasMessage(
            "[postgresql] Table docs has column 'embedding' of type vector(3), expected halfvec(3)."
                + " Change it, or name another table.");
  }

  @Test
  void an_index_of_another_precision_is_not_the_one_that_was_planned() throws Exception {
    Schema schema = docs(3, null);
    MigrationPlan plan =
        plan(
                "shape",
                schema,
                random(schema, 0, 10),
                d -> d.index(VectorIndex.hnsw().over(Precision.HALF)))
            .build();
    plan.run();
    Sql.execute(
        connection,
        "DROP INDEX docs_embedding_idx",
        "CREATE INDEX ON docs USING hnsw ((binary_quantize(embedding)::bit(3)) bit_hamming_ops)");

    MigrationReport missing = plan.verify();
    Sql.execute(
        connection, "CREATE INDEX ON docs USING hnsw ((embedding::halfvec(3)) halfvec_l2_ops)");
    MigrationReport other = plan.verify();

    assertThat(missing.findings())
        .containsExactly(
            Finding.error(
                "schema.index",
                "table docs: hnsw index on column 'embedding' over halfvec(3) is not there, expected"
                    + " it."));
    assertThat(other.findings())
        .containsExactly(
            Finding.error(
                "schema.distance",
                "table docs: hnsw index on column 'embedding' over halfvec(3) is for halfvec_l2_ops,"
                    + " expected halfvec_cosine_ops, the store's distance."));
  }

  /** PostgreSQL spells an expression in another way where names are quoted or out of sight. */
  @Test
  void an_index_is_recognised_whatever_its_names_are() throws Exception {
    Sql.execute(
        connection,
        "DROP EXTENSION vector",
        "CREATE SCHEMA \"Ext x\"",
        "CREATE EXTENSION vector SCHEMA \"Ext x\"");
    Schema schema = docs(3, null);
    for (Precision precision : Precision.values()) {
      MigrationPlan plan =
          plan(
                  "odd " + precision,
                  schema,
                  random(schema, 0, 5),
                  d ->
                      d.table("odd " + precision)
                          .rename("embedding", "My \"v\"")
                          .index(VectorIndex.hnsw().over(precision)))
              .build();

      assertThat(plan.run().outcome()).isEqualTo(Outcome.MIGRATED);
      assertThat(plan.verify().findings()).isEmpty();
    }
    assertThat(vectorIndexes()).hasSize(3);
  }

  @Test
  void an_invalid_index_over_halves_is_built_anew() throws Exception {
    Schema schema = docs(3, null);
    plan(
            "invalid",
            schema,
            random(schema, 0, 10),
            d -> d.index(VectorIndex.hnsw().over(Precision.HALF)))
        .listener(
            new MigrationListener() {
              @Override
              public void phaseStarted(Phase phase) {
                if (phase == Phase.INDEX) {
                  plantInvalidIndex();
                }
              }
            })
        .build()
        .run();

    assertThat(vectorIndexes())
        .containsExactly(
            "CREATE INDEX docs_embedding_idx ON public.docs USING hnsw (((embedding)::halfvec(3))"
                + " halfvec_cosine_ops)");
    assertThat(texts("SELECT indexrelid::regclass FROM pg_index WHERE NOT indisvalid")).isEmpty();
  }

  /** A concurrent build that fails leaves an index that is there and can't be used. */
  private void plantInvalidIndex() {
    String staging = "vector_migrate_stage_1.docs";
    try (Connection other = database.connect()) {
      other.setAutoCommit(false);
      Sql.execute(other, "LOCK TABLE " + staging + " IN ROW EXCLUSIVE MODE");
      Sql.execute(connection, "SET lock_timeout = '50ms'");
      assertThatThrownBy(
              () ->
                  Sql.execute(
                      connection,
                      "CREATE INDEX CONCURRENTLY docs_embedding_idx ON "
                          + staging
                          + " USING hnsw ((embedding::halfvec(3)) halfvec_cosine_ops)"))
          .hasMessageContaining("lock timeout");
      assertThat(texts("SELECT indexrelid::regclass FROM pg_index WHERE NOT indisvalid"))
          .hasSize(1);
      other.rollback();
    } catch (SQLException e) {
      throw new IllegalStateException(e);
    }
  }

  private void checkRefused(int dimension, Consumer<DatasetMapping.Builder> mapping, String what) {
    Schema schema = docs(dimension, null);
    assertThatThrownBy(() -> plan("refused", schema, List.of(), mapping).build().run())
        .isInstanceOf(RefusedException.class)
        .hasMessage("[postgresql] Table docs column 'embedding' has " + what);
  }

  @Test
  void what_cannot_be_indexed_is_refused_with_the_alternatives() {
    checkRefused(
        4_001,
        d -> d.halfVectors().index(VectorIndex.ivfflat()),
        "4001 dimensions, expected 1 to 4,000 for an index. Choose an index over(BIT), or fewer"
            + " dimensions, or no index.");
    checkRefused(
        4_001,
        d -> d.index(VectorIndex.automatic().over(Precision.HALF)),
        "4001 dimensions, expected 1 to 4,000 for an index. Choose an index over(BIT), or fewer"
            + " dimensions, or no index.");
    checkRefused(
        0,
        d -> d.index(VectorIndex.hnsw().over(Precision.BIT)),
        "unknown dimensions, expected 1 to 64,000 for an index. Ask for no index.");
  }

  @Test
  void an_old_extension_is_refused_what_it_does_not_know() throws Exception {
    Sql.execute(
        connection, "UPDATE pg_extension SET extversion = '0.6.2' WHERE extname = 'vector'");
    Schema schema = docs(3, null);
    String ending =
        ", which extension vector 0.6.2 does not know, expected 0.7.0 or newer. Update the extension,"
            + " or choose other types and indexes.";

    assertThatThrownBy(() -> plan("a", schema, List.of(), d -> d.halfVectors()).build().run())
        .hasMessage("[postgresql] Table docs has column 'embedding' of type halfvec(3)" + ending);
    assertThatThrownBy(
            () ->
                plan("b", schema, List.of(), d -> d.index(VectorIndex.hnsw().over(Precision.BIT)))
                    .build()
                    .run())
        .hasMessage(
            "[postgresql] Table docs has column 'embedding' with an index over bit(3)" + ending);
    assertThat(plan("c", schema, random(schema, 0, 5), d -> {}).build().run().outcome())
        .isEqualTo(Outcome.MIGRATED);
  }

  private static final Schema SPARSE =
      new Schema(
          List.of(
              Field.required("id", FieldType.TEXT),
              Field.optional("s", FieldType.sparseVector(5_000, Distance.INNER_PRODUCT))),
          List.of("id"));

  private static Row sparse(String id, int count) {
    int[] places = new int[count];
    float[] values = new float[count];
    for (int i = 0; i < count; i++) {
      places[i] = i;
      values[i] = i + 1;
    }
    return Row.of(SPARSE, id, SparseVector.of(5_000, places, values));
  }

  @Test
  void sparse_vectors_are_indexed_where_the_plan_asks_for_it() throws Exception {
    List<Row> rows = List.of(sparse("a", 1), sparse("b", 1_000));

    plan("asked", SPARSE, rows, d -> d.index(VectorIndex.hnsw())).build().run();

    assertThat(vectorIndexes())
        .containsExactly("CREATE INDEX docs_s_idx ON public.docs USING hnsw (s sparsevec_ip_ops)");
    MigrationPlan automatic = plan("automatic", SPARSE, rows, d -> d.table("others")).build();
    assertThat(automatic.run().findings()).isEmpty();
    MigrationReport flat =
        plan("flat", SPARSE, rows, d -> d.table("more").index(VectorIndex.ivfflat())).build().run();
    assertThat(flat.findings())
        .containsExactly(
            Finding.warning(
                "index.left_out",
                "Table more column 's' has sparse vectors, which no ivfflat index can hold. It gets"
                    + " none; searches read every row."));
    assertThat(vectorIndexes()).hasSize(1);
  }

  @Test
  void a_sparse_vector_that_no_index_holds_stops_the_build_with_a_reason() {
    List<Row> rows = List.of(sparse("a", 1), sparse("b", 1_001));

    assertThatThrownBy(
            () -> plan("dense", SPARSE, rows, d -> d.index(VectorIndex.hnsw())).build().run())
        .hasMessage(
            "[postgresql] table docs: hnsw index on s: a vector has more than 1,000 components other"
                + " than zero, expected at most 1,000 in every row. Ask for no index, or leave such"
                + " rows out.");
  }

  private static List<String> codes(MigrationReport report) {
    return report.findings().stream().map(Finding::code).toList();
  }
}
