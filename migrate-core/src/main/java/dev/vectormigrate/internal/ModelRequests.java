package dev.vectormigrate.internal;

import dev.vectormigrate.Embedding;
import dev.vectormigrate.EmbeddingException;
import dev.vectormigrate.RetryPolicy;
import dev.vectormigrate.RunInterruptedException;
import dev.vectormigrate.internal.TextCutter.Piece;
import dev.vectormigrate.model.Bytes;
import dev.vectormigrate.model.Vector;
import dev.vectormigrate.spi.Embedder;
import dev.vectormigrate.spi.EmbeddingCache;
import dev.vectormigrate.spi.TransientException;
import java.util.ArrayList;
import java.util.Collection;
import java.util.HashMap;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import java.util.concurrent.Callable;
import java.util.concurrent.CancellationException;
import java.util.concurrent.CompletableFuture;
import java.util.concurrent.ConcurrentHashMap;
import java.util.concurrent.ExecutionException;
import java.util.concurrent.ExecutorService;
import java.util.concurrent.Executors;
import java.util.concurrent.Future;
import java.util.concurrent.atomic.AtomicReference;
import java.util.function.LongSupplier;
import org.jspecify.annotations.Nullable;

/**
 * All that a run asks of one model, for all its readers: each text once, what is kept not at all,
 * never more requests at once than allowed, never more tokens than the budget. An answer is checked
 * and kept before anybody uses it. Thread-safe; its threads end with {@link #close}.
 *
 * <p>Once something fails no further request is sent; what is under way is waited for and kept, as
 * it is paid for.
 */
final class ModelRequests implements AutoCloseable {

  private static final int HASHES_A_QUERY = 1_000;

  /** The reader that sent a text is gone: whoever waits for its vector asks itself. */
  private static final class Abandoned extends Exception {

    private static final long serialVersionUID = 1L;
  }

  private final String target;
  private final EmbeddingCache cache;
  private final RetryPolicy retry;
  private final RequestPace pace;
  private final EmbeddingBudget budget;
  private final LongSupplier rowsLeft;
  private final ExecutorService workers;
  private final List<Thread> threads = new ArrayList<>();
  private final Map<Bytes, CompletableFuture<Vector>> underWay = new ConcurrentHashMap<>();
  private final AtomicReference<@Nullable Throwable> failure = new AtomicReference<>();

  /**
   * @param target how messages name the target
   * @param requests how many may be under way at once
   * @param rowsLeft as {@link EmbeddingBudget#reserve} wants it
   */
  ModelRequests(
      String target,
      EmbeddingCache cache,
      RetryPolicy retry,
      int requests,
      EmbeddingBudget budget,
      LongSupplier rowsLeft) {
    this.target = target;
    this.cache = cache;
    this.retry = retry;
    this.budget = budget;
    this.rowsLeft = rowsLeft;
    pace = new RequestPace(requests);
    workers = Executors.newFixedThreadPool(requests, this::thread);
  }

  private Thread thread(Runnable work) {
    synchronized (threads) {
      Thread thread = new Thread(work, "vector-migrate-embed-" + (threads.size() + 1));
      thread.setDaemon(true);
      threads.add(thread);
      return thread;
    }
  }

  /** How messages name a model. */
  static String where(Embedder embedder) {
    return "embedder " + embedder.modelId();
  }

  /** The vectors of texts, all of which have different hashes. */
  Map<Bytes, Vector> vectors(Embedding how, EmbeddingCounts counts, Collection<Piece> texts)
      throws Exception {
    while (true) {
      try {
        return tryVectors(how, counts, texts);
      } catch (Abandoned e) {
        // Claims what another reader has left.
      }
    }
  }

