package dev.vectormigrate.internal;

import java.io.BufferedInputStream;
import java.io.BufferedOutputStream;
import java.io.DataInputStream;
import java.io.DataOutputStream;
import java.io.EOFException;
import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.Arrays;
import java.util.Comparator;
import java.util.Iterator;
import java.util.List;
import java.util.PriorityQueue;
import org.jspecify.annotations.Nullable;

/**
 * Sorts any number of records by their unsigned bytes: what does not fit into memory goes through
 * scratch files, each a sorted run, of which some are merged into one as soon as there are many. A
 * resource of one thread.
 */
final class RecordSorter implements AutoCloseable {

  private static final int MOST_RUNS = 32;
  private static final int BUFFER = 32 << 10;

  /** About what an array and its place in a list take beside its bytes. */
  private static final int OVERHEAD = 24;

  private static final Comparator<byte[]> ORDER = Arrays::compareUnsigned;

  private final Path folder;
  private final long mostBytes;
  private final List<Path> runs = new ArrayList<>();
  private List<byte[]> records = new ArrayList<>();
  private long bytes;

  /**
   * @param folder for scratch files, which are removed when this is closed
   * @param mostBytes to hold in memory, about
   */
  RecordSorter(Path folder, long mostBytes) {
    this.folder = folder;
    this.mostBytes = mostBytes;
  }

  /** Sorted records. */
  interface Records extends AutoCloseable {

    /** The next one, or null at the end. */
    byte @Nullable [] next() throws IOException;

    @Override
    void close() throws IOException;
  }

  void add(byte[] record) throws IOException {
    records.add(record);
    bytes += record.length + OVERHEAD;
    if (bytes >= mostBytes) {
      spill();
    }
  }

  /** Holds nothing in memory until more is added. */
  void rest() throws IOException {
    if (!records.isEmpty()) {
      spill();
    }
  }

  private void spill() throws IOException {
    records.sort(ORDER);
    Iterator<byte[]> sorted = records.iterator();
    runs.add(write(() -> sorted.hasNext() ? sorted.next() : null));
    records = new ArrayList<>();
    bytes = 0;
    if (runs.size() >= MOST_RUNS) {
      mergeRuns();
    }
  }

  private void mergeRuns() throws IOException {
    Path merged;
    try (Merged all = new Merged(runs)) {
      merged = write(all::next);
    }
    deleteRuns();
    runs.add(merged);
  }

  /** Where records come from. */
  private interface Supply {
    byte @Nullable [] next() throws IOException;
  }

  private Path write(Supply supply) throws IOException {
    Path run = Files.createTempFile(folder, "sorted-", null);
    try (DataOutputStream out =
        new DataOutputStream(new BufferedOutputStream(Files.newOutputStream(run), BUFFER))) {
      for (byte[] record = supply.next(); record != null; record = supply.next()) {
        out.writeInt(record.length);
        out.write(record);
      }
    }
    return run;
  }

  /** Everything that was added, in order; nothing may be added any more. */
  Records sorted() throws IOException {
    rest();
    return new Merged(runs);
  }

  private void deleteRuns() throws IOException {
    for (Path run : runs) {
      Files.deleteIfExists(run);
    }
    runs.clear();
  }

  @Override
  public void close() throws IOException {
    deleteRuns();
  }

  /** A run and the record that it stands at. */
  private static final class Run implements AutoCloseable {

    private final DataInputStream in;
    private byte[] head = {};

    Run(Path file) throws IOException {
      in = new DataInputStream(new BufferedInputStream(Files.newInputStream(file), BUFFER));
    }

    boolean advance() throws IOException {
      int length;
      try {
        length = in.readInt();
      } catch (EOFException e) {
        return false;
      }
      head = in.readNBytes(length);
      return true;
    }

    byte[] head() {
      return head;
    }

    @Override
    public void close() throws IOException {
      in.close();
    }
  }

  private static final class Merged implements Records {

    private final List<Run> open = new ArrayList<>();
    private final PriorityQueue<Run> queue =
        new PriorityQueue<>(Comparator.comparing(Run::head, ORDER));

    Merged(List<Path> files) throws IOException {
      try {
        for (Path file : files) {
          Run run = new Run(file);
          open.add(run);
          offer(run);
        }
      } catch (IOException e) {
        close();
        throw e;
      }
    }

    private void offer(Run run) throws IOException {
      if (run.advance()) {
        queue.add(run);
      }
    }

    @Override
    public byte @Nullable [] next() throws IOException {
      Run first = queue.poll();
      if (first == null) {
        return null;
      }
      byte[] record = first.head();
      offer(first);
      return record;
    }

    @Override
    public void close() throws IOException {
      for (Run run : open) {
        run.close();
      }
    }
  }
}
