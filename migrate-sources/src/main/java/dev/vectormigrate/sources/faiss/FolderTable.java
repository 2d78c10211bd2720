package dev.vectormigrate.sources.faiss;

import dev.vectormigrate.model.Json;
import dev.vectormigrate.sources.numpy.IdHash;
import dev.vectormigrate.sources.numpy.ScratchDatabase;
import dev.vectormigrate.sources.numpy.ScratchDatabase.Prepared;
import dev.vectormigrate.sources.numpy.ScratchFiles;
import dev.vectormigrate.sources.numpy.ScratchWriter;
import java.io.Closeable;
import java.io.IOException;
import java.nio.file.Path;

/**
 * Brings vectors, labels and documents together in scratch files: one row for every label that the
 * index or the docstore has, numbered from 0 in the order of the labels. Immutable.
 */
final class FolderTable {

  /** What is odd about an id. */
  static final int PLAIN = 0;

  /** An earlier row has the same one. */
  static final int REPEATED = 1;

  /** It is not Unicode text. */
  static final int BROKEN = 2;

  private final Path file;
  private final Path documents;
  private final Counts counts;

  private FolderTable(Path file, Path documents, Counts counts) {
    this.file = file;
    this.documents = documents;
    this.counts = counts;
  }

  /** How many rows there are, and how many of them are odd. */
  record Counts(
      long rows, long withoutVector, long withoutDocument, long repeated, long unreachable) {}

  /** Takes everything in any order. Of one thread. */
  static final class Writer implements Closeable {

    private final Path file;
    private final Path documentsFile;
    private final ScratchDatabase database;
    private final ScratchWriter documents;
    private final Prepared insertVector;
    private final Prepared insertLabel;
    private final Prepared insertDocument;
    private final IdHash hash = new IdHash();

    Writer(ScratchFiles scratch) throws IOException {
      file = scratch.newFile("rows");
      documentsFile = scratch.newFile("documents");
      documents = new ScratchWriter(documentsFile);
      database = ScratchDatabase.open(file);
      database.execute(
          "CREATE TABLE vector (label INTEGER PRIMARY KEY, place INTEGER)",
          "CREATE TABLE label (label INTEGER PRIMARY KEY, id TEXT, hash BLOB, odd INTEGER)",
          "CREATE TABLE document (hash BLOB PRIMARY KEY, place INTEGER) WITHOUT ROWID",
          "BEGIN");
      insertVector = database.prepare("INSERT INTO vector VALUES (?, ?)");
      insertLabel = database.prepare("INSERT OR REPLACE INTO label VALUES (?, ?, ?, ?)");
      insertDocument = database.prepare("INSERT OR REPLACE INTO document VALUES (?, ?)");
    }

    void vector(long label, long offset) throws IOException {
      insertVector.run(label, offset);
    }

    void label(long label, String id) throws IOException {
      insertLabel.run(label, id, hash.of(id), isUnicode(id) ? PLAIN : BROKEN);
    }

    private static boolean isUnicode(String text) {
      try {
        Json.of(text);
        return true;
      } catch (IllegalArgumentException e) {
        return false;
      }
    }

    void document(String id, StoredDocument document) throws IOException {
      insertDocument.run(hash.of(id), documents.position());
      document.writeTo(documents);
    }

    FolderTable finish() throws IOException {
      documents.close();
      database.execute(
          "CREATE INDEX label_hash ON label (hash)",
          "UPDATE label SET odd = "
              + REPEATED
              + " WHERE odd = 0 AND label > (SELECT min(label) FROM label o"
              + " WHERE o.hash = label.hash)",
          "CREATE TABLE row (number INTEGER PRIMARY KEY, label INTEGER, id TEXT, odd INTEGER,"
              + " vector INTEGER, document INTEGER)",
          "INSERT INTO row SELECT row_number() OVER (ORDER BY a.label) - 1, a.label, l.id, l.odd,"
              + " v.place, d.place FROM (SELECT label FROM vector UNION SELECT label FROM label) a"
              + " LEFT JOIN vector v ON v.label = a.label LEFT JOIN label l ON l.label = a.label"
              + " LEFT JOIN document d ON d.hash = l.hash",
          "COMMIT");
      return new FolderTable(file, documentsFile, counts());
    }

    private Counts counts() throws IOException {
      return new Counts(
          count("row"),
          count("row WHERE vector IS NULL AND document IS NOT NULL"),
          count("row WHERE document IS NULL"),
          count("row WHERE odd = " + REPEATED),
          count("document WHERE hash NOT IN (SELECT hash FROM label)"));
    }

    private long count(String what) throws IOException {
      try (Prepared count = database.prepare("SELECT count(*) FROM " + what)) {
        return count.number();
      }
    }

    @Override
    public void close() throws IOException {
      documents.close();
      database.close();
    }
  }

  Counts counts() {
    return counts;
  }

  Path documents() {
    return documents;
  }

  /** Opens the rows for a reader, which closes them. */
  ScratchDatabase open() throws IOException {
    return ScratchDatabase.open(file);
  }
}
