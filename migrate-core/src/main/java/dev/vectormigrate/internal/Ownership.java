package dev.vectormigrate.internal;

import dev.vectormigrate.model.Digest;
import dev.vectormigrate.model.Row;
import dev.vectormigrate.spi.Tenancy;
import java.util.HashSet;
import java.util.List;
import java.util.Set;
import org.jspecify.annotations.Nullable;

/**
 * Which rows of a live table a plan answers for: those with the constants of one of its mappings,
 * and, where nobody can say beforehand whose rows it brings, those of tenants that the source has.
 * Of one thread; sees the source first.
 */
final class Ownership {

  /** With more tenants than this, rows of all tenants count. */
  private static final int MOST_TENANTS = 100_000;

  private final List<RowMapper> mappers;
  private final String column;
  private final RowHasher hasher = new RowHasher();
  private final Set<Digest> seen = new HashSet<>();

  Ownership(Tenancy tenancy, List<RowMapper> mappers) {
    this.mappers = mappers;
    column = tenancy.tenants().isEmpty() ? tenancy.column() : "";
  }

  void saw(Row row) {
    String tenant = tenant(row);
    if (tenant != null && seen.size() < MOST_TENANTS) {
      seen.add(hasher.hash((Object) tenant));
    }
  }

  boolean answersFor(Row row) {
    return isOfSeenTenant(row) && mappers.stream().anyMatch(mapper -> mapper.mayHaveMade(row));
  }

  private boolean isOfSeenTenant(Row row) {
    boolean toTell = row.schema().indexOf(column) >= 0 && seen.size() < MOST_TENANTS;
    return !toTell || seen.contains(hasher.hash((Object) tenant(row)));
  }

  /** Null where there is none, or it does not matter. */
  private @Nullable String tenant(Row row) {
    int index = row.schema().indexOf(column);
    Object value = index < 0 ? null : row.value(index);
    return value == null ? null : value.toString();
  }
}
