package dev.vectormigrate.sources.qdrant;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import dev.vectormigrate.model.Dataset;
import dev.vectormigrate.model.Finding;
import dev.vectormigrate.model.Vector;
import dev.vectormigrate.sources.files.Reading;
import dev.vectormigrate.sources.numpy.Fixtures;
import dev.vectormigrate.spi.Position;
import dev.vectormigrate.spi.RowReader;
import dev.vectormigrate.spi.SourceSession;
import dev.vectormigrate.spi.Split;
import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.nio.file.StandardOpenOption;
import java.sql.Connection;
import java.sql.DriverManager;
import java.sql.PreparedStatement;
import java.sql.SQLException;
import java.sql.Statement;
import java.util.Base64;
import java.util.List;
import java.util.Map;
import java.util.stream.Stream;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;

class QdrantLocalDirectoryTest {

  @TempDir Path temp;

  private static QdrantLocalDirectory local() {
    return QdrantLocalDirectory.at(Fixtures.path("qdrant/local"));
  }

  private Path copy() throws IOException {
    return Fixtures.copy("qdrant/local", temp.resolve("store"));
  }

  private static Path storage(Path directory, String collection) {
    return directory.resolve("collection").resolve(collection).resolve("storage.sqlite");
  }

  private static void execute(Path database, String sql, byte[] bytes) throws SQLException {
    try (Connection connection = DriverManager.getConnection("jdbc:sqlite:" + database);
        PreparedStatement statement = connection.prepareStatement(sql)) {
      if (bytes != null) {
        statement.setBytes(1, bytes);
      }
      statement.execute();
    }
  }

  @Test
  void collectionsAreDatasetsWithTheirVectorsAsFields() throws Exception {
    try (SourceSession session = local().open()) {
      assertThat(session.datasets().stream().map(d -> d.name() + " " + d.schema()).toList())
          .containsExactly(
              "cosine (id text not null, metadata json not null, embedding vector(2) cosine) key (id)",
              "empty (id text not null, metadata json not null, embedding vector(4) inner_product) key (id)",
              "far (id text not null, metadata json not null, bm25 json) key (id)",
              "named (id text not null, metadata json not null, embedding vector(1) inner_product,"
                  + " id_vector vector(2), many json,"
                  + " words sparse_vector(1000000000) inner_product) key (id)",
              "plain (id text not null, metadata json not null, embedding vector(3) l2) key (id)",
              "refused (id text not null, metadata json not null, embedding vector(1) inner_product) key (id)");
    }
  }

  @Test
  void findingsSayWhatIsLostOrChanged() throws Exception {
    try (SourceSession session = local().open()) {
      assertThat(findings(session, "far"))
          .containsExactly(
              Finding.warning(
                  "qdrant.sparse.json",
                  "vector 'bm25': positions of 1000000000 and more, which no sparse column takes;"
                      + " moved as JSON"));
      assertThat(findings(session, "named"))
          .containsExactly(
              Finding.info(
                  "qdrant.distance.unknown",
                  "vector 'id': distance Manhattan, moved without distance"),
              Finding.info(
                  "qdrant.multivector",
                  "vector 'many': a multivector, moved as JSON: an array of its vectors"),
              Finding.info(
                  "qdrant.payload.text",
                  "payloads have texts under text, moved within metadata alone. Choose one with"
                      + " textKey"));
      assertThat(findings(session, "plain"))
          .containsExactly(
              Finding.info(
                  "qdrant.payload.text",
                  "payloads have texts under page_content, moved within metadata alone. Choose one"
                      + " with textKey"),
              Finding.info("qdrant.aliases", "aliases, which are not moved: current"));
      assertThat(findings(session, "cosine")).isEmpty();
    }
  }

  private static List<Finding> findings(SourceSession session, String name) throws Exception {
    return Reading.dataset(session, name).findings();
  }

  @Test
  void theTextIsWhatTheCallerSays() throws Exception {
    Reading reading = Reading.of(local().textKey("page_content"), "plain");

    assertThat(reading.rows().stream().map(row -> row.value("text")).toList())
        .containsExactly("Zürich 🙂", null, null, null);
    assertThat(reading.rows().get(0).value("metadata"))
        .isEqualTo(
            Fixtures.metadata(
                new com.fasterxml.jackson.databind.ObjectMapper()
                    .valueToTree(
                        Map.of("page_content", "Zürich 🙂", "metadata", Map.of("page", 3)))));
  }

