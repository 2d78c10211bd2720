package dev.vectormigrate.sources.inmemory;

import dev.vectormigrate.spi.SourceStore;
import dev.vectormigrate.testkit.SourceStoreContract;

class LangChain4jContractTest extends SourceStoreContract {

  @Override
  protected SourceStore source() {
    return FixtureTest.source("langchain4j-1.11.0");
  }
}
