package dev.vectormigrate;

/**
 * Where the value of a tenant column comes from.
 *
 * @param kind a constant, or the JSON field {@code metadata}
 * @param value the constant, or the key in the metadata
 */
public record Tenant(Kind kind, String value) {

  /** Where a tenant comes from. */
  public enum Kind {
    CONSTANT,
    METADATA
  }

  public Tenant {
    if (value.isEmpty()) {
      throw new IllegalArgumentException("tenant: empty, expected some text");
    }
  }

  /** Every row belongs to this tenant. */
  public static Tenant constant(String tenant) {
    return new Tenant(Kind.CONSTANT, tenant);
  }

  /** The tenant is the text or number under this key of a row's metadata; without one, rejected. */
  public static Tenant fromMetadata(String key) {
    return new Tenant(Kind.METADATA, key);
  }

  @Override
  public String toString() {
    return kind == Kind.CONSTANT ? "'" + value + "'" : "metadata '" + value + "'";
  }
}
