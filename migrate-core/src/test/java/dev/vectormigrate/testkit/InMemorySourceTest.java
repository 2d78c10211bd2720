package dev.vectormigrate.testkit;

import dev.vectormigrate.model.Row;
import dev.vectormigrate.model.Schema;
import dev.vectormigrate.model.Vector;
import dev.vectormigrate.spi.SourceStore;
import java.util.List;

class InMemorySourceTest extends SourceStoreContract {

  private static final Schema DOCS = Schema.vectorCollection(2, null);

  @Override
  protected SourceStore source() {
    return InMemorySource.empty()
        .with("docs", DOCS, List.of(doc("a"), doc("b"), doc("c"), doc("d"), doc("e")))
        .with("none", DOCS, List.of());
  }

  private static Row doc(String id) {
    return Row.of(DOCS, id, "text of " + id, null, Vector.of(1, 2));
  }
}
