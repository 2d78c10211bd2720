package dev.vectormigrate.observe;

import dev.vectormigrate.MigrationListener;
import dev.vectormigrate.Outcome;
import dev.vectormigrate.Phase;
import dev.vectormigrate.Progress;
import dev.vectormigrate.model.Finding;
import dev.vectormigrate.spi.Reject;
import io.opentelemetry.api.OpenTelemetry;
import io.opentelemetry.api.common.AttributeKey;
import io.opentelemetry.api.common.Attributes;
import io.opentelemetry.api.trace.Span;
import io.opentelemetry.api.trace.StatusCode;
import io.opentelemetry.api.trace.Tracer;
import io.opentelemetry.context.Context;
import java.time.Duration;
import java.util.Locale;
import org.jspecify.annotations.Nullable;

/**
 * Makes a span of each call of a plan, {@code vector.migrate.run}, and one inside it of each phase,
 * such as {@code vector.migrate.stage}. Needs {@code io.opentelemetry:opentelemetry-api}, which
 * this library does not bring along. The caller's present span becomes the parent.
 *
 * <p>Attributes: {@code vector.migrate.migration} and {@code vector.migrate.outcome} of a call;
 * {@code vector.migrate.rows}, {@code .bytes} (done by this process) and {@code .rejects} of a
 * phase. Events: {@code finding} with {@code code}, {@code severity} and {@code message}, at most a
 * hundred a call; {@code waiting}; {@code exception}, without a stack trace. A call that throws has
 * the status ERROR, and so has the phase that it ended in.
 *
 * <p>One listener is for one call at a time; several plans that run at once need one each.
 */
public final class OpenTelemetryListener implements MigrationListener {

  private static final String NAME = "vector.migrate.";
  private static final AttributeKey<String> MIGRATION = AttributeKey.stringKey(NAME + "migration");
  private static final AttributeKey<String> OUTCOME = AttributeKey.stringKey(NAME + "outcome");
  private static final AttributeKey<Long> ROWS = AttributeKey.longKey(NAME + "rows");
  private static final AttributeKey<Long> BYTES = AttributeKey.longKey(NAME + "bytes");
  private static final AttributeKey<Long> REJECTS = AttributeKey.longKey(NAME + "rejects");
  private static final AttributeKey<String> CODE = AttributeKey.stringKey("code");
  private static final AttributeKey<String> SEVERITY = AttributeKey.stringKey("severity");
  private static final AttributeKey<String> MESSAGE = AttributeKey.stringKey("message");

  /** By OpenTelemetry's conventions for exceptions. */
  private static final AttributeKey<String> EXCEPTION_TYPE =
      AttributeKey.stringKey("exception.type");

  private static final AttributeKey<String> EXCEPTION_MESSAGE =
      AttributeKey.stringKey("exception.message");

  private static final int MOST_FINDINGS = 100;

  private final Tracer tracer;
  private Span run = Span.getInvalid();
  private Span phase = Span.getInvalid();
  private @Nullable Progress last;
  private long rejects;
  private int findings;

  private OpenTelemetryListener(Tracer tracer) {
    this.tracer = tracer;
  }

  /** Makes its spans with the tracer {@code dev.vectormigrate}. */
  public static OpenTelemetryListener of(OpenTelemetry telemetry) {
    return new OpenTelemetryListener(telemetry.getTracer("dev.vectormigrate"));
  }

  @Override
  public void runStarted(String migration) {
    run = tracer.spanBuilder(NAME + "run").setAttribute(MIGRATION, migration).startSpan();
    phase = Span.getInvalid();
    findings = 0;
  }

  @Override
  public void runFinished(Outcome outcome) {
    run.setAttribute(OUTCOME, word(outcome));
    run.end();
  }

  @Override
  public void runFailed(Throwable failure) {
    fail(phase, failure);
    endPhase();
    fail(run, failure);
    run.end();
  }

  private static void fail(Span span, Throwable failure) {
    String message = String.valueOf(failure.getMessage());
    // No stack trace: its causes are others' and may quote what they were given.
    span.addEvent(
        "exception",
        Attributes.of(EXCEPTION_TYPE, failure.getClass().getName(), EXCEPTION_MESSAGE, message));
    span.setStatus(StatusCode.ERROR, message);
  }

  @Override
  public void waiting(String migration) {
    run.addEvent("waiting");
  }

  @Override
  public void phaseStarted(Phase begun) {
    phase =
        tracer.spanBuilder(NAME + word(begun)).setParent(Context.current().with(run)).startSpan();
    last = null;
    rejects = 0;
  }

  @Override
  public void phaseFinished(Phase done, Duration took) {
    endPhase();
  }

  private void endPhase() {
    if (last != null) {
      phase.setAttribute(ROWS, last.doneHere()).setAttribute(BYTES, last.bytes());
    }
    if (rejects > 0) {
      phase.setAttribute(REJECTS, rejects);
    }
    phase.end();
    phase = Span.getInvalid();
    last = null;
    rejects = 0;
  }

  @Override
  public void progress(Progress progress) {
    if (progress.phase() != Phase.INDEX) { // There, it is not rows that are counted.
      last = progress;
    }
  }

  @Override
  public void rejected(String dataset, Reject reject) {
    rejects++;
  }

  @Override
  public void found(Finding finding) {
    if (++findings > MOST_FINDINGS) {
      return;
    }
    Span span = phase.getSpanContext().isValid() ? phase : run;
    span.addEvent(
        "finding",
        Attributes.of(
            CODE, finding.code(), SEVERITY, word(finding.severity()), MESSAGE, finding.message()));
  }

  private static String word(Enum<?> constant) {
    return constant.name().toLowerCase(Locale.ROOT);
  }
}
