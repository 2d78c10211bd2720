package dev.vectormigrate.pgvector;

import static org.assertj.core.api.Assertions.assertThat;

import dev.vectormigrate.MigrationPlan;
import dev.vectormigrate.MigrationReport;
import dev.vectormigrate.Outcome;
import dev.vectormigrate.model.Bytes;
import dev.vectormigrate.model.ColumnDefault;
import dev.vectormigrate.model.Field;
import dev.vectormigrate.model.FieldType;
import dev.vectormigrate.model.PlainIndex;
import dev.vectormigrate.model.Row;
import dev.vectormigrate.model.Schema;
import dev.vectormigrate.model.SparseVector;
import dev.vectormigrate.pgvector.testing.LocalPostgres;
import dev.vectormigrate.spi.WriteMode.OnConflict;
import dev.vectormigrate.testkit.InMemorySource;
import java.math.BigDecimal;
import java.sql.Connection;
import java.sql.SQLException;
import java.time.Instant;
import java.time.LocalDateTime;
import java.util.ArrayList;
import java.util.List;
import java.util.UUID;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Test;

/**
 * The types beside text, numbers, JSON and vectors: as PostgreSQL's own text functions see them.
 */
class RareTypesIT {

  private static final Schema SCHEMA =
      new Schema(
          List.of(
              Field.required("id", FieldType.INTEGER_32),
              Field.optional("short_text", FieldType.text(3)),
              Field.optional("number", FieldType.DECIMAL),
              Field.optional("uuid", FieldType.UUID),
              Field.optional("local", FieldType.TIMESTAMP),
              Field.optional("second", FieldType.TIMESTAMP_SECONDS),
              Field.optional("moment", FieldType.INSTANT),
              Field.optional("bytes", FieldType.BYTES),
              Field.optional("texts", FieldType.TEXTS),
              Field.optional("short_texts", FieldType.texts(3)),
              Field.optional("sparse", FieldType.sparseVector(5))),
          List.of("id"));

  private static final UUID ID = UUID.fromString("00112233-4455-6677-8899-aabbccddeeff");

  private LocalPostgres.Database database;
  private Connection connection;

  @BeforeEach
  void open() throws SQLException {
    database = LocalPostgres.shared().createDatabase("rare");
    connection = database.connect();
  }

  @AfterEach
  void close() throws SQLException {
    connection.close();
    database.close();
  }

  private static Row row(long id, String number, String local, String moment, List<String> texts) {
    return Row.of(
        SCHEMA,
        id,
        "äöü",
        new BigDecimal(number),
        ID,
        LocalDateTime.parse(local),
        LocalDateTime.parse("2024-02-29T12:34:56"),
        Instant.parse(moment),
        Bytes.of((byte) 0, (byte) 255, (byte) 92),
        texts,
        List.of("a", "ß\uD83D\uDE00c"),
        SparseVector.of(5, new int[] {4, 0, 2}, new float[] {1.5f, -0.25f, 0f}));
  }

  private static List<Row> rows() {
    List<Row> rows = new ArrayList<>();
    rows.add(row(1, "0", "2024-05-01T10:00:00.123456", "2024-05-01T10:00:00.000001Z", List.of()));
    rows.add(row(2, "-12345.6780", "0001-01-01T00:00:00", "1969-12-31T23:59:59.5Z", List.of("")));
    rows.add(row(3, "100000000", "-4000-01-01T00:00:00", "+294000-01-01T00:00:00Z", List.of("a")));
    rows.add(
        row(
            4,
            "0.00001",
            "1999-12-31T23:59:59.999999",
            "2000-01-01T00:00:00Z",
            List.of("x", "{,\"}", "NULL")));
    rows.add(
        row(
            Integer.MIN_VALUE,
            "99999.99990000",
            "2024-01-01T00:00:00",
            "1970-01-01T00:00:00Z",
            List.of("\n")));
    rows.add(
        row(
            6,
            "-" + "9".repeat(300) + "." + "0".repeat(300) + "1",
            "2024-01-01T00:00:00",
            "1970-01-01T00:00:00Z",
            List.of("\n")));
    rows.add(Row.of(SCHEMA, 7L, null, null, null, null, null, null, null, null, null, null));
    return rows;
  }

  private MigrationPlan.Builder plan(String name) {
    return MigrationPlan.builder(name)
        .from(InMemorySource.empty().with("rare", SCHEMA, rows()))
        .into(PgVectorTarget.of(database.dataSource()));
  }

