package dev.vectormigrate.verify;

import dev.vectormigrate.spi.Verifier;
import java.util.List;

/** The ready-made verifiers. They share one pass over the target's rows. */
public final class Verifiers {

  private Verifiers() {}

  /** Counts, digest, tenants, samples and schema. */
  public static List<Verifier> standard() {
    return List.of(counts(), digest(), tenants(), samples(), schema());
  }

  /**
   * Every row is accounted for: the source's count, rows read, rows written and rejected, and rows
   * in the target agree. Catches loss and duplication.
   */
  public static Verifier counts() {
    return new CountsVerifier();
  }

  /**
   * Every value of every row in the target is what was read from the source: compares an
   * order-independent digest, taken on reading, with that of what the target returns. Catches any
   * changed value.
   */
  public static Verifier digest() {
    return new DigestVerifier();
  }

  /**
   * About a hundred rows of each dataset, value by value and strict about types. Names the row and
   * the field that differ, where the digest only says that something does.
   */
  public static Verifier samples() {
    return new SamplesVerifier();
  }

  /**
   * In a table with tenants: every row belongs to one, and where the plan says whose rows it
   * brings, to one of these. Catches rows of nobody and leaks between tenants. Rows that changed
   * hands within the plan's tenants are caught by the digest.
   */
  public static Verifier tenants() {
    return new TenantsVerifier();
  }

  /**
   * The JSON columns of a table hold documents, not text that holds documents. Not one of the
   * {@linkplain #standard standard} checks, as it judges what the source holds, too: a document
   * that the source keeps as JSON in a text as JSON is moved as it is, and reported here. The
   * report tells of each column how many documents are objects, arrays and scalars, how many key
   * paths there are with their types, and how deep the deepest is.
   *
   * <ul>
   *   <li>{@code json.double_encoded}, an error: documents that are a text which holds an object or
   *       array, such as {@code "{\"a\":1}"}. Texts inside of documents may hold anything.
   *   <li>{@code json.mixed}, a warning: some documents of a column are objects, others arrays or
   *       scalars. Null is none of these.
   *   <li>{@code json.changed}, an error: a sampled row whose keys, or types of values, are others
   *       than in the source. Beyond the samples, {@link #digest} sees such a change, and that
   *       anything differs, though not where.
   * </ul>
   *
   * <p>Takes part in the pass over all rows that the other checks make, and makes it slower: every
   * document is taken apart. Of a column 1,000 paths are told apart, and others are counted
   * together.
   */
  public static Verifier jsonStructure() {
    return new JsonStructureVerifier();
  }

  /**
   * The table is built as planned: columns, their types and dimensions, which may be null, the key,
   * the indexes, each valid and, of vectors, for the store's distance; of a live table, sequences
   * beyond the largest number. Catches what no row shows.
   */
  public static Verifier schema() {
    return new SchemaVerifier();
  }
}
