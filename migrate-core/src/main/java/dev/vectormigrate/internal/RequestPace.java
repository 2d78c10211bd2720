package dev.vectormigrate.internal;

import java.util.concurrent.CancellationException;

/**
 * How many requests may be under way at once: half as many once the other side asks to wait, one
 * more after some answers without that. Thread-safe.
 */
final class RequestPace {

  private static final int ANSWERS_FOR_ONE_MORE = 10;

  private final int most;
  private int allowed;
  private int underWay;
  private int answers;
  private long slowings;
  private boolean stopped;

  RequestPace(int most) {
    this.most = most;
    allowed = most;
  }

  /**
   * Waits until one more request may be under way.
   *
   * @return what {@link #slowDown} wants to know
   * @throws CancellationException if no request may be sent any more
   */
  synchronized long enter() throws InterruptedException {
    while (!stopped && underWay >= allowed) {
      wait();
    }
    if (stopped) {
      throw new CancellationException("stopped");
    }
    underWay++;
    return slowings;
  }

  /** A request is over, however it ended. */
  synchronized void leave() {
    underWay--;
    notifyAll();
  }

  synchronized void answered() {
    answers++;
    if (answers >= ANSWERS_FOR_ONE_MORE && allowed < most) {
      allowed++;
      answers = 0;
      notifyAll();
    }
  }

  /**
   * Halves the pace, once for all requests that were under way together.
   *
   * @param entered what {@link #enter} returned for the request
   */
  synchronized void slowDown(long entered) {
    answers = 0;
    if (entered == slowings) {
      allowed = Math.max(1, allowed / 2);
      slowings++;
    }
  }

  /** Lets no further request be sent. */
  synchronized void stop() {
    stopped = true;
    notifyAll();
  }

  /** Waits for the answers to what is under way. */
  synchronized void awaitIdle() throws InterruptedException {
    while (underWay > 0) {
      wait();
    }
  }
}
