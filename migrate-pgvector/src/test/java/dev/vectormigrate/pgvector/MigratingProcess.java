package dev.vectormigrate.pgvector;

import dev.vectormigrate.MigrationListener;
import dev.vectormigrate.MigrationPlan;
import dev.vectormigrate.Phase;
import dev.vectormigrate.Progress;
import java.io.BufferedReader;
import java.io.IOException;
import java.io.InputStreamReader;
import java.io.PrintWriter;
import java.io.UncheckedIOException;
import java.lang.reflect.Proxy;
import java.nio.charset.StandardCharsets;
import java.time.Duration;
import java.util.concurrent.CountDownLatch;
import java.util.concurrent.atomic.AtomicInteger;
import javax.sql.DataSource;
import org.postgresql.ds.PGSimpleDataSource;

/**
 * A process that migrates, stops at one place, says so, and goes on when it is told to, or is
 * killed there. Arguments: JDBC URL, user, rows, mode, place; the password comes by the
 * environment. What it says on its standard output:
 *
 * <ul>
 *   <li>{@code at PLACE}: it stopped;
 *   <li>{@code row N}: it read so many rows;
 *   <li>{@code waiting}: another process has the lock;
 *   <li>{@code outcome X} or {@code failed X}: it ended.
 * </ul>
 */
final class MigratingProcess {

  static final String PASSWORD = "MIGRATING_PROCESS_PASSWORD";
  static final String MIGRATION = "crash";
  static final int BATCH_ROWS = 100;

  private static final int ANNOUNCE_EVERY = 100;

  private final PrintWriter out = new PrintWriter(System.out, true, StandardCharsets.UTF_8);
  private final CountDownLatch told = new CountDownLatch(1);
  private final AtomicInteger stops = new AtomicInteger();
  private final AtomicInteger connections = new AtomicInteger();
  private final AtomicInteger rows = new AtomicInteger();
  private final Place place;

  private MigratingProcess(Place place) {
    this.place = place;
  }

  /**
   * Where to stop, as text {@code kind:detail}.
   *
   * @param kind connection (detail: before which), row (in its split, from 0), started or finished
   *     (a phase), progress (a phase and what it works on), rows (announce them, don't stop), none
   * @param detail see there
   */
  record Place(String kind, String detail) {

    static final Place NONE = new Place("none", "");
    static final Place ROWS = new Place("rows", "");

    static Place connection(int number) {
      return new Place("connection", String.valueOf(number));
    }

    static Place row(int inSplit) {
      return new Place("row", String.valueOf(inSplit));
    }

    static Place started(Phase phase) {
      return new Place("started", phase.name());
    }

    static Place finished(Phase phase) {
      return new Place("finished", phase.name());
    }

    static Place progress(Phase phase, String what) {
      return new Place("progress", phase + " " + what);
    }

    static Place parse(String text) {
      String[] parts = text.split(":", 2);
      return new Place(parts[0], parts[1]);
    }

    @Override
    public String toString() {
      return kind + ":" + detail;
    }
  }

  public static void main(String[] arguments) {
    PGSimpleDataSource database = new PGSimpleDataSource();
    database.setUrl(arguments[0]);
    database.setUser(arguments[1]);
    database.setPassword(System.getenv(PASSWORD));
    new MigratingProcess(Place.parse(arguments[4]))
        .migrate(database, Integer.parseInt(arguments[2]), Mode.valueOf(arguments[3]));
  }

  /** The plan that every process of a test has. */
  static MigrationPlan.Builder plan(DataSource database, GeneratedSource source, Mode mode) {
    return MigrationPlan.builder(MIGRATION)
        .from(source)
        .into(PgVectorTarget.of(database))
        .eachDataset(mode::map)
        .batchRows(BATCH_ROWS)
        .lockWait(Duration.ofMinutes(2));
  }

  private void migrate(DataSource database, int count, Mode mode) {
    GeneratedSource source = GeneratedSource.of(count).gate(this::beforeRow);
    MigrationPlan plan = plan(counting(database), source, mode).listener(new Stops()).build();
    try {
      out.println("outcome " + plan.run().outcome());
    } catch (RuntimeException e) {
      out.println("failed " + e.getClass().getSimpleName() + " " + e.getMessage());
      System.exit(3);
    }
  }

  private void stopAt(String kind, String detail) {
    if (!place.equals(new Place(kind, detail))) {
      return;
    }
    if (stops.getAndIncrement() == 0) {
      out.println("at " + place);
      awaitWord();
      told.countDown();
    }
    awaitOther();
  }

  private static void awaitWord() {
    BufferedReader in =
        new BufferedReader(new InputStreamReader(System.in, StandardCharsets.UTF_8));
    try {
      if (!"go".equals(in.readLine())) {
        throw new IllegalStateException("the parent went away");
      }
    } catch (IOException e) {
      throw new UncheckedIOException(e);
    }
  }

  /** What another thread stopped stops this one, too. */
  private void awaitOther() {
    try {
      told.await();
    } catch (InterruptedException e) {
      Thread.currentThread().interrupt();
    }
  }

  private void beforeRow(int inSplit) {
    stopAt("row", String.valueOf(inSplit));
    int read = rows.incrementAndGet();
    if (place.equals(Place.ROWS) && read % ANNOUNCE_EVERY == 0) {
      out.println("row " + read);
    }
  }

  private DataSource counting(DataSource database) {
    return (DataSource)
        Proxy.newProxyInstance(
            DataSource.class.getClassLoader(),
            new Class<?>[] {DataSource.class},
            (proxy, method, arguments) -> {
              if (method.getName().equals("getConnection")) {
                stopAt("connection", String.valueOf(connections.incrementAndGet()));
              }
              return method.invoke(database, arguments);
            });
  }

  private final class Stops implements MigrationListener {

    @Override
    public void waiting(String migration) {
      out.println("waiting");
    }

    @Override
    public void phaseStarted(Phase phase) {
      stopAt("started", phase.name());
    }

    @Override
    public void phaseFinished(Phase phase, Duration took) {
      stopAt("finished", phase.name());
    }

    @Override
    public void progress(Progress progress) {
      stopAt("progress", progress.phase() + " " + progress.what());
    }
  }
}
