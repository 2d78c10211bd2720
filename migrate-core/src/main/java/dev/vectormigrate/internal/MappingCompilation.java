package dev.vectormigrate.internal;

import dev.vectormigrate.ColumnValue;
import dev.vectormigrate.DatasetMapping;
import dev.vectormigrate.Tenant;
import dev.vectormigrate.internal.ColumnCompiler.Compiled;
import dev.vectormigrate.model.Dataset;
import dev.vectormigrate.model.Field;
import dev.vectormigrate.model.FieldType;
import dev.vectormigrate.model.Schema;
import dev.vectormigrate.spi.Tenancy;
import java.time.ZoneOffset;
import java.util.ArrayList;
import java.util.HashSet;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import java.util.Set;
import java.util.SortedSet;
import org.jspecify.annotations.Nullable;

/** Compiles a mapping for one dataset. Used once, by one thread. */
final class MappingCompilation {

  private final Dataset dataset;
  private final Schema source;
  private final DatasetMapping mapping;
  private final ColumnCompiler compiler;
  private final List<String> names = new ArrayList<>();
  private final List<Compiled> columns = new ArrayList<>();
  private final List<Set<String>> fieldsOfColumns = new ArrayList<>();
  private final Map<String, ColumnValue> computed;
  private final Tally losses;

  MappingCompilation(Dataset dataset, DatasetMapping mapping, Tally losses) {
    this.dataset = dataset;
    this.losses = losses;
    this.source = dataset.schema();
    this.mapping = mapping;
    compiler = new ColumnCompiler(source, mapping.ignored(), losses);
    computed = new LinkedHashMap<>(mapping.columns());
  }

  RowMapper compile() {
    checkFields();
    mapping.tenants().forEach(this::addTenant);
    if (!mapping.onlyColumns()) {
      source.fields().forEach(this::addField);
    }
    mapping.constants().forEach((name, value) -> add(name, ColumnValue.constant(value)));
    computed.forEach(this::add);
    Schema target = new Schema(fields(), key());
    Unmapped unmapped =
        mapping.onlyColumns() ? Unmapped.of(source, compiler, mapping.ignored()) : Unmapped.none();
    return new RowMapper(
        target,
        List.copyOf(columns),
        List.copyOf(fieldsOfColumns),
        wanted(target),
        tenancy(),
        unmapped,
        losses);
  }

  private Tenancy tenancy() {
    String column = mapping.tenantColumn();
    if (column.isEmpty() && mapping.policySetting().isEmpty() && !mapping.partitioned()) {
      return Tenancy.NONE;
    }
    if (!names.contains(column)) {
      throw new IllegalArgumentException(
          "tenant column '%s': not there, expected one of %s.".formatted(column, names));
    }
    SortedSet<String> only = mapping.wanted().get(column);
    List<String> tenants =
        only == null ? columns.get(names.indexOf(column)).constant() : List.copyOf(only);
    if (mapping.partitioned() && (tenants.isEmpty() || !key().contains(column))) {
      throw new IllegalArgumentException(
          "partitions by '%s': tenants %s and key %s, expected tenants that the plan knows, and a key"
                  .formatted(column, tenants, key())
              + " with the column. Name the tenants with onlyTenants(...), or the key.");
    }
    return new Tenancy(column, tenants, mapping.policySetting(), mapping.partitioned());
  }

  private Map<Integer, SortedSet<String>> wanted(Schema target) {
    Map<Integer, SortedSet<String>> wanted = new LinkedHashMap<>();
    mapping
        .wanted()
        .forEach(
            (column, values) -> {
              if (target.indexOf(column) < 0) {
                throw new IllegalArgumentException(
                    "column '%s': not there, expected one of %s to choose rows by."
                        .formatted(column, names));
              }
              wanted.put(target.indexOf(column), values);
            });
    return wanted;
  }

  private void add(String column, ColumnValue value) {
    try {
      names.add(column);
      columns.add(compiler.compile(value));
      fieldsOfColumns.add(compiler.takeTouched());
    } catch (IllegalArgumentException e) {
      throw new IllegalArgumentException("column '" + column + "': " + e.getMessage(), e);
    }
  }

  private void addTenant(String column, Tenant tenant) {
    names.add(column);
    columns.add(ofType(computed.remove(column), tenant(tenant)));
    fieldsOfColumns.add(compiler.takeTouched());
  }

  /** A tenant in the place of a layout's column keeps that column's type. */
  private Compiled ofType(@Nullable ColumnValue other, Compiled tenant) {
    if (other == null) {
      return tenant;
    }
    FieldType type = compiler.compile(other).type();
    Conversion conversion = new Conversion(type, ZoneOffset.UTC);
    return new Compiled(
        type,
        false,
        row -> {
          Object value = tenant.computation().of(row);
          return value == null ? null : conversion.convert(value);
        },
        tenant.constant());
  }

  private Compiled tenant(Tenant tenant) {
    return new TenantColumn(dataset, tenant).compile(compiler);
  }

  private void addField(Field field) {
    String column = mapping.column(field.name());
    if (mapping.dropped().contains(field.name()) || computed.containsKey(column)) {
      return;
    }
    ColumnValue value = ColumnValue.field(field.name());
    DatasetMapping.Conversion conversion = mapping.conversions().get(field.name());
    add(column, conversion == null ? value : value.as(conversion.type(), conversion.zone()));
  }

  private List<Field> fields() {
    List<Field> fields = new ArrayList<>();
    Set<String> seen = new HashSet<>();
    for (int i = 0; i < names.size(); i++) {
      if (!seen.add(names.get(i))) {
        throw new IllegalArgumentException(
            "column '%s': twice, expected once. Rename or drop one of them."
                .formatted(names.get(i)));
      }
      fields.add(new Field(names.get(i), columns.get(i).type(), columns.get(i).nullable()));
    }
    return fields;
  }

  private List<String> key() {
    List<String> key = new ArrayList<>(mapping.key());
    if (key.isEmpty()) {
      key.addAll(mapping.tenants().keySet());
      source.key().forEach(name -> key.add(mapping.column(name)));
    }
    return key;
  }

  private void checkFields() {
    for (String field : mapping.renamed().keySet()) {
      checkField(field, field.equals(Schema.TEXT));
    }
    for (String field : mapping.conversions().keySet()) {
      checkField(field, false);
    }
    for (String dropped : mapping.dropped()) {
      checkField(dropped, false);
      if (source.key().contains(dropped) && mapping.key().isEmpty()) {
        throw new IllegalArgumentException(
            "field '" + dropped + "': dropped, but it is part of the key. Keep it.");
      }
    }
  }

  private void checkField(String field, boolean mayBeAbsent) {
    if (!mayBeAbsent && source.indexOf(field) < 0) {
      List<String> known = source.fields().stream().map(Field::name).toList();
      throw new IllegalArgumentException(
          "field '" + field + "': not there, expected one of " + known + ".");
    }
  }
}
