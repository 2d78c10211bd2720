package dev.vectormigrate.sources.chroma;

import dev.vectormigrate.model.Vector;
import dev.vectormigrate.sources.chroma.RequestFailure.Kind;
import dev.vectormigrate.spi.TransientException;
import java.io.IOException;
import java.util.ArrayList;
import java.util.HashMap;
import java.util.List;
import java.util.Map;

/**
 * Fetches the records of a list by their ids, in batches that become smaller when a server refuses
 * them, down to the one record that it can't answer. Of one thread.
 */
final class RecordFetcher {

  /** Below the number of ids with which servers fail. */
  private static final int LARGEST_BATCH = 2_000;

  private static final int FIRST_BATCH = 100;
  private static final long WANTED_BYTES = 2 << 20;
  private static final long BYTES_OF_A_RECORD = 100;

  private final ChromaApi api;
  private final ListedCollection listed;
  private int batch = FIRST_BATCH;

  RecordFetcher(ChromaApi api, ListedCollection listed) {
    this.api = api;
    this.listed = listed;
  }

  /**
   * The records with the ordinals {@code from <= ordinal < to}, in order: at least one, perhaps not
   * all.
   */
  List<ServerRecord> next(long from, long to)
      throws IOException, TransientException, InterruptedException {
    List<String> ids = listed.records().ids(from, (int) Math.min(batch, to - from));
    while (true) {
      try {
        List<ServerRecord> records = fetch(ids, true);
        adapt(records);
        return records;
      } catch (RequestFailure e) {
        if (!e.mayBeTooMuch()) {
          throw e;
        }
        if (ids.size() == 1) {
          return List.of(single(ids, e));
        }
        batch = ids.size() / 2;
        ids = List.copyOf(ids.subList(0, batch));
      }
    }
  }

  private List<ServerRecord> fetch(List<String> ids, boolean vectors)
      throws IOException, TransientException, InterruptedException {
    Map<String, ServerRecord> found = new HashMap<>();
    for (ServerRecord record : api.records(listed.collection(), ids, listed.hasUris(), vectors)) {
      found.put(record.id(), record);
    }
    List<ServerRecord> inOrder = new ArrayList<>(ids.size());
    for (String id : ids) {
      ServerRecord record = found.get(id);
      if (record == null) {
        throw listed.changed("record '" + id + "' is gone");
      }
      inOrder.add(record);
    }
    return inOrder;
  }

  private ServerRecord single(List<String> id, RequestFailure failure)
      throws IOException, TransientException, InterruptedException {
    if (failure.kind() == Kind.TOO_MUCH) {
      return ServerRecord.refused(
          id.get(0),
          "record: its answer has more than %d bytes or is nested too deeply, expected less"
              .formatted(ServerConnection.MOST_BYTES));
    }
    if (failure.kind() != Kind.LOST_VECTOR) {
      failure.throwIfPassing();
      throw failure;
    }
    return fetch(id, false).get(0);
  }

  private void adapt(List<ServerRecord> records) {
    long bytes = 1;
    for (ServerRecord record : records) {
      bytes += sizeOf(record);
    }
    long fitting = WANTED_BYTES * records.size() / bytes;
    long grown = Math.min(fitting, 2L * Math.max(batch, records.size()));
    batch = (int) Math.max(1, Math.min(LARGEST_BATCH, grown));
  }

  private static long sizeOf(ServerRecord record) {
    String document = record.document();
    Vector vector = record.vector();
    return BYTES_OF_A_RECORD
        + (document == null ? 0 : document.length())
        + (record.metadata() == null ? 0 : record.metadata().utf8().length)
        + (vector == null ? 0 : (long) Float.BYTES * vector.dimension());
  }
}
