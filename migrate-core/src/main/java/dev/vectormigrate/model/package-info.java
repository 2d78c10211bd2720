/**
 * The values that flow from a source to a target: datasets, schemas, rows and the value types of
 * their fields. Everything here is immutable and thread-safe.
 */
@NullMarked
package dev.vectormigrate.model;

import org.jspecify.annotations.NullMarked;
