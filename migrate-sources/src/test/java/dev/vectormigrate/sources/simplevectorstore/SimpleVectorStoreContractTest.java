package dev.vectormigrate.sources.simplevectorstore;

import dev.vectormigrate.sources.numpy.Fixtures;
import dev.vectormigrate.spi.SourceStore;
import dev.vectormigrate.testkit.SourceStoreContract;

/** The rules that hold for every source. */
class SimpleVectorStoreContractTest extends SourceStoreContract {

  @Override
  protected SourceStore source() {
    return SimpleVectorStoreDirectory.at(Fixtures.path("simplevectorstore/user_data"))
        .masterKey("correct horse"::toCharArray);
  }
}
