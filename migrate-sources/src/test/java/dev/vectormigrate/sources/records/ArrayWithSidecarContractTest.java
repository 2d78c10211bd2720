package dev.vectormigrate.sources.records;

import dev.vectormigrate.sources.numpy.Fixtures;
import dev.vectormigrate.spi.SourceStore;
import dev.vectormigrate.testkit.SourceStoreContract;

/** The rules that hold for every source. */
class ArrayWithSidecarContractTest extends SourceStoreContract {

  @Override
  protected SourceStore source() {
    return ArrayWithSidecar.at(Fixtures.path("records/array_columns/store.npz"));
  }
}