  @Test
  void cosineVectorsGetLengthOneIfWished() throws Exception {
    assertThat(embeddings(local()))
        .containsExactly(Vector.of(3, 4), Vector.of(0, 0), Vector.of(0.6f, 0.8f));
    assertThat(embeddings(local().normalized()))
        .containsExactly(Vector.of(0.6f, 0.8f), Vector.of(0, 0), Vector.of(0.6f, 0.8f));
  }

  private static List<Object> embeddings(QdrantLocalDirectory source) throws Exception {
    return Reading.of(source, "cosine").rows().stream().map(row -> row.value("embedding")).toList();
  }

  @Test
  void aSparseDimensionOfTheCallerBoundsPositions() throws Exception {
    assertThat(Reading.of(local().sparseDimension(10), "named").refusals())
        .containsExactly("1: vector 'words': position 999999999, expected less than 10");
    assertThat(Reading.of(local().sparseDimension(10), "far").refusals())
        .containsExactly("1: vector 'bm25': position 4294967295, expected less than 10");
    assertThatThrownBy(() -> local().sparseDimension(0))
        .isInstanceOf(IllegalArgumentException.class)
        .hasMessage("sparse dimension: 0, expected 1 to 1000000000");
  }

  @Test
  void anObjectInAPayloadRefusesItsPoint() throws Exception {
    assertThat(Reading.of(local(), "refused").refusals())
        .containsExactly("2: payload: key 'a': key 'b': a set, which JSON has no value for");
  }

  /** What would be called if this were Python. */
  @Test
  void nothingOfAPickleIsRun() throws Exception {
    Path directory = copy();
    Path witness = temp.resolve("witness");
    byte[] evil = ("\u0080\u0002cos\nsystem\nX\u0005\0\0\0touch\u0085R.").getBytes("ISO-8859-1");
    execute(storage(directory, "plain"), "UPDATE points SET point = ? WHERE rowid = 1", evil);

    assertThat(Reading.of(QdrantLocalDirectory.at(directory), "plain").refusals())
        .containsExactly("row gARLBy4=: point: os.system, expected PointStruct");
    assertThat(witness).doesNotExist();
  }

  @Test
  void damagedPointsAreRefusedOneByOne() throws Exception {
    Path directory = copy();
    Path database = storage(directory, "plain");
    execute(database, "UPDATE points SET point = ? WHERE rowid = 1", new byte[] {1, 2, 3});
    execute(database, "UPDATE points SET point = NULL WHERE rowid = 2", null);
    execute(
        database,
        "UPDATE points SET point = (SELECT point FROM points WHERE rowid = 4) WHERE rowid = 3",
        null);

    Reading reading = Reading.of(QdrantLocalDirectory.at(directory), "plain");

    assertThat(reading.refusals())
        .containsExactly(
            "row gARLBy4=: point: byte 0: not a pickle of protocol 2 to 5, expected a point of"
                + " Qdrant's Python client. Check the file",
            "row gASVDAAAAAAAAACKCf//////////AC4=: point: null, expected bytes",
            "f9168c5e-ceb2-4faa-b6bf-329bf39fa1e4: key: of an earlier record of the file too,"
                + " expected every key once");
    assertThat(reading.rows()).hasSize(1);
  }

  @Test
  void aVectorOfAnotherShapeRefusesItsPoint() throws Exception {
    Path directory = copy();
    Path meta = directory.resolve("meta.json");
    Files.writeString(
        meta,
        Files.readString(meta).replace("\"size\": 3", "\"size\": 5").replace("\"words\"", "\"w\""));

    assertThat(Reading.of(QdrantLocalDirectory.at(directory), "plain").refusals())
        .hasSize(4)
        .contains("7: vector: dimension 3, expected 5");
    assertThat(Reading.of(QdrantLocalDirectory.at(directory), "named").refusals())
        .containsExactly(
            "1: vector 'words': not of this collection, expected one that it is configured with",
            "2: vector 'words': not of this collection, expected one that it is configured with");
  }

