package dev.vectormigrate.internal;

import dev.vectormigrate.spi.Batch;
import java.util.concurrent.ArrayBlockingQueue;
import java.util.concurrent.BlockingQueue;
import org.jspecify.annotations.Nullable;

/**
 * Reads one batch ahead in a thread of its own, so that reading and writing overlap. The thread
 * ends with {@link #close()} at the latest.
 */
final class ReadAhead implements AutoCloseable {

  /** Either a batch, or what ended the reading; a null failure is the ordinary end. */
  private record Item(@Nullable Batch batch, @Nullable Throwable failure) {}

  private final BatchReader reader;
  private final BlockingQueue<Item> queue = new ArrayBlockingQueue<>(1);
  private final Thread thread;

  ReadAhead(BatchReader reader, String name) {
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
    }
  }

  private Item readUntilEnd() throws InterruptedException {
    try {
      for (Batch batch = reader.next(); batch != null; batch = reader.next()) {
        queue.put(new Item(batch, null));
      }
      return new Item(null, null);
    } catch (InterruptedException e) {
      throw e;
    } catch (Exception | Error e) {
      return new Item(null, e);
    }
  }

  /** The next batch, or null at the end. */
  @Nullable Batch next() throws Exception {
    Item item = queue.take();
    if (item.failure() instanceof Exception e) {
      throw e;
    }
    if (item.failure() instanceof Error e) {
      throw e;
    }
    return item.batch();
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
