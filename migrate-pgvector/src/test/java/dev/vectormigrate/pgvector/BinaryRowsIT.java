package dev.vectormigrate.pgvector;

import static org.assertj.core.api.Assertions.assertThat;

import com.pgvector.PGvector;
import dev.vectormigrate.MigrationPlan;
import dev.vectormigrate.MigrationReport;
import dev.vectormigrate.Outcome;
import dev.vectormigrate.model.Distance;
import dev.vectormigrate.model.Field;
import dev.vectormigrate.model.FieldType;
import dev.vectormigrate.model.Json;
import dev.vectormigrate.model.Row;
import dev.vectormigrate.model.Schema;
import dev.vectormigrate.model.Vector;
import dev.vectormigrate.pgvector.testing.LocalPostgres;
import dev.vectormigrate.testkit.InMemorySource;
import java.math.BigDecimal;
import java.math.BigInteger;
import java.nio.charset.StandardCharsets;
import java.sql.Connection;
import java.sql.PreparedStatement;
import java.sql.ResultSet;
import java.sql.SQLException;
import java.sql.Types;
import java.util.ArrayList;
import java.util.Collections;
import java.util.List;
import java.util.Map;
import java.util.Random;
import org.jspecify.annotations.Nullable;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Test;
import org.postgresql.PGConnection;
import org.postgresql.copy.CopyIn;

/** What we write is read by others, and what others write is read by us, bit by bit. */
class BinaryRowsIT {

  private static final Schema SCHEMA =
      new Schema(
          List.of(
              Field.required("id", FieldType.TEXT),
              Field.optional("t", FieldType.TEXT),
              Field.optional("i", FieldType.INTEGER),
              Field.optional("f", FieldType.FLOAT),
              Field.optional("b", FieldType.BOOLEAN),
              Field.optional("j", FieldType.JSON),
              Field.optional("v", FieldType.vector(8, Distance.L2))),
          List.of("id"));

  private LocalPostgres.Database database;
  private Connection connection;

  @BeforeEach
  void open() throws SQLException {
    database = LocalPostgres.shared().createDatabase("binary");
    connection = database.connect();
    PGvector.registerTypes(connection);
    Sql.execute(
        connection,
        "CREATE TABLE rows (id text PRIMARY KEY, t text, i bigint, f double precision, b boolean,"
            + " j jsonb, v vector(8))");
  }

  @AfterEach
  void close() throws SQLException {
    connection.close();
    database.close();
  }

  /** Rows with every value that might come out otherwise than it went in. */
  private static List<Row> nastyRows() {
    List<Row> rows = new ArrayList<>();
    List<String> texts = texts();
    List<Long> integers = List.of(0L, -1L, Long.MAX_VALUE, Long.MIN_VALUE, 1L << 53);
    List<Double> floats = floats();
    List<Json> documents = documents();
    List<float[]> vectors = vectors();
    int count = Math.max(Math.max(texts.size(), floats.size()), documents.size());
    for (int n = 0; n < count; n++) {
      rows.add(
          Row.of(
              SCHEMA,
              "row " + n,
              texts.get(n % texts.size()),
              integers.get(n % integers.size()),
              floats.get(n % floats.size()),
              n % 2 == 0,
              documents.get(n % documents.size()),
              Vector.of(vectors.get(n % vectors.size()))));
    }
    rows.add(Row.of(SCHEMA, "nothing", null, null, null, null, null, null));
    rows.add(Row.of(SCHEMA, "", "", 0L, 0.0, false, Json.of(""), Vector.of(new float[8])));
    return rows;
  }

  private static List<String> texts() {
    return List.of(
        "",
        " ",
        "plain",
        "\\N",
        "\\.\n\\\\",
        "tab\tnew\nline\rreturn",
        "\u0001\u001f\u007f\u0080\u00a0\u2028\ufeff\uffff",
        "\uD83D\uDE00\uD834\uDD1E\uDBFF\uDFFF",
        "Å versus A\u030A",
        "'; DROP TABLE rows; --\"",
        "ß".repeat(1 << 20));
  }