  @Test
  void aBrokenCollectionDoesNotHideTheOthers() throws Exception {
    Path directory = copy();
    Path cosine = storage(directory, "cosine");
    Path empty = storage(directory, "empty");
    Path plain = storage(directory, "plain");
    Files.writeString(cosine, "no database at all, but some other text".repeat(100));
    Files.move(empty, empty.resolveSibling("storage.dbm"));
    Files.delete(plain);

    try (SourceSession session = QdrantLocalDirectory.at(directory).open()) {
      assertThat(findings(session, "cosine"))
          .containsExactly(
              Finding.error(
                  "qdrant.local.unreadable",
                  cosine
                      + ": SQLite says: [SQLITE_NOTADB] File opened that is not a database file"
                      + " (file is not a database). Restore it from a backup"));
      assertThat(findings(session, "empty"))
          .containsExactly(
              Finding.error(
                  "qdrant.local.unreadable",
                  empty
                      + ": missing, storage.dbm is there. Open the directory once with a client"
                      + " that converts it, such as qdrant-client 1.1"));
      assertThat(findings(session, "plain"))
          .containsExactly(
              Finding.error(
                  "qdrant.local.unreadable",
                  plain
                      + ": missing, expected the points of the collection. Restore it from a"
                      + " backup"));
      assertThat(Reading.of(session, Reading.dataset(session, "far")).rows()).hasSize(2);
    }
  }

  @Test
  void whatIsNoSuchDirectoryIsRefused() throws Exception {
    assertThatThrownBy(() -> QdrantLocalDirectory.at(temp).open())
        .isInstanceOf(IOException.class)
        .hasMessage(
            temp.resolve("meta.json")
                + ": missing, expected a directory of Qdrant's local mode. Check the path");
    Files.writeString(temp.resolve("meta.json"), "{\"collections\": {\"../x\": {}}}");
    assertThatThrownBy(() -> QdrantLocalDirectory.at(temp).open())
        .isInstanceOf(IOException.class)
        .hasMessage(temp + ": a collection whose name leads elsewhere, expected a folder in it");
    Files.writeString(temp.resolve("meta.json"), "[]");
    assertThatThrownBy(() -> QdrantLocalDirectory.at(temp).open())
        .isInstanceOf(IOException.class)
        .hasMessage(
            temp.resolve("meta.json")
                + ": root: no object, expected one. Restore it from a backup");
  }

  @Test
  void nothingIsWrittenToTheDirectoryAndNothingIsLeftBehind() throws Exception {
    Path directory = copy();
    Path work = Files.createDirectory(temp.resolve("work"));
    Map<String, String> before = Fixtures.contents(directory);

    for (String collection : List.of("plain", "named", "far")) {
      Reading.of(QdrantLocalDirectory.at(directory).workDirectory(work), collection);
    }

    assertThat(Fixtures.contents(directory)).isEqualTo(before);
    try (Stream<Path> left = Files.list(work)) {
      assertThat(left).isEmpty();
    }
  }

  @Test
  void aChangeWhileItIsReadIsNoticed() throws Exception {
    Path directory = copy();
    Path database = storage(directory, "plain");
    try (SourceSession session = QdrantLocalDirectory.at(directory).open()) {
      Dataset dataset = Reading.dataset(session, "plain");
      try (RowReader reader = session.read(dataset, Split.WHOLE, Position.START)) {
        assertThat(reader.next()).isNotNull();
        Files.write(database, new byte[] {0}, StandardOpenOption.APPEND);
        assertThatThrownBy(
                () -> {
                  while (reader.next() != null) {}
                })
            .isInstanceOf(IOException.class)
            .hasMessage(
                database
                    + ": changed while it was read, expected it to rest. Stop what writes it and"
                    + " start again");
      }
    }
  }

  @Test
  void theFingerprintChangesWithPointsAndConfiguration() throws Exception {
    Path directory = copy();
    String before = fingerprint(directory);
    Path meta = directory.resolve("meta.json");
    String text = Files.readString(meta);
    Files.writeString(meta, text.replace("Euclid", "Dot"));
    assertThat(fingerprint(directory)).isNotEqualTo(before);
    Files.writeString(meta, text);
    assertThat(fingerprint(directory)).isEqualTo(before);
    execute(storage(directory, "plain"), "DELETE FROM points WHERE rowid = 2", null);
    assertThat(fingerprint(directory)).isNotEqualTo(before);
  }

