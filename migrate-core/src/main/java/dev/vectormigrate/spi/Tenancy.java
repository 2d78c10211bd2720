package dev.vectormigrate.spi;

import java.util.List;

/**
 * How the rows of a table belong to tenants.
 *
 * @param column says whose row it is
 * @param tenants the only ones that the plan brings rows of; empty where it can't be known
 * @param setting name of the server's setting that a row-level security policy of a new table
 *     compares the column with, such as {@code app.user_id}; empty for no policy
 * @param partitioned whether a new table has a partition for each of these tenants, and one for all
 *     others
 */
public record Tenancy(String column, List<String> tenants, String setting, boolean partitioned) {

  /** Of a table whose rows belong to nobody in particular. */
  public static final Tenancy NONE = new Tenancy("", List.of(), "", false);

  public Tenancy {
    tenants = List.copyOf(tenants);
  }

  /** Whether there is a column that says whose row it is. */
  public boolean isThere() {
    return !column.isEmpty();
  }
}
