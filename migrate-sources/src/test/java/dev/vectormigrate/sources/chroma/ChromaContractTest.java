package dev.vectormigrate.sources.chroma;

import dev.vectormigrate.spi.SourceStore;
import dev.vectormigrate.testkit.SourceStoreContract;
import java.nio.file.Files;
import java.nio.file.Path;
import org.junit.jupiter.api.io.TempDir;

/** A Chroma directory keeps the rules of every source. */
class ChromaContractTest extends SourceStoreContract {

  @TempDir Path folder;

  @Override
  protected SourceStore source() throws Exception {
    Path store = folder.resolve("chroma");
    if (Files.notExists(store)) {
      ChromaDirectoryGenerator.write(store, 60, 4);
    }
    return ChromaDirectory.at(store);
  }
}
