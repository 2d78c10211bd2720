package dev.vectormigrate.sources.inmemory;

import dev.vectormigrate.spi.SourceStore;
import dev.vectormigrate.testkit.SourceStoreContract;

class LangChainMemoryContractTest extends SourceStoreContract {

  @Override
  protected SourceStore source() {
    return FixtureTest.source("langchain-core-1.7.2");
  }
}
