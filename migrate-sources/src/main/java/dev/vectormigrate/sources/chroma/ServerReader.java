package dev.vectormigrate.sources.chroma;

import dev.vectormigrate.model.Row;
import dev.vectormigrate.model.Schema;
import dev.vectormigrate.sources.chroma.ChromaDirectory.MissingVectors;
import dev.vectormigrate.sources.files.OrdinalRange;
import dev.vectormigrate.spi.Position;
import dev.vectormigrate.spi.RejectedRowException;
import dev.vectormigrate.spi.RowReader;
import dev.vectormigrate.spi.TransientException;
import java.io.IOException;
import java.security.MessageDigest;
import java.util.ArrayDeque;
import java.util.Queue;
import org.jspecify.annotations.Nullable;

/** Reads the records of a split in the order of their list. Of one thread. */
final class ServerReader implements RowReader {

  private final ListedCollection listed;
  private final RecordFetcher fetcher;
  private final MissingVectors missing;
  private final Schema schema;
  private final long end;
  private final MessageDigest sha256 = ScratchTable.sha256();
  private final Queue<ServerRecord> batch = new ArrayDeque<>();
  private Position position;
  private long next;
  private boolean finished;
  private boolean closed;

  ServerReader(
      ChromaApi api,
      ListedCollection listed,
      MissingVectors missing,
      OrdinalRange range,
      Position after)
      throws IOException {
    this.listed = listed;
    this.fetcher = new RecordFetcher(api, listed);
    this.missing = missing;
    this.schema = listed.schema();
    this.position = after;
    this.next = range.next(after);
    this.end = range.to();
  }

  @Override
  public @Nullable Row next()
      throws IOException, RejectedRowException, TransientException, InterruptedException {
    if (closed) {
      throw new IllegalStateException("reader: closed, expected an open one");
    }
    if (next >= end) {
      finish();
      return null;
    }
    if (batch.isEmpty()) {
      load();
    }
    position = new Position(Long.toString(next));
    next++;
    return batch.remove().toRow(schema, missing);
  }

  private void load() throws IOException, TransientException, InterruptedException {
    long ordinal = next;
    for (ServerRecord record : fetcher.next(next, end)) {
      if (!listed.isUnchanged(ordinal, record, sha256)) {
        throw listed.changed("record '" + record.id() + "' is another one");
      }
      batch.add(record);
      ordinal++;
    }
  }

  private void finish() throws IOException, TransientException, InterruptedException {
    if (!finished) {
      listed.checkCount();
      finished = true;
    }
  }

  @Override
  public Position position() {
    return position;
  }

  @Override
  public void close() {
    closed = true;
    batch.clear();
  }
}