  private List<String> texts(String sql) throws SQLException {
    return Sql.list(connection, sql, row -> row.getString(1));
  }

  @Test
  void every_value_is_what_postgresql_says_it_is() throws Exception {
    MigrationReport report = plan("create").build().run();

    assertThat(report.outcome()).isEqualTo(Outcome.MIGRATED);
    assertThat(texts("SELECT number::text FROM rare ORDER BY abs(id::bigint)"))
        .containsExactly(
            "0",
            "-12345.6780",
            "100000000",
            "0.00001",
            "-" + "9".repeat(300) + "." + "0".repeat(300) + "1",
            null,
            "99999.99990000");
    Sql.execute(connection, "SET timezone = 'UTC'", "SET bytea_output = 'hex'");
    assertThat(
            texts(
                """
                SELECT concat_ws('|', short_text, uuid, local, second, moment, bytes, texts,
                  short_texts, sparse) FROM rare WHERE id IN (1, 2, 4) ORDER BY id"""))
        .containsExactly(
            "äöü|00112233-4455-6677-8899-aabbccddeeff|2024-05-01 10:00:00.123456|2024-02-29 12:34:56"
                + "|2024-05-01 10:00:00.000001+00|\\x00ff5c|{}|{a,ß\uD83D\uDE00c}|{1:-0.25,5:1.5}/5",
            "äöü|00112233-4455-6677-8899-aabbccddeeff|0001-01-01 00:00:00|2024-02-29 12:34:56"
                + "|1969-12-31 23:59:59.5+00|\\x00ff5c|{\"\"}|{a,ß\uD83D\uDE00c}|{1:-0.25,5:1.5}/5",
            "äöü|00112233-4455-6677-8899-aabbccddeeff|1999-12-31 23:59:59.999999"
                + "|2024-02-29 12:34:56|2000-01-01 00:00:00+00|\\x00ff5c"
                + "|{x,\"{,\\\"}\",\"NULL\"}|{a,ß\uD83D\uDE00c}|{1:-0.25,5:1.5}/5");
    assertThat(
            texts(
                """
        SELECT a.attname || ' ' || format_type(a.atttypid, a.atttypmod) FROM pg_attribute a
        WHERE a.attrelid = 'rare'::regclass AND a.attnum > 0 ORDER BY a.attnum"""))
        .containsExactly(
            "id integer",
            "short_text character varying(3)",
            "number numeric",
            "uuid uuid",
            "local timestamp without time zone",
            "second timestamp(0) without time zone",
            "moment timestamp with time zone",
            "bytes bytea",
            "texts text[]",
            "short_texts character varying(3)[]",
            "sparse sparsevec(5)");
  }

  @Test
  void rows_come_back_from_wider_columns_as_well() throws Exception {
    Sql.execute(
        connection,
        """
        CREATE TABLE wide (id bigint PRIMARY KEY, short_text text, number numeric, uuid uuid,
          local timestamp, second timestamp, moment timestamptz, bytes bytea, texts text[],
          short_texts varchar(10)[], sparse sparsevec)""",
        "INSERT INTO wide (id) VALUES (1000)");
    for (String mode : List.of("append", "direct")) {
      MigrationPlan plan =
          plan("into wide, " + mode)
              .dataset(
                  "rare",
                  d -> {
                    d.table("wide");
                    if (mode.equals("append")) {
                      d.append(OnConflict.FAIL);
                    } else {
                      d.direct(OnConflict.FAIL);
                    }
                  })
              .build();

      assertThat(plan.run().outcome()).isEqualTo(Outcome.MIGRATED);
      assertThat(plan.verify().outcome()).isEqualTo(Outcome.VERIFIED);
      plan.rollback();
      assertThat(texts("SELECT id::text FROM wide")).containsExactly("1000");
    }
  }

