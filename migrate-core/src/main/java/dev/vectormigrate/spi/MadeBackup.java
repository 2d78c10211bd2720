package dev.vectormigrate.spi;

import dev.vectormigrate.model.Finding;
import java.util.Objects;
import java.util.Optional;
import java.util.regex.Matcher;
import java.util.regex.Pattern;

/**
 * A backup that a run made of one of its sources. Immutable and thread-safe. It is stored with the
 * run as a finding, and read from there again.
 *
 * @param id unique in its folder
 * @param archive where its content is, an absolute path
 */
public record MadeBackup(String id, String archive) {

  private static final String CODE = "backup.made";
  private static final Pattern MESSAGE =
      Pattern.compile("Backup '([A-Za-z0-9._-]+)' was made: (.+)", Pattern.DOTALL);

  public MadeBackup {
    Objects.requireNonNull(id, "id");
    Objects.requireNonNull(archive, "archive");
  }

  /** The form in which it is stored. */
  public Finding asFinding() {
    return Finding.info(CODE, "Backup '" + id + "' was made: " + archive);
  }

  /** The backup that a finding stands for; empty if it stands for anything else. */
  public static Optional<MadeBackup> of(Finding finding) {
    Matcher message = MESSAGE.matcher(finding.message());
    return finding.code().equals(CODE) && message.matches()
        ? Optional.of(new MadeBackup(message.group(1), message.group(2)))
        : Optional.empty();
  }
}
