package dev.vectormigrate.sources.lightrag;

import dev.vectormigrate.model.Dataset;
import dev.vectormigrate.model.Finding;
import dev.vectormigrate.model.Schema;
import dev.vectormigrate.sources.files.DamagedFileException;
import dev.vectormigrate.sources.files.FileDataset;
import dev.vectormigrate.sources.files.OrdinalRange;
import dev.vectormigrate.spi.Position;
import dev.vectormigrate.spi.RowReader;
import java.io.IOException;
import java.util.List;
import java.util.OptionalLong;

/**
 * Describes a dataset of a damaged file as one with an error, so that those of other files can be
 * migrated; reading it fails.
 */
record ReportedDamage(FileDataset dataset) implements FileDataset {

  @Override
  public List<String> namespace() {
    return dataset.namespace();
  }

  @Override
  public String name() {
    return dataset.name();
  }

  @Override
  public Schema schema() {
    return dataset.schema();
  }

  @Override
  public Dataset describe() throws IOException {
    try {
      return dataset.describe();
    } catch (DamagedFileException e) {
      return new Dataset(
          namespace(),
          name(),
          dataset.schema(),
          OptionalLong.empty(),
          "damaged",
          List.of(Finding.error("lightrag.file.damaged", String.valueOf(e.getMessage()))));
    }
  }

  @Override
  public OrdinalRange range() throws IOException {
    return dataset.range();
  }

  @Override
  public boolean seekable() {
    return dataset.seekable();
  }

  @Override
  public RowReader read(OrdinalRange records, Position after) throws IOException {
    return dataset.read(records, after);
  }
}
