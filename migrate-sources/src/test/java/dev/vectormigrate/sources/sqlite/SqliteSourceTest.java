package dev.vectormigrate.sources.sqlite;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import dev.vectormigrate.model.ColumnDefault;
import dev.vectormigrate.model.ForeignKey;
import dev.vectormigrate.model.PlainIndex;
import dev.vectormigrate.sources.chroma.OtherProcess;
import dev.vectormigrate.sources.numpy.Fixtures;
import dev.vectormigrate.spi.Position;
import dev.vectormigrate.spi.RowReader;
import dev.vectormigrate.spi.SourceSession;
import dev.vectormigrate.spi.Split;
import java.nio.file.Files;
import java.nio.file.Path;
import java.sql.Connection;
import java.util.Arrays;
import java.util.List;
import java.util.Locale;
import java.util.stream.Collectors;
import java.util.stream.IntStream;
import java.util.stream.Stream;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;

class SqliteSourceTest {

  @TempDir Path folder;
  private Path file;

  @BeforeEach
  void name() {
    // Every one of these characters means something in a URL.
    file = folder.resolve("my ?#%20.db");
  }

  private SqliteSource make(String... statements) throws Exception {
    return SqliteSource.at(Sqlite.make(file, statements));
  }

  private List<String> names() throws Exception {
    try (Stream<Path> files = Files.list(folder)) {
      return files.map(path -> path.getFileName().toString()).sorted().toList();
    }
  }

  @Test
  void declared_types_give_fields_and_stored_values_the_others() throws Exception {
    SqliteSource source =
        make(
            "CREATE TABLE t (id BIGINT PRIMARY KEY, name VARCHAR(40) NOT NULL, data BLOB,"
                + " score DOUBLE PRECISION, price DECIMAL(10, 2), flag BOOLEAN, day DATETIME,"
                + " epoch TIMESTAMP, doc JSON, mixed, bytes, unused BOOLEAN, never DATE)",
            "INSERT INTO t VALUES (9007199254740993, '', x'00ff', 1, 12.50, 1, '2024-05-01', 1714557600,"
                + " '{\"a\": 1}', 1, x'01', NULL, NULL)",
            "INSERT INTO t VALUES (-1, 'ä\uD83D\uDE00', x'', 1e300, 3, 0, NULL, 0, NULL, 2.5, x'', NULL, NULL)");

    assertThat(Sqlite.dataset(source, "t").schema())
        .hasToString(
            "(id integer not null, name text not null, data bytes, score float, price decimal,"
                + " flag integer, day text, epoch integer, doc text, mixed decimal, bytes bytes,"
                + " unused integer, never text) key (id)");
    assertThat(Sqlite.read(source, "t"))
        .containsExactly(
            "9007199254740993 | '' | x'00ff' | 1.0 | 12.5 | 1 | '2024-05-01' | 1714557600 |"
                + " '{\"a\": 1}' | 1 | x'01' | null | null",
            "-1 | 'ä\uD83D\uDE00' | x'' | 1.0E300 | 3 | 0 | null | 0 | null | 2.5 | x'' | null | null");
  }

  @Test
  void values_stored_as_something_else_refuse_their_row_and_nothing_is_turned() throws Exception {
    SqliteSource source =
        make(
            "CREATE TABLE t (k TEXT PRIMARY KEY, n INTEGER, f REAL, s TEXT NOT NULL, b BLOB, d DECIMAL)",
            "INSERT INTO t VALUES ('a', 'many', NULL, '', NULL, NULL)",
            "INSERT INTO t VALUES ('b', 1.5, NULL, '', NULL, NULL)",
            "INSERT INTO t VALUES ('c/d', NULL, 'x', '', NULL, NULL)",
            "INSERT INTO t VALUES ('e', NULL, 9e999, x'41', NULL, NULL)",
            "INSERT INTO t VALUES ('f', NULL, NULL, '', 'text', NULL)",
            "INSERT INTO t VALUES ('g', NULL, NULL, '', NULL, -9e999)",
            "INSERT INTO t VALUES ('h', NULL, NULL, '', NULL, 'ten')",
            "INSERT INTO t VALUES (NULL, NULL, NULL, '', NULL, NULL)",
            "INSERT INTO t VALUES (x'6b', NULL, NULL, '', NULL, NULL)",
            "INSERT INTO t VALUES ('i', NULL, NULL, CAST(x'61ff62' AS TEXT), NULL, NULL)",
            "INSERT INTO t VALUES ('j', NULL, NULL, CAST(x'eda080' AS TEXT), NULL, NULL)",
            "INSERT INTO t VALUES ('k', '12', -9e999, 'a' || char(0) || char(65533), NULL, '7.0')");

    assertThat(Sqlite.read(source, "t"))
        .containsExactly(
            "refused a: field 'n': stored as text, expected integer",
            "refused b: field 'n': stored as real, expected integer",
            "refused c/d: field 'f': stored as text, expected real",
            "refused e: field 's': stored as blob, expected text",
            "refused f: field 'b': stored as text, expected blob",
            "refused g: field 'd': an infinity, expected a decimal number",
            "refused h: field 'd': stored as text, expected integer or real",
            "refused null: field 'k': null, expected a value",
            "refused blob of 1 bytes: field 'k': stored as blob, expected text",
            "refused i: field 's': text that is not UTF-8, expected text",
            "refused j: field 's': text that is not UTF-8, expected text",
            "'k' | 12 | -Infinity | 'a\0\uFFFD' | null | 7");
  }

