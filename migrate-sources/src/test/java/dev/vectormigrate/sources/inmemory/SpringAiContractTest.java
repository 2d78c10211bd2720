package dev.vectormigrate.sources.inmemory;

import dev.vectormigrate.spi.SourceStore;
import dev.vectormigrate.testkit.SourceStoreContract;

class SpringAiContractTest extends SourceStoreContract {

  @Override
  protected SourceStore source() {
    return FixtureTest.source("spring-ai-1.0.0");
  }
}
