/** SQLite databases, table by table, with their keys, constraints and defaults. */
@NullMarked
package dev.vectormigrate.sources.sqlite;

import org.jspecify.annotations.NullMarked;
