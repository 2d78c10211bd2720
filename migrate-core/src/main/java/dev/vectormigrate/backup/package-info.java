/**
 * Backups of stores that are files: {@link dev.vectormigrate.backup.Backups} makes, checks and
 * restores them.
 */
@NullMarked
package dev.vectormigrate.backup;

import org.jspecify.annotations.NullMarked;