  private static List<Double> floats() {
    return List.of(
        0.0,
        -0.0,
        Double.MIN_VALUE,
        Double.MIN_NORMAL,
        Double.MAX_VALUE,
        -Double.MAX_VALUE,
        0.1,
        1e300,
        Math.PI,
        Double.POSITIVE_INFINITY,
        Double.NEGATIVE_INFINITY,
        Double.NaN);
  }

  private static List<Json> documents() {
    Object deep = "bottom";
    for (int i = 0; i < 200; i++) {
      deep = i % 2 == 0 ? Map.of("k", deep) : List.of(deep);
    }
    List<Object> values = new ArrayList<>();
    values.add(null);
    values.add(Map.of());
    values.add(List.of());
    values.add("");
    values.add(deep);
    values.add(1e300);
    values.add(Double.MIN_VALUE);
    values.add(-0.0);
    values.add(1);
    values.add(1.0);
    values.add(Long.MAX_VALUE);
    values.add(new BigInteger("9".repeat(400)));
    values.add(new BigDecimal("-0." + "0".repeat(300) + "1"));
    values.add(Map.of("", "", "a b", "\uD83D\uDE00", "é", List.of(true, 1L, 1.5, "\"\\\n\u0001")));
    values.add(Map.of("k".repeat(5_000), "v".repeat(1 << 20)));
    return values.stream().map(Json::of).toList();
  }

  private static List<float[]> vectors() {
    return List.of(
        new float[] {
          0f,
          -0.0f,
          Float.MIN_VALUE,
          -Float.MIN_VALUE,
          Float.MIN_NORMAL,
          Math.nextDown(Float.MIN_NORMAL),
          Float.MAX_VALUE,
          -Float.MAX_VALUE
        },
        new float[] {0.1f, 1 / 3f, 1e-38f, 1e38f, 16_777_217f, (float) Math.PI, -1.5f, 1f},
        new float[] {1e-45f, 1e-44f, 3e-40f, -1e-41f, 0, 0, 0, 0});
  }

  private void write(List<Row> rows) throws SQLException {
    CopyIn copy =
        connection
            .unwrap(PGConnection.class)
            .getCopyAPI()
            .copyIn("COPY rows (id, t, i, f, b, j, v) FROM STDIN (FORMAT binary)");
    BinaryRows out = new BinaryRows(copy);
    for (Row row : rows) {
      out.write(row);
    }
    out.finish();
    assertThat(copy.endCopy()).isEqualTo(rows.size());
  }

  private List<Row> read() throws Exception {
    List<Row> rows = new ArrayList<>();
    try (BinaryReader reader =
        new BinaryReader(database.connect(), SCHEMA, "SELECT id, t, i, f, b, j, v FROM rows")) {
      for (Row row = reader.next(); row != null; row = reader.next()) {
        rows.add(row);
      }
    }
    return rows;
  }

  private List<Row> readByOthers() throws SQLException {
    return Sql.list(
        connection, "SELECT id, t, i, f, b, j::text, v FROM rows", BinaryRowsIT::rowOfOthers);
  }

  private static Row rowOfOthers(ResultSet row) throws SQLException {
    String json = row.getString(6);
    PGvector vector = (PGvector) row.getObject(7);
    return Row.of(
        SCHEMA,
        row.getString(1),
        row.getString(2),
        row.getObject(3, Long.class),
        row.getObject(4, Double.class),
        row.getObject(5, Boolean.class),
        json == null ? null : Json.parse(json),
        vector == null ? null : Vector.of(vector.toArray()));
  }

