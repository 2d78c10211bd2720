package dev.vectormigrate.sources.qdrant;

import static org.assertj.core.api.Assertions.assertThatThrownBy;

import dev.vectormigrate.spi.SourceStore;
import java.io.IOException;
import java.net.URL;
import java.net.URLClassLoader;
import java.util.stream.Stream;
import org.junit.jupiter.api.Test;

class MissingClientTest {

  /** Everything that these classes need, save the client and gRPC. */
  @Test
  void withoutTheClientTheMessageNamesIt() throws Exception {
    URL[] places =
        Stream.of(QdrantServer.class, SourceStore.class, org.slf4j.Logger.class)
            .map(type -> type.getProtectionDomain().getCodeSource().getLocation())
            .toArray(URL[]::new);
    try (URLClassLoader loader = new URLClassLoader(places, ClassLoader.getPlatformClassLoader())) {
      Class<?> type = loader.loadClass(QdrantServer.class.getName());
      Object server = type.getMethod("at", String.class, int.class).invoke(null, "host", 6334);

      assertThatThrownBy(() -> type.getMethod("open").invoke(server))
          .cause()
          .isInstanceOf(IOException.class)
          .hasMessage(
              "qdrant://host:6334: client of Qdrant missing, expected io.qdrant:client on the class"
                  + " path. Add this dependency, in version 1.18 or newer");
    }
  }
}
