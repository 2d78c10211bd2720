/**
 * Reads plain files of records: JSON lines, JSON, CSV, and arrays of vectors with a file beside
 * them. {@link dev.vectormigrate.sources.records.RecordFields} tells what becomes of a record.
 *
 * <p>A file is cut into the bytes of its records first, and each is parsed alone. So what is wrong
 * with one, such as nesting without end, costs only that one, and no more memory than a record may
 * take is ever used.
 */
@NullMarked
package dev.vectormigrate.sources.records;

import org.jspecify.annotations.NullMarked;
