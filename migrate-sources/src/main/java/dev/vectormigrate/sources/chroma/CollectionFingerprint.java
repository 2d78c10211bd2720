package dev.vectormigrate.sources.chroma;

import dev.vectormigrate.sources.chroma.WriteAheadLog.Operation;
import dev.vectormigrate.spi.SourceSession.Change;
import java.io.IOException;
import java.io.InputStream;
import java.nio.charset.StandardCharsets;
import java.nio.file.Files;
import java.nio.file.Path;
import java.security.MessageDigest;
import java.util.HexFormat;
import java.util.regex.Matcher;
import java.util.regex.Pattern;
import java.util.zip.CRC32C;
import org.jspecify.annotations.Nullable;

/**
 * The content state of a collection, the same for a copy of the directory. Immutable.
 *
 * @param id of the collection
 * @param rows records
 * @param maxId greatest {@code embeddings.id}
 * @param maxSeq greatest entry of the log, -1 where it has none
 * @param index hash over the files of the vector index
 * @param state hash over everything in the database that a write changes
 */
record CollectionFingerprint(
    String id, long rows, long maxId, long maxSeq, String index, String state) {

  private static final Pattern TEXT =
      Pattern.compile(
          "chroma (\\S+) rows=(\\d+) maxId=(-?\\d+) maxSeq=(-?\\d+) index=(\\w+) state=(\\w+)");

  private static final int HASH_BYTES = 12;

  static CollectionFingerprint of(ChromaCollection collection, HnswRoot indexes)
      throws IOException {
    MessageDigest index = ScratchTable.sha256();
    if (collection.vectorSegment() != null) {
      addIndex(index, indexes.segment(collection.vectorSegment()));
    }
    return new CollectionFingerprint(
        collection.id(),
        collection.records().count(),
        collection.records().lastId(),
        collection.log().lastSeq(),
        hash(index),
        hash(state(collection)));
  }

  private static MessageDigest state(ChromaCollection collection) {
    MessageDigest state = ScratchTable.sha256();
    state.update(
        "%d %s %s %s %d %d"
            .formatted(
                collection.dimension(),
                collection.space(),
                collection.records(),
                collection.log(),
                collection.indexedSeq(),
                collection.appliedSeq())
            .getBytes(StandardCharsets.UTF_8));
    return state;
  }

  private static String hash(MessageDigest digest) {
    return HexFormat.of().formatHex(digest.digest(), 0, HASH_BYTES);
  }

  /** The elements' file is too large to be read for this; every flush changes the others too. */
  private static void addIndex(MessageDigest sha256, HnswFiles files) throws IOException {
    if (files.hasHeader()) {
      sha256.update(Files.readAllBytes(files.header()));
    }
    String rest = length(files.elements()) + " " + length(files.pickle()) + " " + crc(files);
    sha256.update(rest.getBytes(StandardCharsets.UTF_8));
  }

  private static long length(Path file) throws IOException {
    return Files.exists(file) ? Files.size(file) : -1;
  }

  private static long crc(HnswFiles files) throws IOException {
    CRC32C crc = new CRC32C();
    if (files.hasPickle()) {
      byte[] buffer = new byte[1 << 16];
      try (InputStream in = Files.newInputStream(files.pickle())) {
        for (int read = in.read(buffer); read >= 0; read = in.read(buffer)) {
          crc.update(buffer, 0, read);
        }
      }
    }
    return crc.getValue();
  }

  /** Reads what {@link #toString} wrote; null where it is something else. */
  static @Nullable CollectionFingerprint parse(String text) {
    Matcher matcher = TEXT.matcher(text);
    return matcher.matches()
        ? new CollectionFingerprint(
            matcher.group(1),
            Long.parseLong(matcher.group(2)),
            Long.parseLong(matcher.group(3)),
            Long.parseLong(matcher.group(4)),
            matcher.group(5),
            matcher.group(6))
        : null;
  }

  /** What happened between the recorded state, which is not this one, and now. */
  static Change since(
      CollectionFingerprint recorded,
      ChromaCollection now,
      HnswRoot indexes,
      ChromaDatabase database)
      throws IOException {
    boolean grew =
        recorded.id.equals(now.id())
            && recorded.rows < now.records().count()
            && keepsVectors(recorded, now, indexes)
            && isUntouched(recorded, now, database)
            && addsOnly(recorded, now, database);
    return grew ? Change.GREW : Change.CHANGED;
  }

  /** A flush rounds vectors of the cosine space that were exact as long as the log had them. */
  private static boolean keepsVectors(
      CollectionFingerprint recorded, ChromaCollection now, HnswRoot indexes) throws IOException {
    return recorded.rows == 0
        || now.space() != DistanceSpace.COSINE
        || recorded.index.equals(of(now, indexes).index);
  }

  private static boolean isUntouched(
      CollectionFingerprint recorded, ChromaCollection now, ChromaDatabase database)
      throws IOException {
    long old =
        database.number(
            -1,
            "SELECT count(*) FROM embeddings WHERE segment_id = ? AND id <= ?",
            now.metadataSegment(),
            recorded.maxId);
    return old == recorded.rows;
  }

  /**
   * Entries are purged from the oldest on: the recorded one proves that all later ones are there.
   */
  private static boolean addsOnly(
      CollectionFingerprint recorded, ChromaCollection now, ChromaDatabase database)
      throws IOException {
    if (recorded.rows == 0) {
      return true;
    }
    long witness =
        database.number(
            0, "SELECT count(*) FROM embeddings_queue WHERE seq_id = ?", recorded.maxSeq);
    boolean[] others = {witness == 0};
    new WriteAheadLog(database, now)
        .forEachAfter(
            recorded.maxSeq,
            (seq, operation, id, hasVector) ->
                others[0] |= !isAddition(operation, seq, recorded, now, database));
    return !others[0];
  }

  private static boolean isAddition(
      Operation operation,
      long seq,
      CollectionFingerprint recorded,
      ChromaCollection now,
      ChromaDatabase database)
      throws IOException {
    return switch (operation) {
      case ADD, OTHER -> true;
      case UPDATE, DELETE -> false;
      case UPSERT ->
          database.number(
                  0,
                  """
                  SELECT e.id FROM embeddings_queue q JOIN embeddings e ON e.embedding_id = q.id
                  WHERE q.seq_id = ? AND e.segment_id = ?""",
                  seq,
                  now.metadataSegment())
              > recorded.maxId;
    };
  }

  @Override
  public String toString() {
    return "chroma %s rows=%d maxId=%d maxSeq=%d index=%s state=%s"
        .formatted(id, rows, maxId, maxSeq, index, state);
  }
}
