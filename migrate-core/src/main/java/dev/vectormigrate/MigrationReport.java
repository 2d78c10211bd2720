package dev.vectormigrate;

import dev.vectormigrate.model.Digest;
import dev.vectormigrate.model.Finding;
import dev.vectormigrate.spi.MadeBackup;
import dev.vectormigrate.spi.RunRecord;
import java.time.Duration;
import java.time.Instant;
import java.util.Comparator;
import java.util.List;
import java.util.Map;

/**
 * What a call of a plan did and found. Holds no credential, vector or text. {@code ReportFormat} of
 * the package {@code report} writes it for people, programs and build servers.
 *
 * @param migration its name
 * @param outcome how it ended
 * @param sources where data was read
 * @param target where it was written
 * @param backups of its sources that the migration made, in this call or before; empty if none was
 * @param started when the call began
 * @param took how long it lasted
 * @param phases how long each phase lasted, in order; phases of an earlier process are absent
 * @param datasets what became of each dataset
 * @param findings what the checks found
 * @param rejects rows that could not be moved, at most 100 a dataset
 * @param checked the checks that were made
 * @param checks what each of them said of each table, also where it found nothing
 * @param notChecked what was not checked, in sentences
 * @param statements the SQL that a dry run would have run
 * @param measurements what was measured meanwhile
 */
public record MigrationReport(
    String migration,
    Outcome outcome,
    List<String> sources,
    String target,
    List<MadeBackup> backups,
    Instant started,
    Duration took,
    Map<Phase, Duration> phases,
    List<DatasetReport> datasets,
    List<Finding> findings,
    List<RejectReport> rejects,
    List<String> checked,
    List<CheckReport> checks,
    List<String> notChecked,
    List<String> statements,
    Measurements measurements) {

  /**
   * What became of a dataset; {@code read = written + rejected}.
   *
   * @param dataset its qualified name
   * @param table where its rows went
   * @param mode how they became live
   * @param expected how many rows the source said it has; -1 if it couldn't say
   * @param read rows read
   * @param written rows stored
   * @param rejected rows refused
   * @param bytes size of the stored rows, roughly
   * @param digest of the stored rows
   */
  public record DatasetReport(
      String dataset,
      String table,
      String mode,
      long expected,
      long read,
      long written,
      long rejected,
      long bytes,
      Digest digest) {

    /** Rows that the plan leaves out. */
    public long filtered() {
      return read - written - rejected;
    }
  }

  /**
   * A row that could not be moved.
   *
   * @param dataset its dataset's qualified name
   * @param id how the source names it
   * @param position where it stands
   * @param reason why
   */
  public record RejectReport(String dataset, String id, String position, String reason) {}

  /**
   * What a check said of a table.
   *
   * @param check its name
   * @param table the table's
   * @param verdict how it ended
   * @param figures what was looked at, in a few words with numbers; empty if the check says none
   */
  public record CheckReport(String check, String table, Verdict verdict, String figures) {}

  /** How a check ended. */
  public enum Verdict {
    /** Nothing, or nothing of weight, was found. */
    PASSED,
    /** Something was found that is worth a decision. */
    WARNED,
    /** An error was found. */
    FAILED,
    /** The table has nothing for this check to judge. */
    NOTHING_TO_CHECK;

    /** By the gravest of some findings. */
    public static Verdict of(List<Finding> findings) {
      return switch (findings.stream()
          .map(Finding::severity)
          .max(Comparator.naturalOrder())
          .orElse(Finding.Severity.INFO)) {
        case INFO -> PASSED;
        case WARNING -> WARNED;
        case ERROR -> FAILED;
      };
    }
  }

  public MigrationReport {
    sources = List.copyOf(sources);
    backups = List.copyOf(backups);
    datasets = List.copyOf(datasets);
    findings = List.copyOf(findings);
    rejects = List.copyOf(rejects);
    checked = List.copyOf(checked);
    checks = List.copyOf(checks);
    notChecked = List.copyOf(notChecked);
    statements = List.copyOf(statements);
  }

  /** Rows stored, over all datasets. */
  public long written() {
    return datasets.stream().mapToLong(DatasetReport::written).sum();
  }

  /** One finding for each dataset that was left out; see {@link OnError#CONTINUE}. */
  public List<Finding> leftOut() {
    return findings.stream().filter(finding -> finding.code().equals(RunRecord.LEFT_OUT)).toList();
  }

  /** Whether a finding stops the run, which a dataset that was left out does not. */
  public boolean isRefused() {
    return findings.stream().filter(Finding::blocks).count() > leftOut().size();
  }

  /** Whether no finding is an error: nothing stops the run, and nothing was left out. */
  public boolean passed() {
    return findings.stream().noneMatch(Finding::blocks);
  }
}
