package dev.vectormigrate.sources.qdrant;

import dev.vectormigrate.sources.numpy.Fixtures;
import dev.vectormigrate.spi.SourceStore;
import dev.vectormigrate.testkit.SourceStoreContract;

/** The rules that hold for every source, where points are refused and lack vectors. */
class LocalContractTest extends SourceStoreContract {

  @Override
  protected SourceStore source() {
    return QdrantLocalDirectory.at(Fixtures.path("qdrant/local"));
  }
}
