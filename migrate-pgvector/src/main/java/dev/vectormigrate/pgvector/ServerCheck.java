package dev.vectormigrate.pgvector;

import dev.vectormigrate.model.Field;
import dev.vectormigrate.model.FieldType;
import dev.vectormigrate.model.Finding;
import dev.vectormigrate.model.VectorIndex;
import java.sql.Connection;
import java.sql.SQLException;
import java.util.ArrayList;
import java.util.HashMap;
import java.util.List;
import java.util.Locale;
import java.util.Map;

/** What a server is, and the settings of it that a run feels. Reads only. */
final class ServerCheck {

  /** Where pgvector's documentation begins to speak of useful sizes. */
  private static final long ENOUGH_FOR_INDEXES = 256L << 10;

  private static final int DIMENSIONS = 1536;

  /** An index as most are. */
  private static final VectorIndexing COMMON =
      new VectorIndexing(
          Field.required("embedding", FieldType.vector(DIMENSIONS, null)), VectorIndex.hnsw());

  private final Connection connection;
  private final Map<String, String> settings = new HashMap<>();

  ServerCheck(Connection connection) throws SQLException {
    this.connection = connection;
    Sql.list(
        connection,
        """
        SELECT name, setting FROM pg_catalog.pg_settings WHERE name IN ('server_version',
          'server_version_num', 'server_encoding', 'transaction_read_only', 'maintenance_work_mem',
          'max_parallel_maintenance_workers', 'max_parallel_workers', 'max_worker_processes',
          'dynamic_shared_memory_type', 'statement_timeout', 'transaction_timeout',
          'idle_session_timeout', 'idle_in_transaction_session_timeout')""",
        row -> settings.put(row.getString(1), row.getString(2)));
  }

  private String text(String setting) {
    return settings.getOrDefault(setting, "");
  }

  /** Zero where this server does not know the setting yet. */
  private long number(String setting) {
    return Long.parseLong(settings.getOrDefault(setting, "0"));
  }

  Finding connection() throws SQLException {
    boolean encrypted =
        Sql.isTrue(
            connection,
            """
            SELECT EXISTS (SELECT 1 FROM pg_catalog.pg_stat_ssl
              WHERE pid = pg_catalog.pg_backend_pid() AND ssl)""");
    return Sql.first(
            connection,
            "SELECT current_user, pg_catalog.current_database()",
            row -> connected(row.getString(1), row.getString(2), encrypted))
        .orElseThrow();
  }

  private static Finding connected(String role, String database, boolean encrypted) {
    return Finding.info(
        "connection",
        "Connected to database '%s' as '%s', %s TLS."
            .formatted(database, role, encrypted ? "with" : "without"));
  }

  Finding version(int oldest) {
    String version = text("server_version");
    return number("server_version_num") < oldest
        ? Finding.error(
            "server.version",
            "PostgreSQL %s, expected %d or newer. Upgrade the server."
                .formatted(version, oldest / 10_000))
        : Finding.info("server.version", "PostgreSQL %s.".formatted(version));
  }

  List<Finding> readOnly() throws SQLException {
    if (Sql.isTrue(connection, "SELECT pg_catalog.pg_is_in_recovery()")) {
      return List.of(
          Finding.error(
              "server.standby",
              "The server is a standby, which takes no changes. Connect to the primary."));
    }
    return text("transaction_read_only").equals("on")
        ? List.of(
            Finding.error(
                "server.read_only",
                "Transactions are read-only here, expected them to write. Reset"
                    + " default_transaction_read_only for this role and database."))
        : List.of();
  }

  Finding encoding() {
    String encoding = text("server_encoding");
    return encoding.equals("UTF8")
        ? Finding.info("server.encoding", "The database is in UTF-8.")
        : Finding.warning(
            "server.encoding",
            "The database is in %s, not in UTF-8: a text with a character that it lacks stops the run. Use a database in UTF-8."
                .formatted(encoding));
  }

  List<Finding> indexMemory() {
    List<Finding> findings = new ArrayList<>();
    findings.add(maintenanceMemory());
    findings.add(workers());
    return findings;
  }

  private Finding maintenanceMemory() {
    long kilobytes = number("maintenance_work_mem");
    String size =
        "maintenance_work_mem is %s: an HNSW index is built at full speed for about %s vectors of %,d dimensions"
            .formatted(size(kilobytes), vectors(kilobytes), DIMENSIONS);
    return kilobytes < ENOUGH_FOR_INDEXES
        ? Finding.warning(
            "memory.index",
            size
                + ", and much more slowly beyond. Raise it for the role: ALTER ROLE ... SET"
                + " maintenance_work_mem = '1GB'.")
        : Finding.info("memory.index", size + ".");
  }

  private static String size(long kilobytes) {
    return kilobytes < 1_024
        ? kilobytes + " kB"
        : String.format(Locale.ROOT, "%,d MB", kilobytes / 1_024);
  }

  /** To two digits: it depends on the layers that chance gives each element. */
  private static String vectors(long kilobytes) {
    double count = kilobytes * 1_024.0 / COMMON.graphBytes(1);
    double unit = Math.pow(10, Math.max(0, Math.floor(Math.log10(count)) - 1));
    return String.format(Locale.ROOT, "%,d", (long) (Math.floor(count / unit) * unit));
  }

  private Finding workers() {
    long workers =
        Math.min(
            number("max_parallel_maintenance_workers"),
            Math.min(number("max_parallel_workers"), number("max_worker_processes")));
    if (workers == 0) {
      return Finding.warning(
          "workers.index",
          "No parallel workers build indexes here. Raise max_parallel_maintenance_workers, and"
              + " max_parallel_workers with it.");
    }
    String shared =
        text("dynamic_shared_memory_type").equals("posix")
            ? ", which take maintenance_work_mem from /dev/shm: in a container, it must be as large"
            : "";
    return Finding.info(
        "workers.index", "Up to %d workers build an index%s.".formatted(workers, shared));
  }

  /** A run lifts what it can within its transactions; these are the others. */
  List<Finding> timeouts() {
    List<Finding> findings = new ArrayList<>();
    addTimeout(
        findings,
        "idle_session_timeout",
        "it ends the connection that holds the lock, which idles while rows are copied, and the run"
            + " with it");
    addTimeout(
        findings, "transaction_timeout", "it ends batches and index builds that take longer");
    addLifted(findings, "statement_timeout");
    addLifted(findings, "idle_in_transaction_session_timeout");
    if (findings.isEmpty()) {
      findings.add(Finding.info("timeouts", "No timeout ends statements or sessions."));
    }
    return findings;
  }

  private void addTimeout(List<Finding> findings, String setting, String effect) {
    if (number(setting) > 0) {
      findings.add(
          Finding.warning(
              "timeout." + setting,
              "%s is %s: %s. Set it to 0 for the role: ALTER ROLE ... SET %1$s = 0."
                  .formatted(setting, duration(number(setting)), effect)));
    }
  }

  private void addLifted(List<Finding> findings, String setting) {
    if (number(setting) > 0) {
      findings.add(
          Finding.warning(
              "timeout." + setting,
              "%s is %s: a run lifts it for its own transactions, and short questions outside of them must keep to it. A pooler may enforce one of its own."
                  .formatted(setting, duration(number(setting)))));
    }
  }

  private static String duration(long milliseconds) {
    return milliseconds % 1_000 == 0 ? milliseconds / 1_000 + " s" : milliseconds + " ms";
  }
}
