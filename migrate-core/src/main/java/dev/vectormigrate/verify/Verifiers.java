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
   * The table is built as planned: columns, their types and dimensions, which may be null, the key,
   * the indexes, each valid and, of vectors, for the store's distance; of a live table, sequences
   * beyond the largest number. Catches what no row shows.
   */
  public static Verifier schema() {
    return new SchemaVerifier();
  }
}