  private void writeByOthers(List<Row> rows) throws SQLException {
    try (PreparedStatement insert =
        connection.prepareStatement("INSERT INTO rows VALUES (?, ?, ?, ?, ?, ?::jsonb, ?)")) {
      for (Row row : rows) {
        for (int i = 0; i < 5; i++) {
          setValue(insert, i + 1, row.value(i));
        }
        Json json = (Json) row.value(5);
        insert.setString(6, json == null ? null : new String(json.utf8(), StandardCharsets.UTF_8));
        Vector vector = (Vector) row.value(6);
        insert.setObject(7, vector == null ? null : new PGvector(vector.toArray()));
        insert.executeUpdate();
      }
    }
  }

  private static void setValue(PreparedStatement insert, int index, @Nullable Object value)
      throws SQLException {
    int[] types = {0, Types.VARCHAR, Types.VARCHAR, Types.BIGINT, Types.DOUBLE, Types.BOOLEAN};
    insert.setObject(index, value, types[index]);
  }

  @Test
  void others_read_what_we_write() throws Exception {
    write(nastyRows());

    assertThat(readByOthers()).containsExactlyInAnyOrderElementsOf(nastyRows());
  }

  @Test
  void we_read_what_others_write() throws Exception {
    writeByOthers(nastyRows());

    assertThat(read()).containsExactlyInAnyOrderElementsOf(nastyRows());
  }

  @Test
  void we_read_what_we_write() throws Exception {
    List<Row> rows = new ArrayList<>(nastyRows());
    Collections.shuffle(rows, new Random(1));
    write(rows);

    assertThat(read()).isEqualTo(rows);
  }

  @Test
  void floats_of_every_exponent_come_back_bit_by_bit() throws Exception {
    Random random = new Random(7);
    List<Row> rows = new ArrayList<>();
    for (int n = 0; n < 2_000; n++) {
      float[] components = new float[8];
      for (int i = 0; i < 8; i++) {
        int exponent = random.nextInt(255) << 23;
        components[i] = Float.intBitsToFloat(random.nextInt() & 0x807fffff | exponent);
      }
      rows.add(Row.of(SCHEMA, "row " + n, null, null, null, null, null, Vector.of(components)));
    }
    write(rows);

    assertThat(read()).isEqualTo(rows);
    assertThat(readByOthers()).isEqualTo(rows);
  }

  @Test
  void a_row_of_20_mebibytes_and_small_ones_around_it_come_back() throws Exception {
    String large = "0123456789abcdeß".repeat((20 << 20) / 17);
    List<Row> rows =
        List.of(
            Row.of(SCHEMA, "before", "small", 1L, null, null, null, null),
            Row.of(SCHEMA, "large", large, 2L, null, null, Json.of(List.of(large)), null),
            Row.of(SCHEMA, "after", "small", 3L, null, null, null, null));
    write(rows);

    assertThat(read()).isEqualTo(rows);
    assertThat(readByOthers()).isEqualTo(rows);
  }

  @Test
  void a_reader_that_is_closed_in_the_middle_ends_its_connection() throws Exception {
    write(nastyRows());
    Connection borrowed = database.connect();
    BinaryReader reader = new BinaryReader(borrowed, SCHEMA, "SELECT r.* FROM rows r, rows s");

    assertThat(reader.next()).isNotNull();
    reader.close();
    reader.close();

    assertThat(borrowed.isClosed()).isTrue();
    assertThat(read()).containsExactlyInAnyOrderElementsOf(nastyRows());
  }

  @Test
  void a_whole_migration_of_such_rows_is_verified_by_its_digest() throws Exception {
    MigrationPlan plan =
        MigrationPlan.builder("nasty")
            .from(InMemorySource.empty().with("nasty", SCHEMA, nastyRows()))
            .into(PgVectorTarget.of(database.dataSource()))
            .batchRows(3)
            .build();

    MigrationReport report = plan.run();

    assertThat(report.outcome()).isEqualTo(Outcome.MIGRATED);
    assertThat(report.written()).isEqualTo(nastyRows().size());
    Sql.execute(connection, "INSERT INTO rows SELECT * FROM nasty");
    assertThat(readByOthers()).containsExactlyInAnyOrderElementsOf(nastyRows());
  }
}
