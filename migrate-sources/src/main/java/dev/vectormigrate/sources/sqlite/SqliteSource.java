package dev.vectormigrate.sources.sqlite;

import dev.vectormigrate.spi.SourceSession;
import dev.vectormigrate.spi.SourceStore;
import java.io.IOException;
import java.nio.file.Path;
import java.util.List;
import java.util.Objects;
import java.util.Optional;

/**
 * A SQLite database as a source: {@code SqliteSource.at(Path.of("data/chat.db"))}. Immutable and
 * thread-safe.
 *
 * <p>Each table becomes a dataset of its name, each column a field of its name, read by name and
 * never by place. Views, virtual tables (such as those of full-text search), the tables that these
 * keep for themselves, and {@code sqlite_*} are left out; a finding of the first dataset names
 * them.
 *
 * <p>The primary key becomes the key. A table without one gets a key field {@code rowid} ({@code
 * _rowid_} or {@code oid} where a column has that name) with the number under which SQLite keeps
 * the row; a finding says so. Foreign keys, unique constraints, plain indexes and defaults are
 * carried over as {@link dev.vectormigrate.model.Constraints}, an {@code INTEGER PRIMARY KEY} as a
 * number that goes on by itself; what has no counterpart (indexes of some rows only or on
 * expressions, defaults that are computed, foreign keys to what is not unique) is named in a
 * finding. {@code CHECK} constraints, collations and triggers are not carried over; generated
 * columns become plain ones.
 *
 * <p>SQLite keeps a type with each value, and the type that a column was declared with is a
 * preference (<a href="https://www.sqlite.org/datatype3.html">Datatypes In SQLite</a>). A field's
 * type is, by the first of these that the declaration meets, in upper or lower case:
 *
 * <ol>
 *   <li>it contains {@code INT}: INTEGER
 *   <li>it contains {@code CHAR}, {@code CLOB} or {@code TEXT}: TEXT
 *   <li>it contains {@code BLOB}: BYTES
 *   <li>it contains {@code REAL}, {@code FLOA} or {@code DOUB}: FLOAT
 *   <li>it begins with {@code DEC} or {@code NUM}: DECIMAL, of which a stored float is the shortest
 *       decimal that stands for it
 *   <li>anything else, such as {@code BOOLEAN}, {@code DATETIME}, {@code JSON}, {@code UUID} or
 *       nothing at all: as most values are stored, which is INTEGER, FLOAT, DECIMAL where there are
 *       integers and floats, TEXT or BYTES; where there are none, INTEGER if it contains {@code
 *       BOOL}, else TEXT. A plan turns it into what it means, for example by {@code
 *       convert("created_at", FieldType.TIMESTAMP)}.
 * </ol>
 *
 * <p>A value that is stored as something else than its field's type is never turned into it: its
 * row is refused. So are texts that are no text in the database's encoding, and rows of more than
 * 256 MiB. Numbers and texts come as they are stored; SQLite itself stores NaN as null, and {@code
 * -0.0} as {@code 0.0}.
 *
 * <p>The file is never written to and never locked. It is read in place where nobody has it open;
 * where somebody does, or it must be recovered first, a private copy is made, which takes as much
 * room and needs a moment in which nobody writes. The session fails to open with an {@link
 * IOException} where the file is missing or no SQLite database. A dataset's fingerprint is a hash
 * of the whole file, without what a mere checkpoint changes: rows that were only added are not told
 * apart from other changes.
 */
public final class SqliteSource implements SourceStore {

  private final Path file;
  private final List<String> tables;
  private final boolean copied;
  private final Path workDirectory;

  private SqliteSource(Path file, List<String> tables, boolean copied, Path workDirectory) {
    this.file = Objects.requireNonNull(file, "file");
    this.tables = List.copyOf(tables);
    this.copied = copied;
    this.workDirectory = Objects.requireNonNull(workDirectory, "workDirectory");
  }

  /** The database in a file. */
  public static SqliteSource at(Path file) {
    return new SqliteSource(file, List.of(), false, Path.of(System.getProperty("java.io.tmpdir")));
  }

  /**
   * This source with these tables only, by their names as they are written in the database; all
   * tables if none is named. One that is missing is an error when the session opens.
   */
  public SqliteSource tables(String... names) {
    return new SqliteSource(file, List.of(names), copied, workDirectory);
  }

  /** This source, always read from a private copy: for a database that is about to be used. */
  public SqliteSource copied() {
    return new SqliteSource(file, tables, true, workDirectory);
  }

  /**
   * This source with another place for private copies, an existing directory; that of the system
   * property {@code java.io.tmpdir} if not set. A session removes what it put there, and what
   * killed ones left.
   */
  public SqliteSource workDirectory(Path directory) {
    return new SqliteSource(file, tables, copied, directory);
  }

  @Override
  public String name() {
    return "sqlite:" + file;
  }

  @Override
  public Optional<Path> files() {
    return Optional.of(file);
  }

  @Override
  public SourceSession open() throws IOException {
    OpenFile open = OpenFile.open(new DatabaseFiles(file), copied, workDirectory);
    try {
      return new SqliteSession(open, SqliteCatalog.read(open.database(), tables));
    } catch (IOException | RuntimeException e) {
      open.close();
      throw e;
    }
  }

  @Override
  public String toString() {
    return name();
  }
}
