package dev.vectormigrate.pgvector;

import dev.vectormigrate.model.Finding;
import dev.vectormigrate.spi.BatchWriter;
import dev.vectormigrate.spi.EmbeddingCache;
import dev.vectormigrate.spi.IndexObserver;
import dev.vectormigrate.spi.LiveTable;
import dev.vectormigrate.spi.RefusalException;
import dev.vectormigrate.spi.Reject;
import dev.vectormigrate.spi.RowReader;
import dev.vectormigrate.spi.RunRecord;
import dev.vectormigrate.spi.RunState;
import dev.vectormigrate.spi.Sample;
import dev.vectormigrate.spi.SearchResult;
import dev.vectormigrate.spi.TableSpec;
import dev.vectormigrate.spi.TargetPlan;
import dev.vectormigrate.spi.TargetSession;
import dev.vectormigrate.spi.TransientException;
import dev.vectormigrate.spi.UnknownOutcomeException;
import dev.vectormigrate.spi.VectorSearch;
import java.sql.Connection;
import java.sql.SQLException;
import java.time.Duration;
import java.util.List;
import java.util.Locale;
import java.util.Map;
import java.util.Optional;
import java.util.concurrent.Callable;
import java.util.concurrent.TimeUnit;
import java.util.function.Consumer;
import org.jspecify.annotations.Nullable;
import org.postgresql.PGConnection;

/**
 * One migration's view of a PostgreSQL database. Holds one connection for its own statements and,
 * once it has the lock, another for the lock alone.
 */
final class PgVectorSession implements TargetSession {

  private static final int SECONDS_TO_ANSWER = 10;

  /**
   * Who waits for the lock asks for it now and then: a statement that waited would keep others from
   * finishing an index that they build concurrently, and so from releasing the lock.
   */
  private static final Duration LOOK = Duration.ofMillis(250);

  private final PgVectorTarget target;
  private final String migration;
  private @Nullable Connection own;
  private @Nullable Connection lock;
  private ControlSchema.@Nullable Stored held;

  PgVectorSession(PgVectorTarget target, String migration) throws Exception {
    this.target = target;
    this.migration = migration;
    cleanly(this::connection);
  }

  private static <T> T cleanly(Callable<T> step) throws Exception {
    try {
      return step.call();
    } catch (SQLException e) {
      throw SqlErrors.clean(e);
    }
  }

  /** The session's connection; one that was lost, perhaps while it was idle, is replaced. */
  private Connection connection() throws SQLException {
    if (own != null && !own.isValid(SECONDS_TO_ANSWER)) {
      Connections.giveBack(own);
      own = null;
    }
    if (own == null) {
      own = target.connect();
    }
    return own;
  }

  private <T> T transaction(Transactions.Work<T> work) throws Exception {
    return transaction(Duration.ZERO, work);
  }

  /**
   * Runs a transaction for one of the threads that ask models while the engine, who holds this
   * session's monitor when it uses the session, waits for them.
   */
  synchronized <T> T aside(Transactions.Work<T> work) throws Exception {
    return transaction(work);
  }

  private <T> T transaction(Duration lockWait, Transactions.Work<T> work) throws Exception {
    return cleanly(() -> Transactions.run(connection(), lockWait, work));
  }

  /** The run, as this session holds it. */
  private ControlSchema.Stored held() {
    if (held == null) {
      throw new IllegalStateException("run: not held, expected lock() and begin() before");
    }
    return held;
  }

  @Override
  public Optional<RunRecord> find() throws Exception {
    return cleanly(() -> ControlSchema.find(connection(), migration))
        .map(ControlSchema.Stored::run);
  }

  @Override
  public TargetPlan plan(List<TableSpec> tables) throws Exception {
    return cleanly(() -> new TargetPlanner(connection(), target.schema()).plan(tables));
  }

  @Override
  public boolean lock(Duration wait) throws Exception {
    if (!cleanly(() -> takeLock(wait))) {
      return false;
    }
    held = cleanly(() -> ControlSchema.find(connection(), migration)).orElse(null);
    if (held != null) {
      takeOver(held.id());
      held = cleanly(() -> ControlSchema.find(connection(), migration)).orElse(null);
    }
    return true;
  }

