package dev.vectormigrate.sources.chroma;

import dev.vectormigrate.sources.chroma.ChromaDirectory.MissingVectors;
import dev.vectormigrate.spi.SourceSession;
import dev.vectormigrate.spi.SourceStore;
import java.net.URI;
import java.nio.charset.StandardCharsets;
import java.nio.file.Path;
import java.time.Duration;
import java.util.Base64;
import java.util.List;
import java.util.Locale;
import java.util.Map;
import java.util.Objects;
import java.util.TreeMap;
import java.util.regex.Pattern;

/**
 * A running Chroma server as a source: {@code ChromaServer.at(URI.create("http://host:8000"))}.
 * Immutable and thread-safe.
 *
 * <p>Servers from 0.4.4 to 1.x are read over HTTP, through API v2 where there is one and else
 * through v1; only requests that read are sent. A collection becomes a dataset whose namespace is
 * its tenant and database, with the fields {@code id}, {@code text}, {@code metadata} and {@code
 * embedding}, and {@code uri} after the text where any record has one: the same rows that {@link
 * ChromaDirectory} reads from the server's files. One value may differ: in the cosine space a
 * server normalizes vectors and multiplies them back, also those of which its log has the exact
 * original, so that such a vector may be one or two units in the last place away from it.
 *
 * <p>Chroma has no snapshots. {@link SourceSession#datasets()} therefore lists the ids of every
 * collection and reads every record once, for a fingerprint of each; readers fetch records by their
 * ids and compare the fingerprints. So a record that is changed or deleted meanwhile stops the run,
 * and so does one that is added, when a reader comes to its end. What cannot be told is whether a
 * value was changed and changed back.
 *
 * <p>Ids and fingerprints are kept in scratch files, answers are limited to 64 MiB. A record whose
 * answer is larger is refused. A server that is busy, unreachable or fails passingly is reported as
 * {@link dev.vectormigrate.spi.TransientException}.
 *
 * <p>The routes and their answers are those of the OpenAPI documents that servers give at {@code
 * /openapi.json}.
 */
public final class ChromaServer implements SourceStore {

  private static final Pattern HEADER_NAME = Pattern.compile("[!#$%&'*+.^_`|~0-9A-Za-z-]{1,100}");
  private static final Pattern HEADER_VALUE = Pattern.compile("[\\x20-\\x7E\\t]{0,16384}");
  private static final Duration TWO_MINUTES = Duration.ofMinutes(2);

  final URI address;
  final Map<String, String> headers;
  final List<String> tenants;
  final List<String> databases;
  final MissingVectors missingVectors;
  final Duration timeout;
  final Path workDirectory;

  private ChromaServer(
      URI address,
      Map<String, String> headers,
      List<String> tenants,
      List<String> databases,
      MissingVectors missingVectors,
      Duration timeout,
      Path workDirectory) {
    this.address = address;
    this.headers = headers;
    this.tenants = List.copyOf(tenants);
    this.databases = List.copyOf(databases);
    this.missingVectors = Objects.requireNonNull(missingVectors, "missingVectors");
    this.timeout = timeout;
    this.workDirectory = Objects.requireNonNull(workDirectory, "workDirectory");
  }

  /**
   * The server at an address such as {@code http://host:8000}, perhaps with a path below which a
   * proxy has it.
   *
   * @throws IllegalArgumentException if it is no http or https address, or holds credentials, a
   *     query or a fragment
   */
  public static ChromaServer at(URI address) {
    String scheme = String.valueOf(address.getScheme()).toLowerCase(Locale.ROOT);
    if (!(scheme.equals("http") || scheme.equals("https")) || address.getHost() == null) {
      throw new IllegalArgumentException(
          "address of a Chroma server: expected http://host:port or https://host:port");
    }
    if (address.getRawUserInfo() != null
        || address.getRawQuery() != null
        || address.getRawFragment() != null) {
      throw new IllegalArgumentException(
          "address of a Chroma server: has credentials, a query or a fragment, expected none. Give"
              + " credentials with token(), basic() or header()");
    }
    return new ChromaServer(
        address,
        Map.of(),
        List.of(),
        List.of(),
        MissingVectors.NULL,
        TWO_MINUTES,
        Path.of(System.getProperty("java.io.tmpdir")));
  }

  /**
   * This source with a token, sent as {@code Authorization: Bearer} and as {@code X-Chroma-Token}:
   * a server looks at the one that it was configured for.
   */
  public ChromaServer token(String token) {
    return header("Authorization", "Bearer " + token).header("X-Chroma-Token", token);
  }

  /** This source with a name and a password, sent as {@code Authorization: Basic}. */
  public ChromaServer basic(String user, String password) {
    byte[] both = (user + ":" + password).getBytes(StandardCharsets.UTF_8);
    return header("Authorization", "Basic " + Base64.getEncoder().encodeToString(both));
  }

  /**
   * This source with a header that is sent with every request, such as one that a proxy asks for;
   * it replaces one of the same name. Values are never part of a message.
   *
   * @throws IllegalArgumentException if the name or the value is none that HTTP allows
   */
  public ChromaServer header(String name, String value) {
    if (!HEADER_NAME.matcher(name).matches() || !HEADER_VALUE.matcher(value).matches()) {
      throw new IllegalArgumentException(
          "header: a name or value that HTTP does not allow, expected printable ASCII");
    }
    Map<String, String> more = new TreeMap<>(String.CASE_INSENSITIVE_ORDER);
    more.putAll(headers);
    more.put(name, value);
    return new ChromaServer(
        address, more, tenants, databases, missingVectors, timeout, workDirectory);
  }

  /**
   * This source with the tenants to read, since Chroma does not list them; if not set, the one that
   * the server says the credentials belong to, or {@code default_tenant}. One that is missing is an
   * error.
   */
  public ChromaServer tenants(String... names) {
    return new ChromaServer(
        address, headers, List.of(names), databases, missingVectors, timeout, workDirectory);
  }

  /**
   * This source with the databases to read of every tenant; if not set, all where the server lists
   * them, as API v2 does, and else {@code default_database}. One that is missing is an error.
   */
  public ChromaServer databases(String... names) {
    return new ChromaServer(
        address, headers, tenants, List.of(names), missingVectors, timeout, workDirectory);
  }

  /** This source with another treatment of lost vectors; {@link MissingVectors#NULL} if not set. */
  public ChromaServer missingVectors(MissingVectors treatment) {
    return new ChromaServer(
        address, headers, tenants, databases, treatment, timeout, workDirectory);
  }

  /**
   * This source with another time in which an answer must be complete; two minutes if not set. The
   * first request after a server's start is slow, since it replays its log.
   */
  public ChromaServer timeout(Duration limit) {
    if (limit.isNegative() || limit.isZero()) {
      throw new IllegalArgumentException("timeout: " + limit + ", expected more than nothing");
    }
    return new ChromaServer(
        address, headers, tenants, databases, missingVectors, limit, workDirectory);
  }

  /**
   * This source with another place for scratch files, an existing directory; that of the system
   * property {@code java.io.tmpdir} if not set.
   */
  public ChromaServer workDirectory(Path directory) {
    return new ChromaServer(
        address, headers, tenants, databases, missingVectors, timeout, directory);
  }

  /** The address that was given. */
  public URI address() {
    return address;
  }

  @Override
  public String name() {
    return "chroma+" + address;
  }

  @Override
  public SourceSession open() throws Exception {
    return ServerSession.open(this);
  }

  /** As {@link #name()}: without any credential. */
  @Override
  public String toString() {
    return name();
  }
}
