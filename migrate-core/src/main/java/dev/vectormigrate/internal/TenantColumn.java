package dev.vectormigrate.internal;

import dev.vectormigrate.ColumnValue;
import dev.vectormigrate.Tenant;
import dev.vectormigrate.internal.ColumnCompiler.Compiled;
import dev.vectormigrate.internal.ColumnCompiler.Computation;
import dev.vectormigrate.model.Dataset;
import dev.vectormigrate.model.FieldType;
import dev.vectormigrate.model.Row;
import dev.vectormigrate.model.Schema;
import java.util.List;
import java.util.Map;
import java.util.Objects;
import java.util.function.Function;
import org.jspecify.annotations.Nullable;

/** Computes whose row a row is. */
record TenantColumn(Dataset dataset, Tenant tenant) {

  Compiled compile(ColumnCompiler compiler) {
    Computation found =
        switch (tenant.kind()) {
          case CONSTANT -> row -> tenant.value();
          case NAMESPACE -> row -> namespace();
          case DATASET -> row -> dataset.name();
          case METADATA -> inMetadata();
          case FIELD -> inField(compiler);
          case COMPUTED -> computed();
        };
    return new Compiled(
        FieldType.TEXT, false, row -> orElse(row, text(found.of(row))), onlyTenant());
  }

  private List<String> onlyTenant() {
    return switch (tenant.kind()) {
      case CONSTANT -> List.of(tenant.value());
      case NAMESPACE -> List.of(namespace());
      case DATASET -> List.of(dataset.name());
      case METADATA, FIELD, COMPUTED -> List.of();
    };
  }

  private String namespace() {
    return dataset.namespace().isEmpty() ? tenant.value() : dataset.namespace().get(0);
  }

  private Computation inMetadata() {
    int metadata = dataset.schema().indexOf(Schema.METADATA);
    if (metadata < 0) {
      throw new IllegalArgumentException(
          "field '%s': not there, expected one of %s."
              .formatted(
                  Schema.METADATA,
                  dataset.schema().fields().stream().map(field -> field.name()).toList()));
    }
    return row -> member(row.members(metadata));
  }

  private @Nullable Object member(Map<?, ?> members) {
    return members.get(tenant.value());
  }

  private Computation inField(ColumnCompiler compiler) {
    return dataset.schema().indexOf(tenant.value()) < 0
        ? inMetadata()
        : compiler.compile(ColumnValue.field(tenant.value())).computation();
  }

  private Computation computed() {
    Function<Row, @Nullable String> function = Objects.requireNonNull(tenant.function());
    return row -> function.apply(row.row());
  }

  private static @Nullable String text(@Nullable Object value) {
    boolean isTenant = value instanceof String text ? !text.isEmpty() : value instanceof Number;
    return value != null && isTenant ? value.toString() : null;
  }

  private String orElse(RowValues row, @Nullable String found) {
    if (found != null) {
      return found;
    }
    return switch (tenant.missing()) {
      case DEFAULT -> tenant.fallback();
      case REJECT -> throw new IllegalArgumentException(nothing());
      case FAIL ->
          throw new IllegalStateException(
              "row '%s': %s. Mend the row, or name a tenant for such rows."
                  .formatted(row.row().id(), nothing()));
    };
  }

  private String nothing() {
    return tenant + ": no text or number there to take the tenant from";
  }
}
