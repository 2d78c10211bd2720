/**
 * The PostgreSQL target: staging tables filled by binary COPY, checkpoints in the same transaction,
 * promotion and rollback in one transaction each.
 */
@NullMarked
package dev.vectormigrate.pgvector;

import org.jspecify.annotations.NullMarked;
