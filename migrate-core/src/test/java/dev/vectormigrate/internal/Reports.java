package dev.vectormigrate.internal;

import dev.vectormigrate.MigrationReport;
import dev.vectormigrate.MigrationReport.DatasetReport;
import dev.vectormigrate.MigrationReport.RejectReport;
import dev.vectormigrate.Outcome;
import dev.vectormigrate.Phase;
import dev.vectormigrate.model.Digest;
import dev.vectormigrate.model.Finding;
import dev.vectormigrate.spi.MadeBackup;
import java.time.Duration;
import java.time.Instant;
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
        List.of("Not this."),
        List.of("CREATE TABLE \"a```b\" (\n  id text)", "SELECT 1"));
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
        List.of());
  }
}
