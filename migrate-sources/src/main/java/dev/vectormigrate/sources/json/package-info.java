/** Reads JSON files of any size record by record: first a look through all of it, then any part. */
@NullMarked
package dev.vectormigrate.sources.json;

import org.jspecify.annotations.NullMarked;
