/** Measures the way from a Chroma directory into staging beside {@code psql \copy}. */
@NullMarked
package dev.vectormigrate.examples.benchmark;

import org.jspecify.annotations.NullMarked;
