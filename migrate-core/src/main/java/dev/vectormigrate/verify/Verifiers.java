package dev.vectormigrate.verify;

import dev.vectormigrate.spi.Verifier;
import java.time.Duration;
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

  /**
   * Searches in the target find what is nearest in the source. A hundred of the source's own
   * vectors are searched for, exactly and as an application does it, through the index; each answer
   * is compared with the true ten nearest rows, which this computes itself from the vectors as the
   * source has them, by the source's distance. Catches a mix-up of distances, what an index does
   * not find, and what rounding or reducing has cost.
   *
   * <ul>
   *   <li>The row of the query itself counts on neither side.
   *   <li>Rows as near as the tenth count as well as the tenth: to the float, order among equals
   *       means nothing.
   *   <li>Fewer than ten other rows are all expected.
   *   <li>Below the least average, 0.8 by default, nothing becomes live.
   *   <li>Searches that filter as well, such as by tenant, are not made.
   * </ul>
   *
   * <p>Reads all rows once more, and compares each with every query: rows × queries × components
   * multiplications in one thread. Where vectors were rounded or reduced, it reads the source twice
   * more instead; without the source it says that it could not check.
   */
  public static QueryOverlap queryOverlap() {
    return QueryOverlap.of(QueryOverlap.Scope.EVERYTHING, QueryOverlap.DEFAULT_LEAST);
  }

  /**
   * As {@link #queryOverlap()}, only of columns that lost something by design: rounded to half
   * precision, reduced, or indexed by less than they are. A run whose plan has such a column makes
   * this check always; see {@code MigrationPlan.Builder.minRecall}. Vectors that a model has made
   * anew can't be compared with the source's: this says so.
   *
   * @param least the part of the nearest rows that must be found on average, from 0 to 1
   */
  public static QueryOverlap recallGate(double least) {
    return QueryOverlap.of(QueryOverlap.Scope.LOSSY, least);
  }

  /**
   * What other forms of the vectors would find: exact searches over the column as it is, rounded to
   * half precision, and by one bit a component with the best hundred ranked again, beside what the
   * index finds. For the report; fails nothing. Its times are of searches that look at every row.
   */
  public static QueryOverlap representations() {
    return QueryOverlap.of(QueryOverlap.Scope.FORMS, 0);
  }

  /**
   * The index finds what an exact search of the same table finds. Reads no row; makes two searches
   * for each of a hundred vectors. Below 0.9 on average, which an index with its default parameters
   * exceeds on most data, it warns; see {@link IndexRecall#require}. An index that the plan names,
   * and that no search can use, is an error.
   */
  public static IndexRecall indexRecall() {
    return new IndexRecall(100, 10, 0.9, 0, 0);
  }

  /**
   * Searches are quick: 95 of 100, as an application makes them, take a second at most, one after
   * the other over one connection, after one that does not count. What was just loaded and indexed
   * is mostly in memory: later, a search may have to read from disk.
   */
  public static SearchLatency latency() {
    return new SearchLatency(100, 10, Duration.ofSeconds(1));
  }
}
