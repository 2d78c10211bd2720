package dev.vectormigrate.pgvector;

import dev.vectormigrate.spi.IndexObserver;
import java.sql.Connection;
import java.sql.SQLException;
import java.time.Duration;
import org.jspecify.annotations.Nullable;
import org.slf4j.Logger;
import org.slf4j.LoggerFactory;

/**
 * Looks once a second, over a connection of its own, how far an index build is. It has a thread and
 * a connection only where a build takes longer than that, and gives up for good where it can't
 * look: nothing depends on it.
 */
final class IndexWatch implements AutoCloseable {

  private static final Logger LOG = LoggerFactory.getLogger(IndexWatch.class);
  private static final Duration INTERVAL = Duration.ofSeconds(1);
  private static final Duration PATIENCE = Duration.ofSeconds(1);

  private final PgVectorTarget target;
  private final IndexObserver observer;
  private final Thread thread = new Thread(this::run, "vector-migrate-index-watch");
  private @Nullable Build build;
  private @Nullable Connection connection;
  private boolean closed;

  /** What is being built, and by which server process. */
  private record Build(int process, int table, String index, long rows) {}

  /** How many rows of a build are in the index. */
  private record Count(long done, long total) {}

  IndexWatch(PgVectorTarget target, IndexObserver observer) {
    this.target = target;
    this.observer = observer;
    thread.setDaemon(true);
  }

  /** From now on this is looked at. */
  synchronized void follow(int process, int table, String index, long rows) {
    build = new Build(process, table, index, rows);
    if (thread.getState() == Thread.State.NEW) {
      thread.start();
    }
  }

  private void run() {
    try {
      while (awaitNextLook()) {
        look();
      }
    } catch (SQLException e) {
      LOG.debug("The progress of index builds can't be read: SQLSTATE {}", e.getSQLState());
    } catch (InterruptedException e) {
      Thread.currentThread().interrupt();
    } finally {
      giveBack();
    }
  }

  private void giveBack() {
    Connection opened = opened();
    if (opened != null) {
      Connections.giveBack(opened);
    }
  }

  private synchronized @Nullable Connection opened() {
    return connection;
  }

  /** Waits for a second; whether there is to be another look then. */
  private synchronized boolean awaitNextLook() throws InterruptedException {
    long end = System.nanoTime() + INTERVAL.toNanos();
    long left = INTERVAL.toNanos();
    while (!closed && left > 0) {
      wait(Math.max(1, left / 1_000_000));
      left = end - System.nanoTime();
    }
    return !closed;
  }

  private void look() throws SQLException {
    Build looked = current();
    if (looked == null) {
      return;
    }
    Count count =
        Sql.first(
                open(),
                """
                SELECT tuples_done, tuples_total, blocks_done, blocks_total
                FROM pg_catalog.pg_stat_progress_create_index WHERE pid = ?""",
                row ->
                    count(
                        looked.rows(),
                        row.getLong(1),
                        row.getLong(2),
                        row.getLong(3),
                        row.getLong(4)),
                looked.process())
            .orElse(null);
    if (count != null) {
      tell(looked, count);
    }
  }

  private synchronized @Nullable Build current() {
    return build;
  }

  private Connection open() throws SQLException {
    Connection opened = opened();
    if (opened == null) {
      opened = target.connect();
      synchronized (this) {
        connection = opened;
      }
    }
    return opened;
  }

  /** Some builds count rows, others the blocks of the table. */
  private static Count count(long rows, long done, long total, long blocks, long allBlocks) {
    long all = Math.max(Math.max(rows, total), done);
    if (done > 0 || allBlocks == 0) {
      return new Count(done, all);
    }
    return new Count((long) ((double) all * blocks / allBlocks), all);
  }

  private void tell(Build looked, Count count) {
    if (looked.equals(current())) {
      observer.progress(looked.table(), looked.index(), count.done(), count.total());
    }
  }

  /** Ends the thread, whatever it waits for, and with it the connection. */
  @Override
  public void close() {
    synchronized (this) {
      closed = true;
      build = null;
      notifyAll();
    }
    join();
    if (thread.isAlive()) {
      Connection opened = opened();
      if (opened != null) {
        Connections.abort(opened);
      }
      thread.interrupt();
      join();
    }
  }

  private void join() {
    boolean interrupted = Thread.interrupted();
    try {
      thread.join(PATIENCE.toMillis());
    } catch (InterruptedException e) {
      interrupted = true;
    }
    if (interrupted) {
      Thread.currentThread().interrupt();
    }
  }
}
