package dev.vectormigrate.sources.records;

import dev.vectormigrate.sources.numpy.Fixtures;
import dev.vectormigrate.spi.SourceStore;
import dev.vectormigrate.testkit.SourceStoreContract;

/** The rules that hold for every source. */
class JsonRecordsFileContractTest extends SourceStoreContract {

  @Override
  protected SourceStore source() {
    return JsonRecordsFile.at(Fixtures.path("records/frame.json"));
  }
}