  private Map<Bytes, Vector> tryVectors(
      Embedding how, EmbeddingCounts counts, Collection<Piece> texts) throws Exception {
    Map<Bytes, CompletableFuture<Vector>> answers = new LinkedHashMap<>();
    List<Piece> mine = claim(texts, answers);
    counts.kept(texts.size() - mine.size());
    List<Future<?>> sent = new ArrayList<>();
    try {
      for (List<Piece> request : requests(how.embedder(), unknown(mine, counts))) {
        sent.add(workers.submit(() -> send(how, counts, request)));
      }
      return await(answers);
    } catch (Exception | Error e) {
      sent.forEach(request -> request.cancel(e instanceof InterruptedException));
      release(mine, e instanceof InterruptedException ? new Abandoned() : e);
      throw e;
    }
  }

  /** Those texts that no other reader of the run has asked for and still waits for. */
  private List<Piece> claim(
      Collection<Piece> texts, Map<Bytes, CompletableFuture<Vector>> answers) {
    List<Piece> mine = new ArrayList<>();
    for (Piece text : texts) {
      CompletableFuture<Vector> own = new CompletableFuture<>();
      CompletableFuture<Vector> other = underWay.putIfAbsent(text.hash(), own);
      answers.put(text.hash(), other == null ? own : other);
      if (other == null) {
        mine.add(text);
      }
    }
    return mine;
  }

  private void release(List<Piece> mine, Throwable why) {
    for (Piece text : mine) {
      CompletableFuture<Vector> answer = underWay.remove(text.hash());
      if (answer != null) {
        answer.completeExceptionally(why);
      }
    }
  }

  private List<Piece> unknown(List<Piece> texts, EmbeddingCounts counts) {
    List<Piece> unknown = new ArrayList<>();
    for (List<Piece> part : VectorSupply.parts(texts, HASHES_A_QUERY)) {
      Map<Bytes, Vector> known = find(part);
      counts.kept(known.size());
      for (Piece text : part) {
        Vector vector = known.get(text.hash());
        if (vector == null) {
          unknown.add(text);
        } else {
          complete(text.hash(), vector);
        }
      }
    }
    return unknown;
  }

  private void complete(Bytes text, Vector vector) {
    CompletableFuture<Vector> answer = underWay.remove(text);
    if (answer != null) {
      answer.complete(vector);
    }
  }

  private Map<Bytes, Vector> find(List<Piece> texts) {
    return atCache(() -> cache.find(texts.stream().map(Piece::hash).toList()));
  }

  /** One call at a time, so that a model takes one connection. */
  private <T> T atCache(Callable<T> step) {
    return Failures.atTarget(
        target,
        () ->
            new Retrier(retry)
                .call(
                    target,
                    () -> {
                      synchronized (cache) {
                        return step.call();
                      }
                    }));
  }

  private static List<List<Piece>> requests(Embedder embedder, List<Piece> texts) {
    List<List<Piece>> requests = new ArrayList<>();
    List<Piece> request = new ArrayList<>();
    long tokens = 0;
    for (Piece text : texts) {
      boolean tooMany =
          embedder.maxBatchTokens() > 0 && tokens + text.tokens() > embedder.maxBatchTokens();
      if (!request.isEmpty() && (tooMany || request.size() >= embedder.maxBatch())) {
        requests.add(request);
        request = new ArrayList<>();
        tokens = 0;
      }
      request.add(text);
      tokens += text.tokens();
    }
    if (!request.isEmpty()) {
      requests.add(request);
    }
    return requests;
  }

  private Map<Bytes, Vector> await(Map<Bytes, CompletableFuture<Vector>> answers) throws Exception {
    Map<Bytes, Vector> vectors = new HashMap<>();
    try {
      for (Map.Entry<Bytes, CompletableFuture<Vector>> answer : answers.entrySet()) {
        vectors.put(answer.getKey(), answer.getValue().get());
      }
      return vectors;
    } catch (ExecutionException e) {
      pace.awaitIdle();
      Throwable first = failure.get();
      Throwable cause = first == null ? e.getCause() : first;
      if (cause instanceof Error error) {
        throw error;
      }
      throw cause instanceof Exception exception ? exception : e;
    }
  }

