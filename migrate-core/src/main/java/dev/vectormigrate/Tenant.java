package dev.vectormigrate;

/**
 * Where the value of a tenant column comes from.
 *
 * @param kind a constant, the JSON field {@code metadata}, or the dataset's namespace
 * @param value the constant, the key in the metadata, or what stands for an empty namespace
 */
public record Tenant(Kind kind, String value) {

  /** Where a tenant comes from. */
  public enum Kind {
    CONSTANT,
    METADATA,
    NAMESPACE
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

  /**
   * The tenant is the outermost part of the dataset's namespace, such as the user's directory or
   * the workspace.
   *
   * @param ifNone what it is for a dataset without a namespace
   */
  public static Tenant fromNamespace(String ifNone) {
    return new Tenant(Kind.NAMESPACE, ifNone);
  }

  @Override
  public String toString() {
    return switch (kind) {
      case CONSTANT -> "'" + value + "'";
      case METADATA -> "metadata '" + value + "'";
      case NAMESPACE -> "namespace, else '" + value + "'";
    };
  }
}
