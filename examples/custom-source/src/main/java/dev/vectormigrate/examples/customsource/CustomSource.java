package dev.vectormigrate.examples.customsource;

import dev.vectormigrate.MigrationPlan;
import dev.vectormigrate.MigrationReport;
import dev.vectormigrate.pgvector.PgVectorTarget;
import dev.vectormigrate.pgvector.testing.LocalPostgres;
import dev.vectormigrate.report.ReportFormat;
import javax.sql.DataSource;

/** Migrates the application's own store when the application starts. */
public final class CustomSource {

  private CustomSource() {}

  /** Runs it on a database that is dropped at the end. */
  public static void main(String[] args) {
    try (LocalPostgres.Database database = LocalPostgres.shared().createDatabase("products")) {
      MigrationReport report = migrate(ProductCatalogue.ofTools(), database.dataSource());
      System.out.println(ReportFormat.MARKDOWN.write(report));
    }
  }

  static MigrationReport migrate(ProductCatalogue catalogue, DataSource dataSource) {
    return MigrationPlan.builder("products")
        .from(new ProductSource(catalogue))
        .into(PgVectorTarget.of(dataSource))
        .build()
        .run();
  }
}
