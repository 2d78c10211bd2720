package dev.vectormigrate.observe;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import dev.vectormigrate.MigrationPlan;
import dev.vectormigrate.SourceException;
import dev.vectormigrate.model.Finding;
import dev.vectormigrate.testkit.Docs;
import dev.vectormigrate.testkit.InMemoryTarget;
import dev.vectormigrate.testkit.ScriptedSource;
import io.opentelemetry.api.common.Attributes;
import io.opentelemetry.api.trace.Span;
import io.opentelemetry.api.trace.SpanKind;
import io.opentelemetry.api.trace.StatusCode;
import io.opentelemetry.context.Context;
import io.opentelemetry.sdk.testing.junit5.OpenTelemetryExtension;
import io.opentelemetry.sdk.trace.data.SpanData;
import java.util.Comparator;
import java.util.List;
import java.util.TreeMap;
import java.util.stream.Collectors;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.extension.RegisterExtension;

class OpenTelemetryListenerTest {

  private static final int ROWS = 23;

  @RegisterExtension
  static final OpenTelemetryExtension TELEMETRY = OpenTelemetryExtension.create();

  private final ScriptedSource source = ScriptedSource.of(Docs.rows(ROWS));
  private final InMemoryTarget target = InMemoryTarget.empty();

  private MigrationPlan.Builder plan() {
    return MigrationPlan.builder("m")
        .from(source)
        .into(target)
        .eachDataset(d -> d.rename("text", "text"))
        .writers(1)
        .batchRows(2)
        .listener(OpenTelemetryListener.of(TELEMETRY.getOpenTelemetry()));
  }

  /** Every span with its attributes, its status and its events, in the order of their begin. */
  private static List<String> spans() {
    return TELEMETRY.getSpans().stream()
        .sorted(Comparator.comparing(SpanData::getStartEpochNanos))
        .map(OpenTelemetryListenerTest::show)
        .toList();
  }

  private static String show(SpanData span) {
    String status =
        span.getStatus().getStatusCode() == StatusCode.UNSET
            ? ""
            : " " + span.getStatus().getStatusCode() + ": " + span.getStatus().getDescription();
    String events =
        span.getEvents().stream()
            .map(event -> "; " + event.getName() + " " + show(event.getAttributes()))
            .collect(Collectors.joining());
    return (span.getName() + " " + show(span.getAttributes()) + status + events)
        .replace("vector.migrate.", "");
  }

  private static String show(Attributes attributes) {
    TreeMap<String, Object> sorted = new TreeMap<>();
    attributes.forEach((key, value) -> sorted.put(key.getKey(), value));
    sorted.computeIfPresent("vector.migrate.bytes", (key, bytes) -> (long) bytes > 0 ? "some" : 0);
    return sorted.toString();
  }

  @Test
  void a_run_is_a_span_with_a_span_for_each_phase() {
    source.refusing(4, "no").finding(Finding.warning("x.warn", "Two rows look alike."));

    plan().maxRejects(1).build().run();

    assertThat(spans())
        .containsExactly(
            "run {migration=m, outcome=migrated}",
            "plan {}; finding {code=x.warn, message=Two rows look alike., severity=warning}",
            "stage {bytes=some, rejects=1, rows=23}",
            "index {}",
            "verify {bytes=some, rows=22}",
            "promote {}");
    SpanData run = TELEMETRY.getSpans().get(5);
    assertThat(run.getName()).isEqualTo("vector.migrate.run");
    assertThat(run.getKind()).isEqualTo(SpanKind.INTERNAL);
    assertThat(run.getInstrumentationScopeInfo().getName()).isEqualTo("dev.vectormigrate");
    assertThat(TELEMETRY.getSpans().subList(0, 5))
        .allSatisfy(
            phase -> {
              assertThat(phase.getTraceId()).isEqualTo(run.getTraceId());
              assertThat(phase.getParentSpanId()).isEqualTo(run.getSpanId());
            });
  }

  @Test
  void a_run_that_fails_and_the_phase_that_it_fails_in_are_errors() {
    source.before(7, ScriptedSource.failing(1, new Exception("broken")));

    assertThatThrownBy(plan().build()::run).isInstanceOf(SourceException.class);

    String failure =
        " ERROR: [script docs] broken; exception"
            + " {exception.message=[script docs] broken,"
            + " exception.type=dev.vectormigrate.SourceException}";
    assertThat(spans()).hasSize(3);
    assertThat(spans().get(0)).isEqualTo("run {migration=m}" + failure);
    assertThat(spans().get(1)).isEqualTo("plan {}");
    // How many rows had been told by then is a matter of time.
    assertThat(spans().get(2)).startsWith("stage {").endsWith("}" + failure);
  }

  @Test
  void a_run_that_fails_outside_of_every_phase_is_an_error_too() {
    MigrationPlan refused =
        plan()
            .beforeRun(
                () -> {
                  throw new IllegalStateException("not now");
                })
            .build();

    assertThatThrownBy(refused::run);

    String message =
        "[migration m] beforeRun: java.lang.IllegalStateException: not now, expected it to return."
            + " Nothing was read.";
    assertThat(spans())
        .containsExactly(
            "run {migration=m} ERROR: "
                + message
                + "; exception {exception.message="
                + message
                + ", exception.type=dev.vectormigrate.RefusedException}");
  }

  @Test
  void a_dry_run_has_the_outcome_of_one() {
    plan().build().dryRun();

    assertThat(spans())
        .containsExactly(
            "run {migration=m, outcome=previewed}", "plan {}", "stage {bytes=some, rows=23}");
  }

  @Test
  void the_span_of_the_caller_is_the_parent() {
    Span caller = TELEMETRY.getOpenTelemetry().getTracer("app").spanBuilder("start").startSpan();
    Runnable start = plan().build()::run;
    Context.current().with(caller).wrap(start).run();
    caller.end();

    assertThat(TELEMETRY.getSpans())
        .filteredOn(span -> span.getName().equals("vector.migrate.run"))
        .extracting(SpanData::getParentSpanId)
        .containsExactly(caller.getSpanContext().getSpanId());
  }

  @Test
  void waiting_is_an_event_and_findings_are_bounded() {
    OpenTelemetryListener listener = OpenTelemetryListener.of(TELEMETRY.getOpenTelemetry());
    listener.runStarted("m");
    listener.waiting("m");
    for (int i = 0; i < 200; i++) {
      listener.found(Finding.info("x.y", "z"));
    }
    listener.runFailed(new IllegalStateException("no"));

    SpanData run = TELEMETRY.getSpans().get(0);
    assertThat(run.getEvents()).hasSize(102);
    assertThat(run.getEvents().get(0).getName()).isEqualTo("waiting");
    assertThat(run.getEvents().subList(1, 101))
        .allSatisfy(event -> assertThat(event.getName()).isEqualTo("finding"));
    assertThat(run.getEvents().get(101).getName()).isEqualTo("exception");
  }
}
