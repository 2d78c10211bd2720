package dev.vectormigrate.internal;

import java.util.concurrent.ArrayBlockingQueue;
import java.util.concurrent.BlockingQueue;
import java.util.concurrent.TimeUnit;
import org.jspecify.annotations.Nullable;

/**
 * Reads one batch, or the like, ahead in a thread of its own, so that reading and writing overlap.
 * The thread ends with {@link #close()} at the latest.
 */
final class ReadAhead<T> implements AutoCloseable {

  /** What is read; closed when the thread has ended. */
  interface Reading<T> extends AutoCloseable {

    /** The next one, or null at the end. */
    @Nullable T next() throws Exception;

    @Override
    void close();
  }

  /** Either a batch, or what ended the reading; a null failure is the ordinary end. */
  private record Item<T>(@Nullable T batch, @Nullable Throwable failure) {}

  private static final long WATCH_MILLISECONDS = 200;

  private final Reading<T> reader;
  private final BlockingQueue<Item<T>> queue = new ArrayBlockingQueue<>(1);
  private final Thread thread;
  private volatile @Nullable Error lastError;

  ReadAhead(Reading<T> reader, String name) {
    this.reader = reader;
    thread = new Thread(this::readAll, name);
    thread.setDaemon(true);
    thread.start();
  }

  private void readAll() {
    try {
      queue.put(readUntilEnd());
    } catch (InterruptedException e) {
      Thread.currentThread().interrupt(); // close() was called: nobody is waiting
    } catch (Error e) {
      lastError = e; // without memory, not even an item could be made of it
    }
  }

  private Item<T> readUntilEnd() throws InterruptedException {
    try {
      for (T batch = reader.next(); batch != null; batch = reader.next()) {
        queue.put(new Item<>(batch, null));
      }
      return new Item<>(null, null);
    } catch (InterruptedException e) {
      throw e;
    } catch (Exception | Error e) {
      return new Item<>(null, e);
    }
  }

  /** The next batch, or null at the end. */
  @Nullable T next() throws Exception {
    Item<T> item = take();
    if (item.failure() instanceof Exception e) {
      throw e;
    }
    if (item.failure() instanceof Error e) {
      throw e;
    }
    return item.batch();
  }

  /** The end of the thread is watched, since without memory it ends without an item. */
  private Item<T> take() throws InterruptedException {
    while (true) {
      boolean ended = !thread.isAlive();
      Item<T> item = queue.poll(WATCH_MILLISECONDS, TimeUnit.MILLISECONDS);
      if (item != null) {
        return item;
      }
      if (ended) {
        return new Item<>(null, lastError == null ? interrupted() : lastError);
      }
    }
  }

  private static Throwable interrupted() {
    return new IllegalStateException("reading ahead: interrupted, expected to go on until closed");
  }

  @Override
  public void close() {
    thread.interrupt();
    boolean interrupted = false;
    while (thread.isAlive()) {
      try {
        thread.join();
      } catch (InterruptedException e) {
        interrupted = true;
      }
    }
    if (interrupted) {
      Thread.currentThread().interrupt();
    }
    reader.close();
  }
}