  private static String fingerprint(Path directory) throws Exception {
    return Reading.dataset(QdrantLocalDirectory.at(directory), "plain").fingerprint();
  }

  /**
   * What a client that is killed in a transaction leaves: its pages, and a journal to undo them.
   */
  @Test
  void aTransactionThatWasCutOffIsUndoneInTheCopyAlone() throws Exception {
    Path directory = copy();
    Path database = storage(directory, "plain");
    Path killed = Fixtures.copy("qdrant/local", temp.resolve("killed"));
    try (Connection connection = DriverManager.getConnection("jdbc:sqlite:" + database);
        Statement statement = connection.createStatement()) {
      statement.execute("PRAGMA cache_size = 1");
      statement.execute("PRAGMA cache_spill = 1");
      connection.setAutoCommit(false);
      statement.execute("DELETE FROM points WHERE rowid = 1");
      for (int i = 0; i < 200; i++) {
        statement.execute("INSERT INTO points VALUES ('x" + i + "', randomblob(4000))");
      }
      Path target = storage(killed, "plain");
      Files.delete(target);
      Files.copy(database, target);
      Files.copy(
          database.resolveSibling("storage.sqlite-journal"),
          target.resolveSibling("storage.sqlite-journal"));
      connection.rollback();
    }
    assertThat(Files.size(storage(killed, "plain"))).isGreaterThan(100_000);
    Map<String, String> before = Fixtures.contents(killed);

    assertThat(Reading.of(QdrantLocalDirectory.at(killed), "plain").items)
        .isEqualTo(Reading.of(local(), "plain").items)
        .hasSize(4);
    assertThat(Fixtures.contents(killed)).isEqualTo(before);
  }

  /** Lists that hold the same list many times, ten levels deep. */
  @Test
  void aPointThatUnfoldsWithoutEndIsRefused() throws Exception {
    Path directory = copy();
    execute(storage(directory, "plain"), "UPDATE points SET point = ? WHERE rowid = 1", bomb());

    assertThat(Reading.of(QdrantLocalDirectory.at(directory), "plain").refusals())
        .containsExactly("7: payload: key 'p': more than 134217728 bytes, expected fewer");
  }

  /**
   * Made by {@code pickle.dumps} of Python 3.11 of a PointStruct, whose payload is {@code {'p':
   * x}}, {@code x} being {@code [y] * 16} and so on, eight levels deep.
   */
  private static byte[] bomb() {
    return Base64.getDecoder().decode(BOMB);
  }

  private static final String BOMB =
      "gASV7wEAAAAAAACMIHFkcmFudF9jbGllbnQuaHR0cC5tb2RlbHMubW9kZWxzlIwLUG9pbnRTdHJ1Y3SUk5QpgZR9lCiMCF9fZGljdF9flH2UKIwCaWSUSweMBnZlY3RvcpRdlChHP/AAAAAAAABHQAAAAAAAAABHQAgAAAAAAABljAdwYXlsb2FklH2UjAFwlF2UKF2UKF2UKF2UKF2UKF2UKF2UKF2UKEsBSwFLAUsBSwFLAUsBSwFLAUsBSwFLAUsBSwFLAUsBZWgUaBRoFGgUaBRoFGgUaBRoFGgUaBRoFGgUaBRoFGVoE2gTaBNoE2gTaBNoE2gTaBNoE2gTaBNoE2gTaBNlaBJoEmgSaBJoEmgSaBJoEmgSaBJoEmgSaBJoEmgSZWgRaBFoEWgRaBFoEWgRaBFoEWgRaBFoEWgRaBFoEWVoEGgQaBBoEGgQaBBoEGgQaBBoEGgQaBBoEGgQaBBlaA9oD2gPaA9oD2gPaA9oD2gPaA9oD2gPaA9oD2gPZWgOaA5oDmgOaA5oDmgOaA5oDmgOaA5oDmgOaA5oDmVzdYwSX19weWRhbnRpY19leHRyYV9flE6MF19fcHlkYW50aWNfZmllbGRzX3NldF9flI+UKGgIaApoB5CMFF9fcHlkYW50aWNfcHJpdmF0ZV9flE51Yi4=";
}
