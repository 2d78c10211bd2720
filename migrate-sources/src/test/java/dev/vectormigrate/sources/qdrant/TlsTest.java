package dev.vectormigrate.sources.qdrant;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import dev.vectormigrate.model.Dataset;
import dev.vectormigrate.spi.SourceSession;
import dev.vectormigrate.spi.TransientException;
import io.grpc.TlsServerCredentials;
import java.io.InputStream;
import java.nio.file.Files;
import java.nio.file.Path;
import java.security.KeyStore;
import java.util.Base64;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;

class TlsTest {

  private static final char[] PASSWORD = "password".toCharArray();

  @TempDir Path temp;

  private KeyStore keys() throws Exception {
    Path file = temp.resolve("keys.p12");
    Process keytool =
        new ProcessBuilder(
                Path.of(System.getProperty("java.home"), "bin", "keytool").toString(),
                "-genkeypair",
                "-alias",
                "server",
                "-keyalg",
                "EC",
                "-dname",
                "CN=localhost",
                "-ext",
                "SAN=dns:localhost",
                "-storetype",
                "PKCS12",
                "-keystore",
                file.toString(),
                "-storepass",
                new String(PASSWORD))
            .redirectErrorStream(true)
            .start();
    String said = new String(keytool.getInputStream().readAllBytes());
    assertThat(keytool.waitFor()).as(said).isZero();
    KeyStore keys = KeyStore.getInstance("PKCS12");
    try (InputStream in = Files.newInputStream(file)) {
      keys.load(in, PASSWORD);
    }
    return keys;
  }

  private Path pem(String kind, byte[] content) throws Exception {
    String text = Base64.getMimeEncoder().encodeToString(content);
    return Files.writeString(
        temp.resolve(kind.replace(' ', '-') + ".pem"),
        "-----BEGIN %s-----\n%s\n-----END %s-----\n".formatted(kind, text, kind));
  }

  @Test
  void onlyACertificateThatIsTrustedIsTaken() throws Exception {
    KeyStore keys = keys();
    Path certificate = pem("CERTIFICATE", keys.getCertificate("server").getEncoded());
    Path key = pem("PRIVATE KEY", keys.getKey("server", PASSWORD).getEncoded());
    try (QdrantStandIn server =
        QdrantStandIn.start(TlsServerCredentials.create(certificate.toFile(), key.toFile()))) {
      server.apiKey = "secret";
      QdrantServer source = QdrantServer.at("localhost", server.port()).apiKey(() -> "secret");

      try (SourceSession session = source.tls(certificate).open()) {
        assertThat(session.datasets()).extracting(Dataset::name).isEmpty();
      }
      try (SourceSession session = source.tls().open()) {
        assertThatThrownBy(session::datasets)
            .isInstanceOf(TransientException.class)
            .hasMessage(
                "qdrant+tls://localhost:%d: not reachable, expected a Qdrant server. Check host,"
                        .formatted(server.port())
                    + " port (6334, not 6333) and TLS");
      }
    }
  }
}
