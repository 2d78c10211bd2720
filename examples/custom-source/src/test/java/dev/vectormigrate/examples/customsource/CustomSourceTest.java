package dev.vectormigrate.examples.customsource;

import static org.assertj.core.api.Assertions.assertThat;

import dev.vectormigrate.MigrationReport;
import dev.vectormigrate.Outcome;
import dev.vectormigrate.model.Row;
import dev.vectormigrate.pgvector.testing.LocalPostgres;
import dev.vectormigrate.spi.Position;
import dev.vectormigrate.spi.RowReader;
import dev.vectormigrate.spi.SourceSession;
import dev.vectormigrate.spi.Split;
import java.sql.Connection;
import java.sql.ResultSet;
import java.sql.Statement;
import java.util.ArrayList;
import java.util.List;
import org.junit.jupiter.api.Test;

class CustomSourceTest {

  @Test
  void everyProductBecomesARow() throws Exception {
    try (LocalPostgres.Database database = LocalPostgres.shared().createDatabase("products")) {
      MigrationReport report =
          CustomSource.migrate(ProductCatalogue.ofTools(), database.dataSource());

      assertThat(report.outcome()).isEqualTo(Outcome.MIGRATED);
      assertThat(report.written()).isEqualTo(3);
      assertThat(rows(database))
          .containsExactly(
              "A-17 | Claw hammer | {\"tags\": [\"steel\"]} | [0.9,0.1,0]",
              "B-02 | Rubber mallet | {\"tags\": [\"wood\", \"rubber\"]} | [0.8,0,0.3]",
              "C-99 | Garden hose | {\"tags\": []} | [0,0.2,0.9]");
    }
  }

  @Test
  void aSecondStartDoesNothing() {
    try (LocalPostgres.Database database = LocalPostgres.shared().createDatabase("products")) {
      ProductCatalogue tools = ProductCatalogue.ofTools();
      CustomSource.migrate(tools, database.dataSource());

      assertThat(CustomSource.migrate(tools, database.dataSource()).outcome())
          .isEqualTo(Outcome.ALREADY_MIGRATED);
    }
  }

  @Test
  void aReaderGoesOnBehindAPosition() throws Exception {
    try (SourceSession session = new ProductSource(ProductCatalogue.ofTools()).open();
        RowReader reader =
            session.read(session.datasets().get(0), Split.WHOLE, new Position("A-17"))) {
      Row row = reader.next();

      assertThat(row).isNotNull();
      assertThat(row.id()).isEqualTo("B-02");
      assertThat(reader.position()).isEqualTo(new Position("B-02"));
    }
  }

  private static List<String> rows(LocalPostgres.Database database) throws Exception {
    List<String> found = new ArrayList<>();
    try (Connection connection = database.connect();
        Statement statement = connection.createStatement();
        ResultSet rows =
            statement.executeQuery(
                "SELECT id, content, metadata::text, embedding::text FROM products ORDER BY id")) {
      while (rows.next()) {
        found.add(
            String.join(
                " | ", rows.getString(1), rows.getString(2), rows.getString(3), rows.getString(4)));
      }
    }
    return found;
  }
}
