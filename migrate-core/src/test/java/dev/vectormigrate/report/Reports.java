package dev.vectormigrate.report;

import dev.vectormigrate.Measurements;
import dev.vectormigrate.Measurements.NormRange;
import dev.vectormigrate.Measurements.Pace;
import dev.vectormigrate.Measurements.TenantRows;
import dev.vectormigrate.Measurements.VectorColumn;
import dev.vectormigrate.Measurements.Vectors;
import dev.vectormigrate.MigrationReport;
import dev.vectormigrate.MigrationReport.CheckReport;
import dev.vectormigrate.MigrationReport.DatasetReport;
import dev.vectormigrate.MigrationReport.RejectReport;
import dev.vectormigrate.MigrationReport.Verdict;
import dev.vectormigrate.Outcome;
import dev.vectormigrate.Phase;
import dev.vectormigrate.model.Digest;
import dev.vectormigrate.model.Finding;
import dev.vectormigrate.spi.MadeBackup;
import dev.vectormigrate.spi.SearchQuality;
import dev.vectormigrate.spi.SearchResult.IndexUse;
import dev.vectormigrate.spi.VectorSearch.Access;
import java.time.Duration;
import java.time.Instant;
import java.util.Arrays;
import java.util.EnumMap;
import java.util.List;
import java.util.Map;

/** Reports with everything in them, for the tests of their forms. */
final class Reports {

  private Reports() {}

  static MigrationReport full() {
    Map<Phase, Duration> phases = new EnumMap<>(Phase.class);
    phases.put(Phase.STAGE, Duration.ofMillis(61_250));
    phases.put(Phase.PLAN, Duration.ofMillis(4));
    return new MigrationReport(
        "chat_2026 *x*",
        Outcome.DIFFERENT,
        List.of("chroma:data/_chroma_", "sqlite:C:\\chat.db"),
        "localhost:5432/chat",
        List.of(new MadeBackup("chat_20261120_105959", "/b/_x_/chat_20261120_105959.tar.gz")),
        Instant.parse("2026-11-20T11:00:00Z"),
        Duration.ofMillis(62_999),
        phases,
        List.of(
            new DatasetReport(
                "a|b\n# <img src=x>",
                "vector_documents",
                "append skip",
                1_234_570,
                1_234_567,
                1_234_560,
                7,
                99,
                new Digest(1, 2)),
            new DatasetReport("notes", "notes", "create", -1, 0, 0, 0, 0, Digest.NONE)),
        List.of(
            Finding.error("digest.mismatch", "table 'a|b' differs <b>"),
            Finding.info("x.y", "all\r\nwell")),
        List.of(
            new RejectReport(
                "docs",
                "id|\n| x | <script>alert(1)</script> \\| [a](http://x)",
                "7",
                "`no` & \"no\"\u001b[1m")),
        List.of("counts", "digest"),
        List.of(
            new CheckReport("counts", "vector_documents", Verdict.PASSED, "1,234,567 read|<b>"),
            new CheckReport("digest", "vector_documents", Verdict.FAILED, ""),
            new CheckReport("digest", "n|tes", Verdict.WARNED, "7 rows"),
            new CheckReport("tenants", "notes", Verdict.NOTHING_TO_CHECK, "no tenants")),
        List.of("Not this."),
        List.of("CREATE TABLE \"a```b\" (\n  id text)", "SELECT 1"),
        measurements());
  }

  private static Measurements measurements() {
    return new Measurements(
        List.of(
            pace(Phase.STAGE, 200, 1_000),
            pace(Phase.STAGE, 20_000, 400_000),
            pace(Phase.STAGE, 40_000, 1_000_000),
            pace(Phase.STAGE, 60_000, 1_200_000),
            pace(Phase.VERIFY, 5, 1),
            pace(Phase.VERIFY, 100, 50)),
        List.of(
            new TenantRows("vector_documents", "u<1>", 0, 1_234_000),
            new TenantRows("vector_documents", "", 0, 500),
            new TenantRows("vector_documents", "", 60, 60)),
        List.of(
            new VectorColumn(
                "vector_documents",
                "embedding|x",
                new Vectors(
                    3, 0.9999, 1.5, List.of(norms(512, 1, 2), norms(521, 1.477, 1)), Map.of(2, 3L)),
                new Vectors(2, 0.9999, 1, List.of(norms(512, 1, 2)), Map.of(2, 1L, 3, 1L)))));
  }

  private static Pace pace(Phase phase, int millis, long rows) {
    return new Pace(phase, Duration.ofMillis(millis), rows, 4 * rows);
  }

  /** Rounded, so that a test can be read: a range ends at 1.0443 times where it begins. */
  private static NormRange norms(int step, double middle, long count) {
    double from = Math.round(middle * 978.57) / 1_000.0;
    return new NormRange(step, from, Math.round(from * 1_044.3) / 1_000.0, count);
  }

  /** A report of a check that searched. */
  static MigrationReport searched() {
    MigrationReport bare = bare(Outcome.VERIFIED);
    return new MigrationReport(
        bare.migration(),
        bare.outcome(),
        bare.sources(),
        bare.target(),
        bare.backups(),
        bare.started(),
        bare.took(),
        bare.phases(),
        bare.datasets(),
        bare.findings(),
        bare.rejects(),
        List.of("query_overlap", "latency"),
        List.of(),
        bare.notChecked(),
        bare.statements(),
        new Measurements(
            List.of(),
            List.of(),
            List.of(),
            List.of(
                search("query_overlap", "halfvec", Access.EXACT, IndexUse.NONE, 1, 1, 0.5, 0.9),
                search("latency", "bit, 100 ranked again", Access.INDEX, IndexUse.NOT_CHOSEN))));
  }

  private static SearchQuality search(
      String check, String form, Access access, IndexUse index, double... found) {
    return new SearchQuality(
        check,
        "a|b",
        "embedding<x>",
        form,
        access,
        index,
        10,
        Arrays.stream(found).boxed().toList(),
        Duration.ofNanos(1_234_567),
        Duration.ofMillis(20),
        1_000);
  }

  static MigrationReport bare(Outcome outcome) {
    return new MigrationReport(
        "m",
        outcome,
        List.of("s"),
        "t",
        List.of(),
        Instant.EPOCH,
        Duration.ZERO,
        Map.of(),
        List.of(new DatasetReport("d", "d", "create", 1_000, 1_000, 1_000, 0, 0, Digest.NONE)),
        List.of(),
        List.of(),
        List.of(),
        List.of(),
        List.of(),
        List.of(),
        Measurements.NONE);
  }
}
