package dev.vectormigrate.internal;

import dev.vectormigrate.model.Dataset;
import dev.vectormigrate.spi.Position;
import dev.vectormigrate.spi.RowReader;
import dev.vectormigrate.spi.SourceSession;
import dev.vectormigrate.spi.SourceStore;
import dev.vectormigrate.spi.Split;
import java.util.List;

/** A source with one dataset, under another name. */
record Renamed(SourceStore source, String dataset) implements SourceStore {

  @Override
  public String name() {
    return source.name();
  }

  @Override
  public SourceSession open() throws Exception {
    SourceSession session = source.open();
    return new SourceSession() {
      @Override
      public List<Dataset> datasets() throws Exception {
        Dataset d = session.datasets().get(0);
        return List.of(
            new Dataset(
                d.namespace(), dataset, d.schema(), d.rows(), d.fingerprint(), d.findings()));
      }

      @Override
      public List<Split> split(Dataset d, int parts) throws Exception {
        return session.split(d, parts);
      }

      @Override
      public RowReader read(Dataset d, Split split, Position after) throws Exception {
        return session.read(d, split, after);
      }

      @Override
      public void close() {
        session.close();
      }
    };
  }
}