  /** Waits for what is left of an earlier process, and makes sure that it stores nothing more. */
  private void takeOver(long run) throws Exception {
    try {
      safely(() -> transaction(target.lockWait(), c -> ControlSchema.nextEpoch(c, run)));
    } catch (SQLException e) {
      if (SqlErrors.hasState(e, "55P03")) {
        throw new IllegalStateException(
            "run: a transaction of an earlier process has not ended after %s, expected it to. Wait for it, or end its session."
                .formatted(target.lockWait()),
            e);
      }
      throw e;
    }
  }

  /** Runs a change that may as well be made twice: a lost answer is a reason to try again. */
  private static <T> T safely(Callable<T> change) throws Exception {
    try {
      return change.call();
    } catch (UnknownOutcomeException e) {
      throw new TransientException("The connection was lost during COMMIT.", e);
    }
  }

  /** The text whose hash is the key of a migration's advisory lock. */
  static String lockName(String migration) {
    return "vector_migrate " + migration;
  }

  private boolean takeLock(Duration wait) throws SQLException, InterruptedException {
    if (lock == null) {
      lock = target.connect();
    }
    String name = lockName(migration);
    long end = System.nanoTime() + wait.toNanos();
    while (!Sql.isTrue(lock, "SELECT pg_try_advisory_lock(hashtextextended(?, 0))", name)) {
      long left = end - System.nanoTime();
      if (left <= 0) {
        return false;
      }
      TimeUnit.NANOSECONDS.sleep(Math.min(left, LOOK.toNanos()));
    }
    return true;
  }

  @Override
  public void begin(RunRecord run, Map<String, byte[]> kept) throws Exception {
    try {
      transaction(c -> begin(c, run, kept));
      held = cleanly(() -> ControlSchema.find(connection(), migration)).orElseThrow();
    } catch (UnknownOutcomeException e) {
      settle("begun", e, ControlSchema::awaitOthers);
      if (held == null) {
        throw nothingChanged(e);
      }
    }
  }

  private boolean begin(Connection connection, RunRecord run, Map<String, byte[]> kept)
      throws SQLException, RefusalException {
    ControlSchema.create(connection);
    long id = ControlSchema.insertRun(connection, run);
    TargetPlanner planner = new TargetPlanner(connection, target.schema());
    List<RunTable> tables = planner.decide(id, run.tables());
    Sql.execute(connection, planner.stagingStatements(tables).toArray(new String[0]));
    for (RunTable table : tables) {
      ControlSchema.insertTable(connection, table);
      if (table.way() == RunTable.Way.DIRECT_MERGE) {
        new ColumnOrigins(new Catalog(connection), table).beforeMerge(connection);
      }
    }
    ControlSchema.insertDatasets(connection, id, run.datasets());
    ControlSchema.record(connection, id, run.state(), run.findings());
    for (Map.Entry<String, byte[]> content : kept.entrySet()) {
      ControlSchema.keep(connection, id, content.getKey(), content.getValue());
    }
    return true;
  }

  @Override
  public BatchWriter writer(int dataset, int split) throws Exception {
    RunTable table = held().tables().get(held().run().datasets().get(dataset).table());
    return cleanly(
        () -> new SplitWriter(target.connect(), held(), table, dataset, split, target.lockWait()));
  }

  @Override
  public void prepare(IndexObserver observer) throws Exception {
    ColumnTypes types = cleanly(() -> TargetPlanner.columnTypes(connection()));
    RunRecord now = find().orElseThrow();
    try (IndexWatch watch = new IndexWatch(target, observer)) {
      for (RunTable table : held().tables()) {
        long rows =
            now.datasetsOf(table.ordinal()).stream()
                .mapToLong(dataset -> dataset.total().written())
                .sum();
        Indexes.Listener listener = new Building(table.ordinal(), rows, observer, watch);
        new Indexes(table, types, rows, target.indexSettings()).build(this::step, listener);
        cleanly(
            () -> {
              new LiveIndexes(connection(), table)
                  .build(this::step, types, rows, target.indexSettings(), listener);
              return true;
            });
      }
    }
    for (RunTable table : held().tables()) {
      step(
          c -> {
            new ForeignKeys(c, held().tables()).addStaged(table);
            return true;
          });
    }
  }

  /** The builds of one table, while they are watched. */
  private final class Building implements Indexes.Listener {

    private final int table;
    private final long rows;
    private final IndexObserver observer;
    private final IndexWatch watch;