  @Test
  void texts_of_a_database_in_utf_16_are_read() throws Exception {
    for (String order : List.of("le", "be")) {
      Files.deleteIfExists(file);
      String lone = order.equals("le") ? "00d84100" : "d8000041";
      SqliteSource source =
          make(
              "PRAGMA encoding = 'UTF-16" + order + "'",
              "CREATE TABLE t (id INTEGER PRIMARY KEY, s TEXT)",
              "INSERT INTO t VALUES (1, 'ä\uD83D\uDE00'), (2, CAST(x'" + lone + "' AS TEXT))");

      assertThat(Sqlite.read(source, "t"))
          .containsExactly(
              "1 | 'ä\uD83D\uDE00'",
              "refused 2: field 's': text that is not UTF-16%s, expected text"
                  .formatted(order.toUpperCase(Locale.ROOT)));
    }
  }

  @Test
  void a_table_without_key_gets_the_number_of_the_row() throws Exception {
    SqliteSource source =
        make("CREATE TABLE t (rowid TEXT, a TEXT)", "INSERT INTO t VALUES ('x', 'y'), ('x', 'y')");

    assertThat(Sqlite.dataset(source, "t").schema())
        .hasToString("(_rowid_ integer not null, rowid text, a text) key (_rowid_)");
    assertThat(Sqlite.read(source, "t")).containsExactly("1 | 'x' | 'y'", "2 | 'x' | 'y'");
    assertThat(Sqlite.findings(source, "t"))
        .containsExactly(
            "INFO sqlite.key.rowid: primary key: none, so the field '_rowid_' with SQLite's number of"
                + " each row is added and is the key.");
  }

  @Test
  void a_table_whose_columns_hide_the_number_of_the_row_is_read_in_its_order() throws Exception {
    SqliteSource source =
        make(
            "CREATE TABLE t (rowid TEXT, oid TEXT, _rowid_ TEXT)",
            "INSERT INTO t VALUES ('1', '2', '3'), ('1', '2', '3'), ('4', '5', x'06')");

    assertThat(Sqlite.dataset(source, "t").schema())
        .hasToString("(rowid text, oid text, _rowid_ text) key ()");
    assertThat(Sqlite.read(source, "t"))
        .containsExactly(
            "'1' | '2' | '3'",
            "'1' | '2' | '3'",
            "refused row 3: field '_rowid_': stored as blob, expected text");
  }

