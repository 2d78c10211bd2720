package dev.vectormigrate.internal;

import dev.vectormigrate.model.Row;
import dev.vectormigrate.spi.TableSpec;
import java.util.HashMap;
import java.util.Map;

/** Counts the rows of each tenant. Of one thread. */
final class TenantCounts {

  /** More tenants than this are counted together. */
  private static final int MOST_TENANTS = 100_000;

  private static final String OTHERS = "(others)";

  private final int column;
  private final Map<String, Long> counts = new HashMap<>();

  TenantCounts(TableSpec table) {
    column = table.tenancy().isThere() ? table.schema().indexOf(table.tenancy().column()) : -1;
  }

  void count(Row row) {
    if (column < 0) {
      return;
    }
    Object value = row.value(column);
    String tenant = value == null ? "" : value.toString();
    boolean separately = counts.size() < MOST_TENANTS || counts.containsKey(tenant);
    counts.merge(separately ? tenant : OTHERS, 1L, Long::sum);
  }

  Map<String, Long> counts() {
    return counts;
  }
}
