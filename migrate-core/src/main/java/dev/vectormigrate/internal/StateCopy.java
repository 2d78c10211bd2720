package dev.vectormigrate.internal;

import com.fasterxml.jackson.core.JsonFactory;
import com.fasterxml.jackson.core.JsonGenerator;
import com.fasterxml.jackson.core.util.DefaultIndenter;
import com.fasterxml.jackson.core.util.DefaultPrettyPrinter;
import dev.vectormigrate.model.Finding;
import dev.vectormigrate.spi.MadeBackup;
import dev.vectormigrate.spi.RunState;
import java.io.IOException;
import java.io.StringWriter;
import java.nio.file.Files;
import java.nio.file.Path;
import java.nio.file.StandardCopyOption;
import java.time.Instant;
import java.util.ArrayList;
import java.util.EnumSet;
import java.util.List;
import java.util.Locale;
import java.util.Optional;
import java.util.Set;
import java.util.UUID;
import java.util.stream.Collectors;
import org.jspecify.annotations.Nullable;

/**
 * A file that tells people how far a migration has come. The target is the truth: the file is
 * replaced as a whole, and never read. Not thread-safe.
 */
public final class StateCopy {

  private static final Set<RunState> VERIFIED = EnumSet.of(RunState.VERIFIED, RunState.PROMOTED);
  private static final Set<RunState> STAGED =
      EnumSet.of(
          RunState.STAGED, RunState.VERIFIED, RunState.VERIFICATION_FAILED, RunState.PROMOTED);

  private final @Nullable Path file;
  private RunState state = RunState.INITIAL;
  private List<Finding> findings = List.of();

  /** Does no I/O; without a file, nothing else does either. */
  public StateCopy(Optional<Path> file) {
    this.file = file.orElse(null);
  }

  /**
   * Writes a state.
   *
   * @param stored what is stored with it
   * @return what is worth knowing: that it can't be written
   */
  public List<Finding> write(RunState now, List<Finding> stored, Instant changed) {
    state = now;
    findings = List.copyOf(stored);
    return write(List.of(), changed);
  }

  /** Adds why a run stopped to the state that it had come to. */
  List<Finding> stopped(@Nullable String message) {
    return write(List.of(String.valueOf(message)), Instant.now());
  }

  private List<Finding> write(List<String> errors, Instant changed) {
    if (file == null) {
      return List.of();
    }
    try {
      replace(file.toAbsolutePath(), json(errors, changed));
      return List.of();
    } catch (IOException e) {
      return List.of(
          Finding.warning(
              "state_file.not_written",
              "State file %s can't be written: %s. The target holds the state; see status()."
                  .formatted(file, e.getClass().getSimpleName())));
    }
  }

  private static void replace(Path file, String content) throws IOException {
    Path part = file.resolveSibling(file.getFileName() + "." + UUID.randomUUID() + ".part");
    try {
      Files.writeString(part, content);
      Files.move(part, file, StandardCopyOption.ATOMIC_MOVE);
    } finally {
      Files.deleteIfExists(part);
    }
  }

  private String json(List<String> errors, Instant changed) throws IOException {
    StringWriter text = new StringWriter();
    try (JsonGenerator json = new JsonFactory().createGenerator(text).setPrettyPrinter(pretty())) {
      json.writeStartObject();
      json.writeStringField("phase", state.name().toLowerCase(Locale.ROOT));
      json.writeStringField("backup_id", backups());
      json.writeBooleanField("staging_complete", STAGED.contains(state));
      json.writeBooleanField("verification_passed", VERIFIED.contains(state));
      json.writeBooleanField("promoted", state == RunState.PROMOTED);
      json.writeArrayFieldStart("errors");
      for (String error : allErrors(errors)) {
        json.writeString(error);
      }
      json.writeEndArray();
      json.writeStringField("updated_at", changed.toString());
      json.writeEndObject();
    }
    return text + "\n";
  }

  private @Nullable String backups() {
    String ids =
        findings.stream()
            .map(MadeBackup::of)
            .flatMap(Optional::stream)
            .map(MadeBackup::id)
            .collect(Collectors.joining(", "));
    return ids.isEmpty() ? null : ids;
  }

  private List<String> allErrors(List<String> more) {
    List<String> errors = new ArrayList<>();
    findings.stream().filter(Finding::blocks).map(Finding::message).forEach(errors::add);
    errors.addAll(more);
    return errors;
  }

  /** Line ends are those of every platform alike. */
  private static DefaultPrettyPrinter pretty() {
    DefaultPrettyPrinter printer = new DefaultPrettyPrinter();
    printer.indentObjectsWith(new DefaultIndenter("  ", "\n"));
    return printer;
  }
}
