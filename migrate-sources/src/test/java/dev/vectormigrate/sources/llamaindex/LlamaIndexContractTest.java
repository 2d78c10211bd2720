package dev.vectormigrate.sources.llamaindex;

import dev.vectormigrate.spi.SourceStore;
import dev.vectormigrate.testkit.SourceStoreContract;

class LlamaIndexContractTest extends SourceStoreContract {

  @Override
  protected SourceStore source() {
    return FixtureTest.source("llama-index-core-0.14.25");
  }
}
