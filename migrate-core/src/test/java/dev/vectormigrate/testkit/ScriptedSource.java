package dev.vectormigrate.testkit;

import dev.vectormigrate.model.Dataset;
import dev.vectormigrate.model.Finding;
import dev.vectormigrate.model.Row;
import dev.vectormigrate.spi.Position;
import dev.vectormigrate.spi.RejectedRowException;
import dev.vectormigrate.spi.RowReader;
import dev.vectormigrate.spi.SourceSession;
import dev.vectormigrate.spi.SourceStore;
import dev.vectormigrate.spi.Split;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.OptionalLong;
import java.util.concurrent.ConcurrentHashMap;
import java.util.concurrent.atomic.AtomicBoolean;
import java.util.concurrent.atomic.AtomicInteger;
import org.jspecify.annotations.Nullable;

/**
 * A source with the dataset {@code docs} that does what a test wants before it returns a row.
 * Checks that a session is called by one thread at a time. Thread-safe.
 */
public final class ScriptedSource implements SourceStore {

  /** What happens before a row is returned; may block or throw. */
  public interface Action {
    /** Does it. */
    void run() throws Exception;
  }

  private final List<Row> rows;
  private final Map<Integer, Action> actions = new ConcurrentHashMap<>();
  private final AtomicInteger open = new AtomicInteger();
  private final List<Finding> findings = new ArrayList<>();
  private volatile Action beforeRead = () -> {};
  private volatile Action beforeOpen = () -> {};
  private volatile Action beforeSplit = () -> {};
  private volatile @Nullable Path files;
  private volatile Action beforeInspection = () -> {};
  private volatile boolean counted = true;
  private volatile String fingerprint = "v1";

  private ScriptedSource(List<Row> rows) {
    this.rows = List.copyOf(rows);
  }

  /** A source of rows, without any script. */
  public static ScriptedSource of(List<Row> rows) {
    return new ScriptedSource(rows);
  }

  /**
   * Runs an action each time before the row at a position from 0 is returned. A {@link
   * RejectedRowException} from it stands for the row.
   */
  public ScriptedSource before(int row, Action action) {
    actions.put(row, action);
    return this;
  }

  /** Runs an action each time a reader is opened. */
  public ScriptedSource beforeRead(Action action) {
    beforeRead = action;
    return this;
  }

  /** Runs an action each time the source is opened. */
  public ScriptedSource beforeOpen(Action action) {
    beforeOpen = action;
    return this;
  }

  /** Runs an action each time the source is asked for its datasets. */
  public ScriptedSource beforeInspection(Action action) {
    beforeInspection = action;
    return this;
  }

  /** Refuses a row. */
  public ScriptedSource refusing(int row, String reason) {
    return before(
        row,
        () -> {
          throw new RejectedRowException(rows.get(row).id(), reason);
        });
  }

  /** Makes the source unable to count its rows. */
  public ScriptedSource uncounted() {
    counted = false;
    return this;
  }

  /** Lets the inspection find something. */
  public ScriptedSource finding(Finding finding) {
    findings.add(finding);
    return this;
  }

  /** Forgets what the inspection was to find. */
  public ScriptedSource mended() {
    findings.clear();
    return this;
  }

  /** Lets the content look changed. */
  public ScriptedSource fingerprint(String changed) {
    fingerprint = changed;
    return this;
  }

  /** Makes this the place of the source; nothing is read there. */
  public ScriptedSource files(Path place) {
    files = place;
    return this;
  }

  /** Runs an action each time the source is asked for splits. */
  public ScriptedSource beforeSplit(Action action) {
    beforeSplit = action;
    return this;
  }

  /** Sessions and readers that were not closed. */
  public int openResources() {
    return open.get();
  }

  /** An action that throws what is given at its first runs and does nothing at later ones. */
  public static Action failing(int times, Exception failure) {
    AtomicInteger left = new AtomicInteger(times);
    return () -> {
      if (left.getAndDecrement() > 0) {
        throw failure;
      }
    };
  }

  @Override
  public String name() {
    return "script";
  }

  @Override
  public Optional<Path> files() {
    return Optional.ofNullable(files);
  }

  @Override
  public SourceSession open() throws Exception {
    beforeOpen.run();
    open.incrementAndGet();
    return new Session();
  }

  private final class Session implements SourceSession {

    private final AtomicBoolean inUse = new AtomicBoolean();
    private boolean closed;

    @Override
    public List<Dataset> datasets() throws Exception {
      beforeInspection.run();
      OptionalLong count = counted ? OptionalLong.of(rows.size()) : OptionalLong.empty();
      return List.of(
          new Dataset(List.of(), "docs", rows.get(0).schema(), count, fingerprint, findings));
    }

    @Override
    public List<Split> split(Dataset dataset, int parts) throws Exception {
      beforeSplit.run();
      List<Split> splits = new ArrayList<>();
      for (int i = 0; i < parts; i++) {
        splits.add(new Split(rows.size() * i / parts + "-" + rows.size() * (i + 1) / parts));
      }
      return splits;
    }

    @Override
    public RowReader read(Dataset dataset, Split split, Position after) throws Exception {
      if (!inUse.compareAndSet(false, true)) {
        throw new IllegalStateException("session: used by two threads at once");
      }
      try {
        Thread.yield();
        beforeRead.run();
        String[] range = split.token().split("-", 2);
        String from = after.equals(Position.START) ? range[0] : after.token();
        return new Reader(Integer.parseInt(from), Integer.parseInt(range[1]), after);
      } finally {
        inUse.set(false);
      }
    }

    @Override
    public void close() {
      if (!closed) {
        closed = true;
        open.decrementAndGet();
      }
    }
  }

  private final class Reader implements RowReader {

    private final int end;
    private int next;
    private Position position;
    private boolean closed;

    Reader(int next, int end, Position position) {
      this.next = next;
      this.end = end;
      this.position = position;
      open.incrementAndGet();
    }

    @Override
    public @Nullable Row next() throws Exception {
      if (closed) {
        throw new IllegalStateException("next: the reader is closed");
      }
      if (next >= end) {
        return null;
      }
      try {
        actions.getOrDefault(next, () -> {}).run();
      } catch (RejectedRowException e) {
        advance();
        throw e;
      }
      return advance();
    }

    private Row advance() {
      position = new Position(String.valueOf(next + 1));
      return rows.get(next++);
    }

    @Override
    public Position position() {
      return position;
    }

    @Override
    public void close() {
      if (!closed) {
        closed = true;
        open.decrementAndGet();
      }
    }
  }
}
