/**
 * Writes a {@link dev.vectormigrate.MigrationReport} for people, programs and build servers; see
 * {@link dev.vectormigrate.report.ReportFormat}.
 */
@NullMarked
package dev.vectormigrate.report;

import org.jspecify.annotations.NullMarked;