  @Test
  void what_holds_for_rows_is_carried_over() throws Exception {
    SqliteSource source =
        make(
            "CREATE TABLE Users (id INTEGER PRIMARY KEY AUTOINCREMENT, user_id TEXT NOT NULL UNIQUE,"
                + " made DATETIME DEFAULT CURRENT_TIMESTAMP, plan TEXT DEFAULT 'it''s', n INTEGER"
                + " DEFAULT -1, f REAL DEFAULT 1e3, ok BOOLEAN DEFAULT TRUE, none TEXT DEFAULT NULL,"
                + " b BLOB DEFAULT x'0aFF', today TEXT DEFAULT CURRENT_DATE,"
                + " later INTEGER DEFAULT (1 + 1), twice INTEGER AS (n * 2) STORED)",
            "CREATE TABLE messages (id TEXT PRIMARY KEY, author TEXT REFERENCES users(USER_ID) ON"
                + " DELETE CASCADE ON UPDATE SET NULL, owner INTEGER REFERENCES uSERS, place TEXT,"
                + " gone INTEGER REFERENCES missing(id), plan TEXT REFERENCES users(plan))",
            "CREATE INDEX by_author ON messages (author, place)",
            "CREATE INDEX some ON messages (place) WHERE place > ''",
            "CREATE UNIQUE INDEX lowered ON messages (lower(place))",
            "CREATE UNIQUE INDEX folded ON messages (place COLLATE NOCASE)",
            "INSERT INTO users (user_id) VALUES ('u1')");

    assertThat(Sqlite.dataset(source, "Users").constraints().defaults())
        .extracting(ColumnDefault::toString)
        .containsExactly(
            "id integer not null default next",
            "made text default now",
            "plan text default 'it's'",
            "n integer default '-1'",
            "f float default '1000'",
            "ok integer default '1'",
            "b bytes default '\\x0aff'");
    assertThat(Sqlite.dataset(source, "Users").constraints().indexes())
        .extracting(PlainIndex::toString)
        .containsExactly("unique btree(user_id)");
    assertThat(Sqlite.findings(source, "Users"))
        .containsExactly(
            "INFO sqlite.left.out: of the database, left out: table sqlite_sequence.",
            "INFO sqlite.default.left.out: default of column 'today': computed, or of another type than"
                + " text, left out. Set it afterwards.",
            "INFO sqlite.default.left.out: default of column 'later': computed, or of another type than"
                + " integer, left out. Set it afterwards.",
            "INFO sqlite.generated: generated columns [twice]: become plain ones with the values they"
                + " have.");
    assertThat(Sqlite.dataset(source, "messages").constraints().foreignKeys())
        .containsExactly(
            new ForeignKey(
                List.of("author"),
                "Users",
                List.of("user_id"),
                ForeignKey.Action.CASCADE,
                ForeignKey.Action.SET_NULL),
            new ForeignKey(
                List.of("owner"),
                "Users",
                List.of("id"),
                ForeignKey.Action.NO_ACTION,
                ForeignKey.Action.NO_ACTION));
    assertThat(Sqlite.dataset(source, "messages").constraints().indexes())
        .extracting(PlainIndex::toString)
        .containsExactly("btree(author, place)");
    assertThat(Sqlite.findings(source, "messages"))
        .containsExactly(
            "WARNING sqlite.index.left.out: unique index 'folded': with collation NOCASE, left out."
                + " Make one like it afterwards.",
            "WARNING sqlite.index.left.out: unique index 'lowered': on an expression, left out. Make"
                + " one like it afterwards.",
            "INFO sqlite.index.left.out: index 'some': of some rows only, left out. Make one like it"
                + " afterwards.",
            "WARNING sqlite.foreign.key.left.out: foreign key [gone] to table 'missing': that table is"
                + " not read, left out.",
            "WARNING sqlite.foreign.key.left.out: foreign key [plan] to table 'users': what it refers to"
                + " is not unique, left out.");
  }

  @Test
  void what_is_no_table_of_rows_is_left_out_and_named() throws Exception {
    SqliteSource source =
        make(
            "CREATE TABLE items (id TEXT PRIMARY KEY)",
            "CREATE TABLE items_fts_notes (id TEXT PRIMARY KEY)",
            "CREATE VIRTUAL TABLE items_fts USING fts5(body)",
            "CREATE VIEW all_items AS SELECT * FROM items",
            "CREATE TRIGGER copy AFTER INSERT ON items BEGIN DELETE FROM items; END");

    try (SourceSession session = source.open()) {
      assertThat(session.datasets())
          .extracting(d -> d.name())
          .containsExactly("items", "items_fts_notes");
    }
    assertThat(Sqlite.findings(source, "items"))
        .containsExactly(
            "INFO sqlite.left.out: of the database, left out: view all_items, virtual items_fts, shadow"
                + " items_fts_config, shadow items_fts_content, shadow items_fts_data, shadow"
                + " items_fts_docsize, shadow items_fts_idx, trigger copy.");
  }