  private void send(Embedding how, EmbeddingCounts counts, List<Piece> texts) {
    try {
      ask(how, counts, texts);
    } catch (Exception | Error e) {
      if (isAbandoned(e)) {
        release(texts, new Abandoned());
        return;
      }
      Throwable why =
          e instanceof Exception fault ? Failures.embedder(where(how.embedder()), fault) : e;
      failure.compareAndSet(null, why);
      pace.stop();
      release(texts, why);
    }
  }

  private static boolean isAbandoned(Throwable e) {
    return Thread.currentThread().isInterrupted()
        || e instanceof InterruptedException
        || e instanceof RunInterruptedException
        || e instanceof CancellationException;
  }

  private void ask(Embedding how, EmbeddingCounts counts, List<Piece> texts) throws Exception {
    String where = where(how.embedder());
    Retrier retrier = new Retrier(retry, how.patience());
    long tokens = texts.stream().mapToLong(Piece::tokens).sum();
    boolean reserved = false;
    while (true) {
      TransientException fault;
      long entered = pace.enter();
      try {
        if (!reserved) {
          budget.reserve(where, how, tokens, rowsLeft);
          reserved = true;
        }
        Map<Bytes, Vector> answer = answer(how.embedder(), texts);
        atCache(
            () -> {
              cache.store(answer);
              return true;
            });
        counts.made(texts.size(), tokens);
        counts.answered();
        pace.answered();
        answer.forEach(this::complete);
        return;
      } catch (TransientException e) {
        pace.slowDown(entered);
        counts.waited();
        fault = e;
      } finally {
        pace.leave();
      }
      try {
        retrier.after(where, fault);
      } catch (TransientException e) {
        throw Failures.embedder(where, e);
      }
    }
  }

  private static Map<Bytes, Vector> answer(Embedder embedder, List<Piece> texts)
      throws TransientException {
    String where = where(embedder);
    @Nullable List<Vector> vectors;
    try {
      vectors = embedder.embed(texts.stream().map(Piece::text).toList());
    } catch (TransientException e) {
      throw e;
    } catch (Exception e) {
      throw Failures.embedder(where, e);
    }
    if (vectors == null) {
      throw new EmbeddingException(where, "answer: none, expected vectors.", null);
    }
    if (vectors.size() != texts.size()) {
      throw new EmbeddingException(
          where,
          "answer: %,d vectors, expected %,d, one for each text. Nothing of it was used; mend the embedder."
              .formatted(vectors.size(), texts.size()),
          null);
    }
    Map<Bytes, Vector> byHash = new HashMap<>();
    for (int i = 0; i < vectors.size(); i++) {
      check(embedder, texts.get(i), vectors.get(i));
      byHash.put(texts.get(i).hash(), vectors.get(i));
    }
    return byHash;
  }

  private static void check(Embedder embedder, Piece text, @Nullable Vector vector) {
    String wrong = null;
    if (vector == null) {
      wrong = "no vector, expected one";
    } else if (vector.dimension() != embedder.dimension()) {
      wrong =
          "vector of %,d dimensions, expected %,d"
              .formatted(vector.dimension(), embedder.dimension());
    } else if (!vector.isFinite()) {
      wrong = "vector with NaN or an infinity, expected finite numbers";
    }
    if (wrong != null) {
      throw new EmbeddingException(
          where(embedder),
          "answer for row '%s': %s. Nothing of it was used; mend the embedder."
              .formatted(text.row(), wrong),
          null);
    }
  }

  /** Ends what is under way, waits for its end, and closes what keeps the vectors. */
  @Override
  public void close() {
    pace.stop();
    workers.shutdownNow();
    boolean interrupted = Thread.interrupted();
    for (Thread thread : started()) {
      while (thread.isAlive()) {
        try {
          thread.join();
        } catch (InterruptedException e) {
          interrupted = true;
        }
      }
    }
    cache.close();
    if (interrupted) {
      Thread.currentThread().interrupt();
    }
  }

  private List<Thread> started() {
    synchronized (threads) {
      return List.copyOf(threads);
    }
  }
}
