package dev.vectormigrate.backup;

import java.nio.file.Path;

/**
 * A sidecar that cannot be read, so that nothing is known about its backup. Immutable and
 * thread-safe.
 *
 * @param sidecar the file
 * @param message what is wrong with it and what to do, naming the file
 */
public record UnreadableBackup(Path sidecar, String message) {}