    Building(int table, long rows, IndexObserver observer, IndexWatch watch) {
      this.table = table;
      this.rows = rows;
      this.observer = observer;
      this.watch = watch;
    }

    @Override
    public void building(String index) {
      observer.building(table, index);
      watch.follow(process(), table, index, rows);
    }

    @Override
    public void found(Finding finding) {
      observer.found(finding);
    }
  }

  /** The number of the server process behind the session's connection; 0 where it is unknown. */
  private int process() {
    try {
      return own == null ? 0 : own.unwrap(PGConnection.class).getBackendPID();
    } catch (SQLException e) {
      return 0;
    }
  }

  private void step(Transactions.Work<Boolean> work) throws Exception {
    safely(
        () ->
            transaction(
                c -> {
                  ControlSchema.holdEpoch(c, held().id(), held().epoch());
                  return work.run(c);
                }));
  }

  @Override
  public RowReader readBack(int table) throws Exception {
    ControlSchema.Stored stored =
        cleanly(() -> ControlSchema.find(connection(), migration)).orElseThrow();
    RunTable runTable = stored.tables().get(table);
    boolean live = stored.run().state() == RunState.PROMOTED;
    String query = cleanly(() -> query(runTable, live));
    return cleanly(() -> new BinaryReader(target.connect(), runTable.columns(), query));
  }

  private String query(RunTable table, boolean live) throws SQLException, RefusalException {
    boolean merged = live ? table.way().merges() : table.way() == RunTable.Way.DIRECT_MERGE;
    if (merged) {
      requireLedger(table);
      return Merge.broughtRows(table);
    }
    String columns = Identifiers.quoteAll(table.columnNames());
    return "SELECT " + columns + " FROM " + (live ? table.live() : table.staging());
  }

  /** Without it nobody can tell which rows of a shared table the run brought. */
  private void requireLedger(RunTable table) throws SQLException, RefusalException {
    Catalog catalog = new Catalog(connection());
    String ledger = "ledger_" + table.ordinal();
    if (catalog.kindOf(RunTable.keptSchema(table.run()), ledger).isEmpty()) {
      throw new RefusalException(
          "table %s: what the run brought was discarded, expected it to be kept. It can't be compared"
                  .formatted(table.spec().name())
              + " any more.");
    }
  }

  @Override
  public List<Finding> shape(int table) throws Exception {
    ControlSchema.Stored stored =
        cleanly(() -> ControlSchema.find(connection(), migration)).orElseThrow();
    RunTable runTable = stored.tables().get(table);
    boolean live = stored.run().state() == RunState.PROMOTED;
    return cleanly(() -> new TableShape(connection(), runTable, live).findings());
  }

  @Override
  public Optional<SearchResult> search(int table, VectorSearch search) throws Exception {
    ControlSchema.Stored stored =
        cleanly(() -> ControlSchema.find(connection(), migration)).orElseThrow();
    RunTable runTable = stored.tables().get(table);
    boolean live = stored.run().state() == RunState.PROMOTED;
    boolean shared = live ? runTable.way().merges() : runTable.way() == RunTable.Way.DIRECT_MERGE;
    if (shared || !VectorSearches.canName(runTable.columns())) {
      return Optional.empty();
    }
    ColumnTypes types = cleanly(() -> TargetPlanner.columnTypes(connection()));
    String searched = live ? runTable.live() : runTable.staging();
    return Optional.of(
        transaction(c -> new VectorSearches(c, types, searched, runTable.columns(), search).run()));
  }

  @Override
  public Optional<LiveTable> live(TableSpec table) throws Exception {
    return cleanly(
        () -> PgLiveTable.find(target, new Catalog(connection()), table).map(found -> found));
  }

  @Override
  public List<Sample> samples(int table) throws Exception {
    return cleanly(() -> ControlSchema.samples(connection(), runId(), table));
  }

  @Override
  public List<Reject> rejects(int dataset, int most) throws Exception {
    return cleanly(() -> ControlSchema.rejects(connection(), runId(), dataset, most));
  }

  @Override
  public void eachReject(int dataset, Consumer<Reject> receiver) throws Exception {
    transaction(c -> ControlSchema.eachReject(c, runId(), dataset, receiver));
  }

  private long runId() throws SQLException {
    return ControlSchema.find(connection(), migration).orElseThrow().id();
  }