  @Test
  void vectors_that_sqlite_vec_keeps_are_warned_of() throws Exception {
    SqliteSource source = SqliteSource.at(Fixtures.path("sqlite/sqlite-vec.db"));

    assertThat(Sqlite.read(source, "vec_items_notes")).containsExactly("1 | 'an ordinary table'");
    assertThat(Sqlite.findings(source, "vec_items_notes"))
        .containsExactly(
            "INFO sqlite.left.out: of the database, left out: table sqlite_sequence, virtual vec_items,"
                + " table vec_items_auxiliary, table vec_items_chunks, table vec_items_info, table"
                + " vec_items_metadatachunks00, table vec_items_metadatachunks01, table"
                + " vec_items_metadatatext00, table vec_items_rowids, table"
                + " vec_items_vector_chunks00.",
            "WARNING sqlite.vec0: tables of sqlite-vec with vectors in them, not read: vec_items. Copy"
                + " what they hold into plain tables with sqlite-vec first.");
    try (SourceSession session = source.open()) {
      assertThat(session.datasets()).hasSize(1);
    }
  }

  @Test
  void names_may_hold_anything() throws Exception {
    String table = "x\"; DROP TABLE y; -- ' /";
    SqliteSource source =
        make(
            "CREATE TABLE y (id INTEGER PRIMARY KEY)",
            "CREATE TABLE pragma_table_list (name, type)",
            "CREATE TABLE \"x\"\"; DROP TABLE y; -- ' /\" (\"select\" INTEGER PRIMARY KEY, \"a\"\"b\" TEXT)",
            "INSERT INTO \"x\"\"; DROP TABLE y; -- ' /\" VALUES (1, 'one')");

    assertThat(Sqlite.read(source.tables(table), table)).containsExactly("1 | 'one'");
    try (SourceSession session = source.open()) {
      assertThat(session.datasets())
          .extracting(d -> d.name())
          .containsExactly("pragma_table_list", table, "y");
    }
  }

  @Test
  void chosen_tables_alone_are_read_and_a_missing_one_is_an_error() throws Exception {
    SqliteSource source =
        make("CREATE TABLE a (id TEXT PRIMARY KEY)", "CREATE TABLE b (id TEXT PRIMARY KEY)");

    assertThat(Sqlite.findings(source.tables("b"), "b"))
        .containsExactly("INFO sqlite.left.out: of the database, left out: table a (not wanted).");
    assertThatThrownBy(() -> source.tables("b", "c").open())
        .hasMessage("table 'c': not there, expected one of a, b. Check the spelling");
  }

  @Test
  void what_is_no_database_is_an_error_and_nothing_is_made() throws Exception {
    assertThatThrownBy(() -> SqliteSource.at(file).open())
        .hasMessage(file + ": missing, expected a SQLite database. Check the path");
    assertThatThrownBy(() -> SqliteSource.at(folder).open())
        .hasMessage(folder + ": a folder, expected a SQLite database. Name the file");
    assertThat(names()).isEmpty();
    Files.write(file, new byte[0]);
    assertThatThrownBy(() -> SqliteSource.at(file).open())
        .hasMessage(file + ": empty, expected a SQLite database with tables");
    Files.write(file, new byte[5_000]);
    assertThatThrownBy(() -> SqliteSource.at(file).open())
        .hasMessage(file + ": not a SQLite database, or an encrypted one, expected one in clear");
  }

  @Test
  void a_damaged_database_is_an_error() throws Exception {
    SqliteSource source =
        make("CREATE TABLE t (id INTEGER PRIMARY KEY, s TEXT)", "INSERT INTO t VALUES (1, 'a')");
    byte[] bytes = Files.readAllBytes(file);
    Arrays.fill(bytes, 4_096, 4_196, (byte) 0xEE);
    Files.write(file, bytes);

    assertThatThrownBy(() -> Sqlite.read(source, "t"))
        .hasMessage(file + ": damaged, expected a whole database. Restore it from a backup");
  }

  @Test
  void a_write_ahead_database_is_read_whole_and_left_as_it_is() throws Exception {
    SqliteSource source = SqliteSource.at(file);
    String whileOpen;
    try (Connection writer = Sqlite.connect(file)) {
      Sqlite.execute(
          writer,
          "PRAGMA journal_mode = WAL",
          "PRAGMA wal_autocheckpoint = 0",
          "CREATE TABLE t (id INTEGER PRIMARY KEY, s TEXT)",
          "INSERT INTO t VALUES (1, 'in the log')");
      byte[] before = Files.readAllBytes(file);
      List<String> filesBefore = names();

      assertThat(Sqlite.read(source, "t")).containsExactly("1 | 'in the log'");
      whileOpen = Sqlite.dataset(source, "t").fingerprint();

      assertThat(Files.readAllBytes(file)).isEqualTo(before);
      assertThat(names()).isEqualTo(filesBefore);
    }
    byte[] atRest = Files.readAllBytes(file);

    assertThat(Sqlite.read(source, "t")).containsExactly("1 | 'in the log'");
    assertThat(Sqlite.dataset(source, "t").fingerprint()).isEqualTo(whileOpen);
    assertThat(names()).containsExactly("my ?#%20.db");
    assertThat(Files.readAllBytes(file)).isEqualTo(atRest);
  }

