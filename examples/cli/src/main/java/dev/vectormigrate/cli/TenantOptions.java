package dev.vectormigrate.cli;

import dev.vectormigrate.DatasetMapping;
import dev.vectormigrate.Tenant;
import org.jspecify.annotations.Nullable;
import picocli.CommandLine.Option;

/** Whose rows they are, and whose are taken. */
final class TenantOptions {

  @Option(
      names = "--tenant-field",
      paramLabel = "FIELD",
      description =
          "The field, or key of the metadata, that says whose row it is. It becomes the tenant"
              + " column of the layout, else user_id, and the first part of the key.")
  private @Nullable String field;

  @Option(
      names = "--user-id",
      paramLabel = "ID",
      description =
          "With --tenant-field or a layout that knows its tenants: take only the rows of this one."
              + " Else every row belongs to it.")
  private @Nullable String user;

  @Option(
      names = "--missing-tenant",
      paramLabel = "reject|fail|VALUE",
      description =
          "What to do with a row without one: refuse it, stop, or give it this tenant. Default:"
              + " refuse it.")
  private String missing = "reject";

  /**
   * Changes a mapping.
   *
   * @param known whether the layout tells whose rows they are
   */
  void applyTo(DatasetMapping.Builder mapping, boolean known) {
    if (field != null) {
      mapping.tenant(withPolicy(Tenant.fromField(field)));
    }
    if (user == null) {
      return;
    }
    if (field != null || known) {
      mapping.onlyTenants(user);
    } else {
      mapping.tenant(Tenant.constant(user));
    }
  }

  private Tenant withPolicy(Tenant tenant) {
    return switch (missing) {
      case "reject" -> tenant;
      case "fail" -> tenant.orFail();
      default -> tenant.or(missing);
    };
  }
}