  @Override
  public Optional<byte[]> kept(String name) throws Exception {
    Optional<ControlSchema.Stored> stored =
        cleanly(() -> ControlSchema.find(connection(), migration));
    return stored.isEmpty()
        ? Optional.empty()
        : cleanly(() -> ControlSchema.kept(connection(), stored.get().id(), name));
  }

  @Override
  public EmbeddingCache embeddings(String model, int dimension) {
    return new PgEmbeddingCache(this, model, dimension);
  }

  @Override
  public void record(RunState state, List<Finding> findings) throws Exception {
    step(
        c -> {
          ControlSchema.record(c, held().id(), state, findings);
          return true;
        });
  }

  @Override
  public List<Finding> promote() throws Exception {
    return decisively(RunState.PROMOTED, c -> new Promotion(c, held()).promote(), List.of());
  }

  @Override
  public void rollback() throws Exception {
    decisively(
        RunState.ROLLED_BACK,
        c -> {
          new Promotion(c, held()).rollback();
          return true;
        },
        true);
  }

  /**
   * Runs a change and stores the state that it leads to in one transaction. If the answer to the
   * commit is lost, the stored state tells whether it happened.
   *
   * @param ifLost what to return if it happened and its answer was lost
   */
  private <T> T decisively(RunState state, Transactions.Work<T> change, T ifLost) throws Exception {
    try {
      return transaction(
          target.lockWait(),
          c -> {
            ControlSchema.holdEpoch(c, held().id(), held().epoch());
            T result = change.run(c);
            ControlSchema.record(c, held().id(), state, null);
            return result;
          });
    } catch (UnknownOutcomeException e) {
      String word = state.name().toLowerCase(Locale.ROOT);
      settle(word, e, c -> ControlSchema.nextEpoch(c, held().id()) > 0);
      if (held().run().state() == state) {
        return ifLost;
      }
      throw nothingChanged(e);
    }
  }

  /**
   * Reads what is stored after the answer to a commit was lost.
   *
   * @param waiting waits for the lost transaction, so that what is read next is its outcome
   */
  private void settle(String word, UnknownOutcomeException lost, Transactions.Work<Boolean> waiting)
      throws UnknownOutcomeException {
    try {
      transaction(target.lockWait(), waiting);
      held = cleanly(() -> ControlSchema.find(connection(), migration)).orElse(null);
    } catch (Exception e) {
      lost.addSuppressed(e);
      throw new UnknownOutcomeException(
          "it may or may not be %s now: the connection was lost during COMMIT and the database can't"
                  .formatted(word)
              + " be reached. Nothing was cleaned up. Call status() when it can.",
          lost);
    }
  }

  private static TransientException nothingChanged(UnknownOutcomeException lost) {
    return new TransientException(
        "The connection was lost during COMMIT, and nothing was changed. Try again.", lost);
  }

  @Override
  public void discard() throws Exception {
    boolean live = held().run().state() == RunState.PROMOTED;
    try {
      transaction(
          target.lockWait(),
          c -> {
            ControlSchema.holdEpoch(c, held().id(), held().epoch());
            discard(new Promotion(c, held()), c);
            return true;
          });
    } catch (UnknownOutcomeException e) {
      settle("discarded", e, c -> ControlSchema.awaitRun(c, migration));
      // What a live migration kept is dropped if it is there: it may as well be dropped again.
      if (live || held != null) {
        throw nothingChanged(e);
      }
    }
  }

  private void discard(Promotion promotion, Connection connection) throws SQLException {
    RunState state = held().run().state();
    if (state == RunState.PROMOTED) {
      promotion.discardPrevious();
      return;
    }
    promotion.discardAll(state == RunState.ROLLED_BACK);
    Sql.update(connection, "DELETE FROM vector_migrate.run WHERE id = ?", held().id());
  }

  @Override
  public void close() {
    if (own != null) {
      Connections.giveBack(own);
    }
    if (lock != null) {
      releaseLock(lock);
    }
  }

  private void releaseLock(Connection connection) {
    try {
      Sql.first(
          connection,
          "SELECT pg_advisory_unlock(hashtextextended(?, 0))",
          row -> true,
          lockName(migration));
    } catch (SQLException e) {
      // The connection is lost, and its lock with it.
      held = null;
    }
    Connections.giveBack(connection);
  }
}
