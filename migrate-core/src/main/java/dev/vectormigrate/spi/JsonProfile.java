package dev.vectormigrate.spi;

import java.util.Collections;
import java.util.List;
import java.util.SortedMap;
import java.util.TreeMap;

/**
 * How the documents of one JSON column are built, counted over all rows of a table: {@code rows =
 * objects + arrays + scalars + encoded + nulls}. The same rows give the same profile, whatever
 * their order.
 *
 * @param column its name
 * @param objects documents that are objects
 * @param arrays documents that are arrays
 * @param scalars documents that are a number, a truth value, or a text that holds no JSON
 * @param encoded documents that are a text which holds an object or array as JSON: they were
 *     written as JSON twice
 * @param nulls rows that hold JSON's null, or nothing
 * @param encodedRows the first ten ids of rows with an encoded document, in the order of texts;
 *     empty where rows have no key
 * @param depth of the deepest document: 0 for a scalar, 1 for an object of scalars
 * @param paths how often each key path occurs with which type, such as {@code author.name string}
 *     or {@code tags[] integer}, below the document itself; the first {@link #MOST_PATHS} in the
 *     order of texts
 * @param otherPaths how often all others occur, together
 */
public record JsonProfile(
    String column,
    long objects,
    long arrays,
    long scalars,
    long encoded,
    long nulls,
    List<String> encodedRows,
    int depth,
    SortedMap<String, Long> paths,
    long otherPaths) {

  /** So many key paths of a column are told apart. */
  public static final int MOST_PATHS = 1_000;

  public JsonProfile {
    encodedRows = List.copyOf(encodedRows);
    paths = Collections.unmodifiableSortedMap(new TreeMap<>(paths));
  }
}