  @Test
  void a_transaction_that_is_open_is_not_read_and_not_disturbed() throws Exception {
    make("CREATE TABLE t (id INTEGER PRIMARY KEY, s TEXT)", "INSERT INTO t VALUES (1, 'a')");
    try (Connection writer = Sqlite.connect(file)) {
      writer.setAutoCommit(false);
      Sqlite.execute(writer, "PRAGMA cache_size = 1", "INSERT INTO t VALUES (2, 'b')");

      assertThat(Sqlite.read(SqliteSource.at(file), "t")).containsExactly("1 | 'a'");

      writer.commit();
    }
    assertThat(Sqlite.read(SqliteSource.at(file), "t")).containsExactly("1 | 'a'", "2 | 'b'");
  }

  @Test
  void a_database_that_another_process_has_locked_is_read_from_a_copy() throws Exception {
    file = folder.resolve("busy.db");
    SqliteSource source =
        make("CREATE TABLE t (id INTEGER PRIMARY KEY, s TEXT)", "INSERT INTO t VALUES (1, 'a')");
    Path work = Files.createDirectory(folder.resolve("work"));
    try (OtherProcess holder = OtherProcess.on(file, "BEGIN EXCLUSIVE");
        SourceSession session = source.workDirectory(work).open()) {
      assertThat(Sqlite.read(source, "t")).containsExactly("1 | 'a'");
      try (Stream<Path> copies = Files.list(work)) {
        assertThat(copies).hasSize(1);
      }
      assertThat(session.datasets()).hasSize(1);
      holder.kill();
    }
  }

  @Test
  void what_a_killed_writer_left_is_recovered_in_a_copy() throws Exception {
    make("CREATE TABLE t (id INTEGER PRIMARY KEY, s TEXT)", "INSERT INTO t VALUES (1, 'a')");
    Path left = Files.createDirectory(folder.resolve("left")).resolve("t.db");
    try (Connection writer = Sqlite.connect(file)) {
      writer.setAutoCommit(false);
      // More than the cache holds, so that pages reach the file before the commit.
      Sqlite.execute(
          writer,
          "PRAGMA cache_size = 1",
          "UPDATE t SET s = 'b'",
          "WITH RECURSIVE n(i) AS (SELECT 2 UNION ALL SELECT i + 1 FROM n WHERE i < 3000)"
              + " INSERT INTO t SELECT i, hex(zeroblob(100)) FROM n");
      Files.copy(file, left);
      Files.copy(Path.of(file + "-journal"), Path.of(left + "-journal"));
    }
    byte[] before = Files.readAllBytes(left);

    assertThat(Sqlite.read(SqliteSource.at(left), "t")).containsExactly("1 | 'a'");

    assertThat(Files.readAllBytes(left)).isEqualTo(before);
    assertThat(Path.of(left + "-journal")).isNotEmptyFile();
  }

  @Test
  void parts_are_of_about_the_same_size_also_where_numbers_have_gaps() throws Exception {
    SqliteSource source =
        make(
            "CREATE TABLE t (id INTEGER PRIMARY KEY)",
            "INSERT INTO t VALUES (-5), (1), (2), (1000), (1001), (1000000), (1000001)",
            "CREATE TABLE w (a TEXT PRIMARY KEY) WITHOUT ROWID",
            "INSERT INTO w VALUES ('a'), ('b'), ('c')");
    try (SourceSession session = source.open()) {
      assertThat(session.split(session.datasets().get(0), 3))
          .containsExactly(
              new Split("-5..999"), new Split("1000..1000000"), new Split("1000001..1000001"));
      assertThat(session.split(session.datasets().get(1), 2))
          .containsExactly(new Split("1..2"), new Split("3..3"));
      for (String token : List.of("a", "1..", "1..99999999999999999999")) {
        assertThatThrownBy(
                () -> session.read(session.datasets().get(0), new Split(token), Position.START))
            .hasMessage(
                "split '" + token + "': not of this source, expected one such as -5..1000001");
      }
      assertThatThrownBy(
              () ->
                  session.read(
                      session.datasets().get(0), new Split("-5..999"), new Position("1000")))
          .hasMessage("position '1000': not of this split, expected a number within -5..999");
    }
  }

