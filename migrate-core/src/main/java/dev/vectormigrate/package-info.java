/**
 * What an application touches: it builds a {@link dev.vectormigrate.MigrationPlan} and calls {@link
 * dev.vectormigrate.MigrationPlan#run()} at start-up.
 */
@NullMarked
package dev.vectormigrate;

import org.jspecify.annotations.NullMarked;
