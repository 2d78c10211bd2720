package dev.vectormigrate.sources.faiss;

import dev.vectormigrate.sources.numpy.Fixtures;
import dev.vectormigrate.spi.SourceStore;
import dev.vectormigrate.testkit.SourceStoreContract;

/** The rules that hold for every source, where rows are refused, repeated and incomplete. */
class FaissContractTest extends SourceStoreContract {

  @Override
  protected SourceStore source() {
    return LangChainFaissFolder.at(Fixtures.path("faiss/odd"));
  }
}
