package dev.vectormigrate.pgvector;

import dev.vectormigrate.model.Distance;
import dev.vectormigrate.model.Field;
import dev.vectormigrate.model.FieldType;
import org.jspecify.annotations.Nullable;

/**
 * How field types are spelled in PostgreSQL.
 *
 * @param extensionSchema where the extension's types live
 */
record ColumnTypes(String extensionSchema) {

  /** Components that a column of type {@code vector} can hold, by pgvector's documentation. */
  static final int MAX_DIMENSION = 16_000;

  /** Components that an HNSW or IVFFlat index on type {@code vector} can hold. */
  static final int MAX_INDEXED_DIMENSION = 2_000;

  /** A column of a CREATE TABLE. */
  String column(Field field) {
    return Identifiers.quote(field.name()) + " " + sql(field.type()) + notNull(field);
  }

  private static String notNull(Field field) {
    return field.nullable() ? "" : " NOT NULL";
  }

  private String sql(FieldType type) {
    return type.kind() == FieldType.Kind.VECTOR
        ? Identifiers.quote(extensionSchema) + "." + plain(type)
        : plain(type);
  }

  /** The name of a type without its schema, as format_type returns it. */
  static String plain(FieldType type) {
    return switch (type.kind()) {
      case TEXT -> "text";
      case INTEGER -> "bigint";
      case FLOAT -> "double precision";
      case BOOLEAN -> "boolean";
      case JSON -> "jsonb";
      case VECTOR -> type.dimension() == 0 ? "vector" : "vector(" + type.dimension() + ")";
    };
  }

  /** Whether a column of the given type, as format_type returns it, holds every value exactly. */
  static boolean holds(String column, FieldType type) {
    boolean unlimitedText =
        type.kind() == FieldType.Kind.TEXT && column.equals("character varying");
    return unlimitedText || column.equals(plain(type));
  }

  /** Whether a vector index can be built on a column of this type. */
  static boolean isIndexable(FieldType type) {
    return type.kind() == FieldType.Kind.VECTOR
        && type.dimension() > 0
        && type.dimension() <= MAX_INDEXED_DIMENSION;
  }

  /** The operator class of an index for a distance; cosine where nobody said. */
  String operatorClass(@Nullable Distance distance) {
    String name =
        switch (distance == null ? Distance.COSINE : distance) {
          case COSINE -> "vector_cosine_ops";
          case L2 -> "vector_l2_ops";
          case INNER_PRODUCT -> "vector_ip_ops";
        };
    return Identifiers.quote(extensionSchema, name);
  }
}
