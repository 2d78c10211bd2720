package dev.vectormigrate.sources.qdrant;

import dev.vectormigrate.spi.SourceStore;
import dev.vectormigrate.testkit.SourceStoreContract;
import java.util.List;
import java.util.Map;
import java.util.UUID;
import org.junit.jupiter.api.BeforeAll;

/** The rules that hold for every source, where ids are of both kinds, and of shards. */
class ServerContractTest extends SourceStoreContract {

  private static String named;
  private static String sharded;

  @BeforeAll
  static void fill() throws Exception {
    named = LocalQdrant.newName("named");
    sharded = LocalQdrant.newName("sharded");
    try (Samples samples = LocalQdrant.shared().samples()) {
      samples.create(Samples.named(named));
      for (PointKey key :
          List.of(PointKey.of(1), PointKey.of(-1), PointKey.of(new UUID(7, 7)), PointKey.of(20))) {
        samples.upsert(
            named,
            Samples.point(
                key,
                Map.of("of", Samples.value(key.toString())),
                Samples.vectors(Map.of("title", Samples.dense(1, key.number())))));
      }
      samples.create(Samples.sharded(sharded).build());
      samples.shardKey(sharded, Samples.key("a b"));
      samples.shardKey(sharded, Samples.key(2));
      samples.shardKey(sharded, Samples.key("empty"));
      samples.upsert(sharded, Samples.key("a b"), Samples.point(1, 1), Samples.point(2, 2));
      samples.upsert(sharded, Samples.key(2), Samples.point(1, 3), Samples.point(5, 3));
    }
  }

  @Override
  protected SourceStore source() throws Exception {
    return LocalQdrant.shared().source().collections(named, sharded);
  }
}
