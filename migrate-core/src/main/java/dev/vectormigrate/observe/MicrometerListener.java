package dev.vectormigrate.observe;

import dev.vectormigrate.MigrationListener;
import dev.vectormigrate.Outcome;
import dev.vectormigrate.Phase;
import dev.vectormigrate.Progress;
import dev.vectormigrate.model.Finding;
import dev.vectormigrate.spi.Reject;
import io.micrometer.core.instrument.Counter;
import io.micrometer.core.instrument.Meter;
import io.micrometer.core.instrument.MeterRegistry;
import io.micrometer.core.instrument.Tags;
import io.micrometer.core.instrument.TimeGauge;
import java.time.Duration;
import java.util.Locale;
import java.util.Objects;
import java.util.concurrent.TimeUnit;
import org.jspecify.annotations.Nullable;

/**
 * Keeps meters of what a plan does. Needs {@code io.micrometer:micrometer-core}, which this library
 * does not bring along. The registry stays the caller's.
 *
 * <table>
 * <caption>Meters</caption>
 * <tr><th>name</th><th>what</th><th>tags</th></tr>
 * <tr><td>{@code vector.migrate.rows}</td><td>counter: rows staged or read back by this process
 *   </td><td>migration, phase</td></tr>
 * <tr><td>{@code vector.migrate.bytes}</td><td>counter: their bytes</td><td>migration, phase</td>
 *   </tr>
 * <tr><td>{@code vector.migrate.rejects}</td><td>counter: rows refused</td><td>migration, phase
 *   </td></tr>
 * <tr><td>{@code vector.migrate.findings}</td><td>counter</td><td>migration, severity</td></tr>
 * <tr><td>{@code vector.migrate.phase}</td><td>timer: phases that ended well</td>
 *   <td>migration, phase</td></tr>
 * <tr><td>{@code vector.migrate.run}</td><td>timer: calls, whose outcome may be {@code failed}</td>
 *   <td>migration, outcome</td></tr>
 * <tr><td>{@code vector.migrate.remaining}</td><td>gauge: seconds that the present phase will still
 *   take; NaN where nobody knows; there only while a call goes on</td><td>migration</td></tr>
 * </table>
 *
 * <p>Tags come from the plan's name and from enumerations alone, never from the data. One listener
 * is for one call at a time; several plans that run at once need one each.
 */
public final class MicrometerListener implements MigrationListener {

  private static final String NAME = "vector.migrate.";

  private final MeterRegistry registry;
  private String migration = "unknown";
  private long started;
  private @Nullable Phase phase;
  private @Nullable Progress last;
  private @Nullable Meter remaining;
  private volatile double secondsLeft = Double.NaN;

  private MicrometerListener(MeterRegistry registry) {
    this.registry = registry;
  }

  /** Keeps its meters in a registry. */
  public static MicrometerListener of(MeterRegistry registry) {
    return new MicrometerListener(Objects.requireNonNull(registry, "registry"));
  }

  @Override
  public void runStarted(String name) {
    migration = name;
    started = System.nanoTime();
    phase = null;
    secondsLeft = Double.NaN;
    remaining =
        TimeGauge.builder(
                NAME + "remaining", this, TimeUnit.SECONDS, listener -> listener.secondsLeft)
            .description("How long the present phase will still take.")
            .tags(tags())
            .register(registry);
  }

  @Override
  public void runFinished(Outcome outcome) {
    end(word(outcome));
  }

  @Override
  public void runFailed(Throwable failure) {
    end("failed");
  }

  private void end(String outcome) {
    Duration took = Duration.ofNanos(System.nanoTime() - started);
    registry.timer(NAME + "run", tags().and("outcome", outcome)).record(took);
    if (remaining != null) {
      registry.remove(remaining);
      remaining = null;
    }
  }

  @Override
  public void phaseStarted(Phase begun) {
    phase = begun;
    last = null;
    secondsLeft = Double.NaN;
  }

  @Override
  public void phaseFinished(Phase done, Duration took) {
    registry.timer(NAME + "phase", tags(done)).record(took);
    secondsLeft = Double.NaN;
  }

  @Override
  public void progress(Progress progress) {
    secondsLeft = progress.remaining().map(left -> left.toMillis() / 1e3).orElse(Double.NaN);
    if (progress.phase() != Phase.INDEX) { // There, it is not rows that are counted.
      boolean goesOn = last != null && last.doneHere() <= progress.doneHere();
      Progress before = goesOn ? last : null;
      count(
          "rows", progress.phase(), progress.doneHere() - (before == null ? 0 : before.doneHere()));
      count("bytes", progress.phase(), progress.bytes() - (before == null ? 0 : before.bytes()));
      last = progress;
    }
  }

  private void count(String what, Phase counted, long more) {
    Counter.builder(NAME + what)
        .baseUnit(what)
        .tags(tags(counted))
        .register(registry)
        .increment((double) more);
  }

  @Override
  public void rejected(String dataset, Reject reject) {
    count("rejects", phase == null ? Phase.STAGE : phase, 1);
  }

  @Override
  public void found(Finding finding) {
    registry
        .counter(NAME + "findings", tags().and("severity", word(finding.severity())))
        .increment();
  }

  private Tags tags() {
    return Tags.of("migration", migration);
  }

  private Tags tags(Phase of) {
    return tags().and("phase", word(of));
  }

  private static String word(Enum<?> constant) {
    return constant.name().toLowerCase(Locale.ROOT);
  }
}
