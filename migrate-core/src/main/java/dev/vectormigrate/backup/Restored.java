package dev.vectormigrate.backup;

import java.nio.file.Path;
import org.jspecify.annotations.Nullable;

/**
 * What a restore did. Immutable and thread-safe.
 *
 * @param backup what was restored
 * @param target where it is now
 * @param previous where that what was there before is now, or null if there was nothing
 */
public record Restored(Backup backup, Path target, @Nullable Path previous) {}
