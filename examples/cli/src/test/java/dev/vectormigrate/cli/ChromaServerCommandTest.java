package dev.vectormigrate.cli;

import static org.assertj.core.api.Assertions.assertThat;

import com.sun.net.httpserver.HttpServer;
import dev.vectormigrate.cli.Cli.Result;
import java.io.IOException;
import java.net.InetAddress;
import java.net.InetSocketAddress;
import java.util.List;
import java.util.Map;
import java.util.concurrent.CopyOnWriteArrayList;
import org.junit.jupiter.api.Test;

class ChromaServerCommandTest {

  @Test
  void theTokenOfTheEnvironmentIsSentAndNeverShown() throws IOException {
    List<String> sent = new CopyOnWriteArrayList<>();
    HttpServer server =
        HttpServer.create(new InetSocketAddress(InetAddress.getLoopbackAddress(), 0), 0);
    server.createContext(
        "/",
        exchange -> {
          sent.add(
              exchange.getRequestURI() + " " + exchange.getRequestHeaders().get("X-Chroma-Token"));
          exchange.sendResponseHeaders(403, -1);
          exchange.close();
        });
    server.start();
    try {
      String from = "chroma+http://127.0.0.1:" + server.getAddress().getPort();

      Result result = new Cli(Map.of("CHROMA_TOKEN", "s3cret")).run("inspect", "--from", from);

      assertThat(sent).containsExactly("/api/v2/version [s3cret]");
      assertThat(result.code()).isEqualTo(4);
      assertThat(result.out()).isEmpty();
      assertThat(result.err())
          .isEqualToNormalizingNewlines(
              "["
                  + from
                  + "] GET /api/v2/version: HTTP 403, expected access. Give the source a token, a"
                  + " password or a header\n");
    } finally {
      server.stop(0);
    }
  }
}
