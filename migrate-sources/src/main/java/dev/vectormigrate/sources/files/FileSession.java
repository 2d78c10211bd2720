package dev.vectormigrate.sources.files;

import dev.vectormigrate.model.Dataset;
import dev.vectormigrate.spi.Position;
import dev.vectormigrate.spi.RowReader;
import dev.vectormigrate.spi.SourceSession;
import dev.vectormigrate.spi.Split;
import java.io.IOException;
import java.util.ArrayList;
import java.util.List;

/** A session over files. It holds nothing open: its readers do. */
public final class FileSession implements SourceSession {

  private final List<FileDataset> files;

  /** A session of datasets with different names. */
  public FileSession(List<? extends FileDataset> files) {
    this.files = List.copyOf(files);
  }

  @Override
  public List<Dataset> datasets() throws IOException {
    List<Dataset> datasets = new ArrayList<>();
    for (FileDataset file : files) {
      datasets.add(file.describe());
    }
    return datasets;
  }

  @Override
  public List<Split> split(Dataset dataset, int parts) throws IOException {
    FileDataset file = find(dataset);
    return file.seekable() ? file.range().split(parts) : List.of(Split.WHOLE);
  }

  @Override
  public RowReader read(Dataset dataset, Split split, Position after) throws IOException {
    FileDataset file = find(dataset);
    return file.read(file.range().part(split), after);
  }

  private FileDataset find(Dataset dataset) throws IOException {
    for (FileDataset file : files) {
      if (file.name().equals(dataset.name()) && file.namespace().equals(dataset.namespace())) {
        return file;
      }
    }
    throw new IOException(
        "dataset '" + dataset.qualifiedName() + "': missing, expected it as it was planned");
  }

  @Override
  public void close() {}
}
