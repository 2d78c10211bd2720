package dev.vectormigrate.sources.qdrant;

import dev.vectormigrate.model.Dataset;
import dev.vectormigrate.sources.files.FileSession;
import dev.vectormigrate.sources.numpy.ScratchFiles;
import dev.vectormigrate.spi.Position;
import dev.vectormigrate.spi.RowReader;
import dev.vectormigrate.spi.SourceSession;
import dev.vectormigrate.spi.Split;
import java.io.IOException;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.List;

/** An open directory of local mode, with copies of the databases that were looked at. */
final class LocalSession implements SourceSession {

  private final FileSession files;
  private final ScratchFiles scratch;

  private LocalSession(FileSession files, ScratchFiles scratch) {
    this.files = files;
    this.scratch = scratch;
  }

  static LocalSession open(Path directory, PointLayout.Options options, Path workDirectory)
      throws IOException {
    LocalMeta meta = LocalMeta.read(directory);
    List<String> names = meta.collections();
    ScratchFiles scratch = ScratchFiles.below(workDirectory);
    try {
      List<LocalCollection> collections = new ArrayList<>();
      for (String name : names) {
        collections.add(LocalCollection.of(directory, name, meta, options, scratch));
      }
      return new LocalSession(new FileSession(collections), scratch);
    } catch (IOException | RuntimeException e) {
      scratch.close();
      throw e;
    }
  }

  @Override
  public List<Dataset> datasets() throws IOException {
    return files.datasets();
  }

  @Override
  public List<Split> split(Dataset dataset, int parts) throws IOException {
    return files.split(dataset, parts);
  }

  @Override
  public RowReader read(Dataset dataset, Split split, Position after) throws IOException {
    return files.read(dataset, split, after);
  }

  @Override
  public void close() {
    files.close();
    scratch.close();
  }
}
