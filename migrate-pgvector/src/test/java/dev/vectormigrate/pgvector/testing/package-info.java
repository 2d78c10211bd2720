/** A real PostgreSQL with pgvector for tests, benchmarks and the quickstart. */
@NullMarked
package dev.vectormigrate.pgvector.testing;

import org.jspecify.annotations.NullMarked;
