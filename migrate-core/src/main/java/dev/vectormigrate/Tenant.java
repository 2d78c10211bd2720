package dev.vectormigrate;

import dev.vectormigrate.model.Row;
import java.util.Objects;
import java.util.function.Function;
import org.jspecify.annotations.Nullable;

/**
 * Where the value of a tenant column comes from, and what becomes of rows without one: they are
 * refused, unless {@link #or} or {@link #orFail} says otherwise. Numbers become their digits. An
 * empty text is no tenant.
 *
 * @param kind where from
 * @param value by the kind: the constant, the key in the metadata, the name of the field, what
 *     stands for an empty namespace, or the name of the function
 * @param missing what becomes of a row without tenant
 * @param fallback the tenant of {@link Missing#DEFAULT}, else empty
 * @param function of {@link Kind#COMPUTED}, else null
 */
public record Tenant(
    Kind kind,
    String value,
    Missing missing,
    String fallback,
    @Nullable Function<Row, @Nullable String> function) {

  /** Where a tenant comes from. */
  public enum Kind {
    CONSTANT,
    METADATA,
    FIELD,
    NAMESPACE,
    DATASET,
    COMPUTED
  }

  /** What becomes of a row without tenant. */
  public enum Missing {
    /** It is refused. */
    REJECT,
    /** It stops the run. */
    FAIL,
    /** It gets a tenant that the plan names. */
    DEFAULT
  }

  public Tenant {
    Objects.requireNonNull(kind, "kind");
    Objects.requireNonNull(missing, "missing");
    if (value.isEmpty() || (missing == Missing.DEFAULT && fallback.isEmpty())) {
      throw new IllegalArgumentException("tenant: empty, expected some text");
    }
  }

  private static Tenant of(Kind kind, String value) {
    return new Tenant(kind, value, Missing.REJECT, "", null);
  }

  /** Every row belongs to this tenant. */
  public static Tenant constant(String tenant) {
    return of(Kind.CONSTANT, tenant);
  }

  /** The tenant is the text or number under this key of a row's metadata. */
  public static Tenant fromMetadata(String key) {
    return of(Kind.METADATA, key);
  }

  /**
   * The tenant is the text or number in this field, or, where a dataset has no such field, under
   * this key of its metadata. A field keeps its column.
   */
  public static Tenant fromField(String field) {
    return of(Kind.FIELD, field);
  }

  /**
   * The tenant is the outermost part of the dataset's namespace, such as the user's directory or
   * the workspace.
   *
   * @param ifNone what it is for a dataset without a namespace
   */
  public static Tenant fromNamespace(String ifNone) {
    return of(Kind.NAMESPACE, ifNone);
  }

  /** The tenant is the dataset's name, for stores with a collection a tenant. */
  public static Tenant fromDataset() {
    return of(Kind.DATASET, "dataset");
  }

  /**
   * The tenant is what a function says, such as one that asks the application's identity provider.
   *
   * @param name what stays the same as long as the function gives the same tenants
   * @param function called once a row, by several threads; null or empty where there is none
   */
  public static Tenant computed(String name, Function<Row, @Nullable String> function) {
    return new Tenant(Kind.COMPUTED, name, Missing.REJECT, "", function);
  }

  /** This, and another tenant for rows without one. */
  public Tenant or(String tenant) {
    return new Tenant(kind, value, Missing.DEFAULT, tenant, function);
  }

  /** This; a row without tenant stops the run. */
  public Tenant orFail() {
    return new Tenant(kind, value, Missing.FAIL, "", function);
  }

  @Override
  public String toString() {
    String source =
        switch (kind) {
          case CONSTANT -> "'" + value + "'";
          case METADATA -> "metadata '" + value + "'";
          case FIELD -> "field '" + value + "'";
          case NAMESPACE -> "namespace, else '" + value + "'";
          case DATASET -> "name of the dataset";
          case COMPUTED -> "function '" + value + "'";
        };
    return switch (missing) {
      case REJECT -> source;
      case FAIL -> source + " or fail";
      case DEFAULT -> source + " or '" + fallback + "'";
    };
  }
}