  @Test
  void a_strict_table_and_many_columns() throws Exception {
    String columns =
        IntStream.range(0, 1_200)
            .mapToObj(i -> ", c" + i + (i % 2 == 0 ? " INTEGER" : ""))
            .collect(Collectors.joining());
    String values =
        IntStream.range(0, 1_200)
            .mapToObj(i -> i % 2 == 0 ? ", " + i : ", 'v" + i + "'")
            .collect(Collectors.joining());
    SqliteSource source =
        make(
            "CREATE TABLE s (id INTEGER PRIMARY KEY, a ANY, b BLOB) STRICT",
            "INSERT INTO s VALUES (1, 'x', x'01'), (2, 'y', NULL), (3, 5, NULL)",
            "CREATE TABLE wide (id INTEGER PRIMARY KEY" + columns + ")",
            "INSERT INTO wide VALUES (1" + values + ")");

    assertThat(Sqlite.read(source, "s"))
        .containsExactly(
            "1 | 'x' | x'01'",
            "2 | 'y' | null",
            "refused 3: field 'a': stored as integer, expected text");
    String expected =
        IntStream.range(0, 1_200)
            .mapToObj(i -> i % 2 == 0 ? " | " + i : " | 'v" + i + "'")
            .collect(Collectors.joining());
    assertThat(Sqlite.read(source, "wide")).containsExactly("1" + expected);
  }

  @Test
  void writing_is_possible_while_it_is_read_and_noticed() throws Exception {
    SqliteSource source =
        make(
            "CREATE TABLE t (id INTEGER PRIMARY KEY, s TEXT)",
            "WITH RECURSIVE n(i) AS (SELECT 1 UNION ALL SELECT i + 1 FROM n WHERE i < 1000)"
                + " INSERT INTO t SELECT i, 'x' FROM n");
    try (SourceSession session = source.open();
        RowReader reader =
            session.read(
                session.datasets().get(0),
                session.split(session.datasets().get(0), 1).get(0),
                Position.START)) {
      assertThat(reader.next()).isNotNull();
      Sqlite.make(file, "UPDATE t SET s = 'y'");

      assertThatThrownBy(
              () -> {
                while (reader.next() != null) {}
              })
          .hasMessage(
              file
                  + ": changed while it was read, expected it to rest. Stop what writes it, or have a"
                  + " private copy read");
    }
  }

  @Test
  void a_private_copy_stays_as_it_is_and_is_removed() throws Exception {
    SqliteSource source =
        make("CREATE TABLE t (id INTEGER PRIMARY KEY, s TEXT)", "INSERT INTO t VALUES (1, 'a')");
    Path work = Files.createDirectory(folder.resolve("work"));
    try (SourceSession session = source.copied().workDirectory(work).open()) {
      Sqlite.make(file, "UPDATE t SET s = 'b'");

      assertThat(session.datasets()).hasSize(1);
      try (Stream<Path> files = Files.list(work)) {
        assertThat(files).hasSize(1);
      }
    }
    try (Stream<Path> files = Files.list(work)) {
      assertThat(files).isEmpty();
    }
  }

  @Test
  void a_fingerprint_changes_with_any_value_and_with_nothing_else() throws Exception {
    SqliteSource source =
        make("CREATE TABLE t (id INTEGER PRIMARY KEY, s TEXT)", "INSERT INTO t VALUES (1, 'a')");
    String first = Sqlite.dataset(source, "t").fingerprint();
    Path copy = Files.copy(file, folder.resolve("copy.db"));
    assertThat(Sqlite.dataset(SqliteSource.at(copy), "t").fingerprint()).isEqualTo(first);

    Sqlite.make(file, "UPDATE t SET s = 'b'");

    assertThat(Sqlite.dataset(source, "t").fingerprint()).isNotEqualTo(first).hasSize(71);
  }

  @Test
  void a_value_of_many_bytes_is_refused_before_it_is_read() throws Exception {
    SqliteSource source =
        make(
            "CREATE TABLE t (id INTEGER PRIMARY KEY, a BLOB, b BLOB)",
            "INSERT INTO t VALUES (1, zeroblob(268435457), NULL)",
            "INSERT INTO t VALUES (2, NULL, x'01')");

    assertThat(Sqlite.read(source, "t"))
        .containsExactly(
            "refused row 1: row: 268,435,473 bytes, expected at most 268,435,456",
            "2 | null | x'01'");
  }
}