  @Test
  void values_that_do_not_fit_refuse_their_row() {
    Schema schema =
        new Schema(
            List.of(
                Field.required("id", FieldType.TEXT),
                Field.optional("t", FieldType.text(2)),
                Field.optional("i", FieldType.INTEGER_32),
                Field.optional("l", FieldType.TIMESTAMP_SECONDS),
                Field.optional("z", FieldType.INSTANT),
                Field.optional("a", FieldType.texts(1)),
                Field.optional("s", FieldType.sparseVector(3))),
            List.of("id"));
    List<Row> rows =
        List.of(
            Row.of(schema, "text", "abc", null, null, null, null, null),
            Row.of(schema, "emoji fit", "\uD83D\uDE00\uD83D\uDE00", null, null, null, null, null),
            Row.of(schema, "integer", null, 1L << 31, null, null, null, null),
            Row.of(
                schema,
                "second",
                null,
                null,
                LocalDateTime.parse("2024-01-01T00:00:00.5"),
                null,
                null,
                null),
            Row.of(
                schema,
                "nano",
                null,
                null,
                null,
                Instant.parse("2024-01-01T00:00:00.000000001Z"),
                null,
                null),
            Row.of(schema, "range", null, null, null, Instant.MAX, null, null),
            Row.of(schema, "list", null, null, null, null, List.of("a", "bc"), null),
            Row.of(schema, "nul", null, null, null, null, List.of("\0"), null),
            Row.of(
                schema,
                "sparse",
                null,
                null,
                null,
                null,
                null,
                SparseVector.of(4, new int[0], new float[0])),
            Row.of(
                schema,
                "nan",
                null,
                null,
                null,
                null,
                null,
                SparseVector.of(3, new int[1], new float[] {Float.NaN})));
    MigrationPlan plan =
        MigrationPlan.builder("misfits")
            .from(InMemorySource.empty().with("misfits", schema, rows))
            .into(PgVectorTarget.of(database.dataSource()))
            .maxRejects(100)
            .build();

    MigrationReport report = plan.run();

    assertThat(report.written()).isEqualTo(1);
    assertThat(report.rejects().stream().map(r -> r.id() + ": " + r.reason()).sorted())
        .containsExactly(
            "integer: column 'i': integer of more than 32 bits, expected one of 32",
            "list: column 'a': text of 2 characters, expected at most 1",
            "nan: column 's': sparse vector with NaN or an infinity, which pgvector can't hold",
            "nano: column 'z': time with a finer fraction, expected a multiple of 1 microseconds",
            "nul: column 'a': text with the character U+0000, which PostgreSQL can't hold",
            "range: column 'z': time before 4713 BC or after 294276, which PostgreSQL can't hold",
            "second: column 'l': time with a finer fraction, expected a multiple of 1,000,000"
                + " microseconds",
            "sparse: column 's': sparse vector of 4 dimensions, expected 3",
            "text: column 't': text of 3 characters, expected at most 2");
  }

  @Test
  void a_new_table_has_its_defaults_and_indexes_and_goes_on_counting() throws Exception {
    MigrationPlan plan =
        plan("defaults")
            .dataset(
                "rare",
                d ->
                    d.columnDefault(new ColumnDefault(SCHEMA.field(0), ColumnDefault.Kind.NEXT, ""))
                        .columnDefault(
                            new ColumnDefault(SCHEMA.field(3), ColumnDefault.Kind.RANDOM_UUID, ""))
                        .columnDefault(
                            new ColumnDefault(
                                Field.required("origin", FieldType.text(20)),
                                ColumnDefault.Kind.LITERAL,
                                "it's \\ old"))
                        .columnDefault(
                            new ColumnDefault(
                                Field.required("made", FieldType.INSTANT),
                                ColumnDefault.Kind.NOW,
                                ""))
                        .index(new PlainIndex(PlainIndex.Method.BTREE, List.of("uuid", "id"), true))
                        .index(new PlainIndex(PlainIndex.Method.GIN, List.of("texts"), false)))
            .build();

    plan.run();

    Sql.execute(connection, "INSERT INTO rare (short_text) VALUES ('new')");
    assertThat(
            texts(
                """
                SELECT concat_ws('|', id, uuid IS NOT NULL, origin, made <= now()) FROM rare
                WHERE short_text = 'new'"""))
        .containsExactly("8|t|it's \\ old|t");
    assertThat(texts("SELECT DISTINCT origin FROM rare")).containsExactly("it's \\ old");
    assertThat(texts("SELECT indexdef FROM pg_indexes WHERE tablename = 'rare' ORDER BY 1"))
        .containsExactly(
            "CREATE INDEX rare_texts_idx ON public.rare USING gin (texts)",
            "CREATE UNIQUE INDEX rare_pkey ON public.rare USING btree (id)",
            "CREATE UNIQUE INDEX rare_uuid_id_idx ON public.rare USING btree (uuid, id)");
    assertThat(plan.verify().outcome()).isEqualTo(Outcome.DIFFERENT);
    Sql.execute(connection, "DELETE FROM rare WHERE short_text = 'new'");
    assertThat(plan.verify().outcome()).isEqualTo(Outcome.VERIFIED);
  }
}
