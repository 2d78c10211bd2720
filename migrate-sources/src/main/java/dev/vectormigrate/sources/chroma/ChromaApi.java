package dev.vectormigrate.sources.chroma;

import com.fasterxml.jackson.core.JsonEncoding;
import com.fasterxml.jackson.core.JsonFactory;
import com.fasterxml.jackson.core.JsonGenerator;
import dev.vectormigrate.sources.chroma.RequestFailure.Kind;
import dev.vectormigrate.sources.json.JsonValue;
import dev.vectormigrate.spi.TransientException;
import java.io.ByteArrayOutputStream;
import java.io.IOException;
import java.net.URLEncoder;
import java.nio.charset.StandardCharsets;
import java.util.ArrayList;
import java.util.HashSet;
import java.util.List;
import java.util.Map;
import java.util.Set;
import java.util.regex.Pattern;
import org.jspecify.annotations.Nullable;

/** What a server can be asked, in API v2 or v1. Only asks. Thread-safe. */
final class ChromaApi {

  private static final String DEFAULT_TENANT = "default_tenant";
  private static final String DEFAULT_DATABASE = "default_database";
  private static final int COLLECTIONS_AT_ONCE = 1_000;
  private static final JsonFactory JSON = new JsonFactory();
  private static final Pattern UUID =
      Pattern.compile("[0-9a-fA-F]{8}(-[0-9a-fA-F]{4}){3}-[0-9a-fA-F]{12}");
  private static final Pattern TOO_OLD = Pattern.compile("0\\.([0-3]\\..*|4\\.[0-3])");

  private final ServerConnection connection;
  private final boolean v2;
  private final String root;

  private ChromaApi(ServerConnection connection, boolean v2) {
    this.connection = connection;
    this.v2 = v2;
    this.root = v2 ? "/api/v2" : "/api/v1";
  }

  /** Finds out which API the server has. */
  static ChromaApi of(ServerConnection connection)
      throws IOException, TransientException, InterruptedException {
    ChromaApi newer = new ChromaApi(connection, true);
    if (newer.version() != null) {
      return newer;
    }
    ChromaApi older = new ChromaApi(connection, false);
    String version = older.version();
    if (version == null) {
      throw new IOException(
          "GET /api/v2/version, GET /api/v1/version: HTTP 404, expected one of them. Check that the"
              + " address is that of a Chroma server");
    }
    if (TOO_OLD.matcher(version).matches()) {
      throw new IOException(
          ("server: Chroma %s, whose answers mix up vectors, expected 0.4.4 or later. Read its"
                  + " directory instead: ChromaDirectory, chroma:DIR")
              .formatted(version));
    }
    return older;
  }

  private @Nullable String version() throws IOException, TransientException, InterruptedException {
    try {
      Object version = get("/version");
      return version instanceof String text ? text : null;
    } catch (RequestFailure e) {
      if (e.kind() == Kind.ABSENT) {
        return null;
      }
      throw e;
    }
  }

  /** A database of a tenant. */
  record Database(String tenant, String name) {}

  /** The databases of the named tenants, or of those that the server tells of. */
  List<Database> databases(List<String> tenants, List<String> names)
      throws IOException, TransientException, InterruptedException {
    List<Database> found = new ArrayList<>();
    for (String tenant : tenants.isEmpty() ? List.of(ownTenant()) : tenants) {
      require("tenant '" + tenant + "'", "/tenants/" + encoded(tenant));
      for (String name : names.isEmpty() ? databasesOf(tenant) : names) {
        require("database '" + tenant + "/" + name + "'", databasePath(tenant, name));
        found.add(new Database(tenant, name));
      }
    }
    return found;
  }

  /** Some servers answer an empty list for what is not there. */
  private void require(String what, String path)
      throws IOException, TransientException, InterruptedException {
    try {
      get(path);
    } catch (RequestFailure e) {
      // Before 0.4.15 there are neither tenants nor databases, nor routes for them.
      if (e.kind() != Kind.ABSENT) {
        throw e;
      }
      if (!isDefault(path)) {
        throw new IOException(
            "%s: missing at the server, expected it. Check the name".formatted(what), e);
      }
    }
  }

  private boolean isDefault(String path) {
    return path.equals("/tenants/" + DEFAULT_TENANT)
        || path.equals(databasePath(DEFAULT_TENANT, DEFAULT_DATABASE));
  }

  private String databasePath(String tenant, String database) {
    return v2
        ? "/tenants/" + encoded(tenant) + "/databases/" + encoded(database)
        : "/databases/" + encoded(database) + "?tenant=" + encoded(tenant);
  }

  private String ownTenant() throws IOException, TransientException, InterruptedException {
    Object tenant = v2 ? identity().get("tenant") : null;
    return tenant instanceof String name && !name.isEmpty() && !name.equals("*")
        ? name
        : DEFAULT_TENANT;
  }

  private Map<?, ?> identity() throws IOException, TransientException, InterruptedException {
    Object identity = getIfThere("/auth/identity");
    return identity instanceof Map<?, ?> map ? map : Map.of();
  }

  private List<String> databasesOf(String tenant)
      throws IOException, TransientException, InterruptedException {
    Object listed = v2 ? getIfThere("/tenants/" + encoded(tenant) + "/databases") : null;
    if (listed instanceof List<?> databases) {
      List<String> names = new ArrayList<>();
      for (Object database : databases) {
        names.add(text(database, "name"));
      }
      names.sort(null);
      return names;
    }
    return List.of(DEFAULT_DATABASE);
  }

  /** The collections of a database in the order of their names. */
  List<ServerCollection> collections(Database database)
      throws IOException, TransientException, InterruptedException {
    List<ServerCollection> found = new ArrayList<>();
    Set<String> known = new HashSet<>();
    for (boolean more = true; more; ) {
      int before = found.size();
      for (Object json : page(database, before)) {
        ServerCollection collection = collection(database, json);
        if (known.add(collection.id())) {
          found.add(collection);
        }
      }
      // A server that knows no limit answers with all of them again.
      more = found.size() - before >= COLLECTIONS_AT_ONCE;
    }
    found.sort((a, b) -> a.name().compareTo(b.name()));
    return found;
  }

  private List<?> page(Database database, int offset)
      throws IOException, TransientException, InterruptedException {
    String part = "limit=" + COLLECTIONS_AT_ONCE + "&offset=" + offset;
    String path =
        v2
            ? databasePath(database.tenant(), database.name()) + "/collections?" + part
            : "/collections?tenant=%s&database=%s&%s"
                .formatted(encoded(database.tenant()), encoded(database.name()), part);
    if (get(path) instanceof List<?> page) {
      return page;
    }
    throw new IOException("GET " + root + path + ": no list, expected one of collections");
  }

  private ServerCollection collection(Database database, Object json) throws IOException {
    String name = text(json, "name");
    String id = text(json, "id");
    if (!UUID.matcher(id).matches()) {
      throw new IOException("collection '" + name + "': its id is no UUID, expected one");
    }
    requireSame(name, "tenant", DEFAULT_TENANT, database.tenant(), json);
    requireSame(name, "database", DEFAULT_DATABASE, database.name(), json);
    return new ServerCollection(
        id, database.tenant(), database.name(), name, dimension(json), space(name, json));
  }

  /** Old servers know no tenants and answer with the same collections for all. */
  private static void requireSame(
      String collection, String key, String otherwise, String expected, Object json)
      throws IOException {
    Object actual = at(json, key) instanceof String text ? text : otherwise;
    if (!actual.equals(expected)) {
      throw new IOException(
          "collection '%s': of the %s '%s', expected '%s'. This server may not know the name"
              .formatted(collection, key, actual, expected));
    }
  }

  private static int dimension(Object json) {
    return at(json, "dimension") instanceof Long number && number > 0 && number <= 1 << 20
        ? number.intValue()
        : 0;
  }

  private static DistanceSpace space(String name, Object json) throws IOException {
    try {
      Object metadata = at(json, "metadata");
      return DistanceSpace.ofServer(
          at(json, "schema"),
          at(json, "configuration_json"),
          at(metadata, "hnsw:space") instanceof String space ? space : null);
    } catch (IOException e) {
      throw new IOException("collection '" + name + "': " + e.getMessage(), e);
    }
  }

  private static @Nullable Object at(@Nullable Object json, String key) {
    return json instanceof Map<?, ?> map ? map.get(key) : null;
  }

  private static String text(@Nullable Object json, String key) throws IOException {
    if (at(json, key) instanceof String text && !text.isEmpty()) {
      return text;
    }
    throw new IOException(
        "answer: no %s, expected one. Check that the address is that of a Chroma server"
            .formatted(key));
  }

  /** How many records a collection has. */
  long count(ServerCollection collection)
      throws IOException, TransientException, InterruptedException {
    try {
      if (get(path(collection, "count")) instanceof Long count && count >= 0) {
        return count;
      }
    } catch (RequestFailure e) {
      throw gone(collection, e);
    }
    throw new IOException(
        "count of collection '" + collection.name() + "': no number, expected one");
  }

  private static RequestFailure gone(ServerCollection collection, RequestFailure e) {
    return e.kind() == Kind.ABSENT
        ? new RequestFailure(
            Kind.ABSENT,
            "collection '%s': gone, expected it as it was listed. Start again"
                .formatted(collection.qualifiedName()))
        : e;
  }

  private String path(ServerCollection collection, String what) {
    String parent =
        v2 ? databasePath(collection.tenant(), collection.database()) + "/collections/" : "";
    return (v2 ? parent : "/collections/") + collection.id() + "/" + what;
  }

  /** Whether a server can be asked for URIs; those before 0.4.15 refuse it. */
  boolean hasUris(ServerCollection collection)
      throws IOException, TransientException, InterruptedException {
    if (v2) {
      return true;
    }
    try {
      page(collection, 0, 1, true);
      return true;
    } catch (RequestFailure e) {
      if (e.kind() == Kind.REFUSED) {
        return false;
      }
      throw e;
    }
  }

  /** Ids, and perhaps URIs, in the server's order. */
  List<ServerRecord> page(ServerCollection collection, long offset, int limit, boolean uris)
      throws IOException, TransientException, InterruptedException {
    return records(
        collection, Query.page(offset, limit, uris ? List.of("uris") : List.of()), false);
  }

  /** Records by their ids, in any order; unknown ones are left out. */
  List<ServerRecord> records(
      ServerCollection collection, List<String> ids, boolean uris, boolean vectors)
      throws IOException, TransientException, InterruptedException {
    List<String> include = new ArrayList<>(List.of("documents", "metadatas"));
    if (uris) {
      include.add("uris");
    }
    if (vectors) {
      include.add("embeddings");
    }
    return records(collection, Query.of(ids, include), vectors);
  }

  /** What {@code get} asks for: either ids, or a page. */
  private record Query(@Nullable List<String> ids, long offset, int limit, List<String> include) {

    static Query of(List<String> ids, List<String> include) {
      return new Query(ids, 0, ids.size(), include);
    }

    static Query page(long offset, int limit, List<String> include) {
      return new Query(null, offset, limit, include);
    }

    byte[] json() throws IOException {
      ByteArrayOutputStream out = new ByteArrayOutputStream();
      try (JsonGenerator json = JSON.createGenerator(out, JsonEncoding.UTF8)) {
        json.writeStartObject();
        if (ids != null) {
          writeTexts(json, "ids", ids);
        }
        json.writeNumberField("limit", limit);
        json.writeNumberField("offset", offset);
        writeTexts(json, "include", include);
        json.writeEndObject();
      }
      return out.toByteArray();
    }

    private static void writeTexts(JsonGenerator json, String name, List<String> texts)
        throws IOException {
      json.writeArrayFieldStart(name);
      for (String text : texts) {
        json.writeString(text);
      }
      json.writeEndArray();
    }
  }

  private List<ServerRecord> records(ServerCollection collection, Query query, boolean vectors)
      throws IOException, TransientException, InterruptedException {
    String path = root + path(collection, "get");
    try {
      byte[] body = connection.post(path, query.json(), most(query.limit()));
      return ServerAnswer.read(
          "POST " + path, body, parser -> ServerAnswer.records(parser, vectors));
    } catch (RequestFailure e) {
      throw gone(collection, e);
    }
  }

  /** Several records are asked for again in smaller parts before they take much memory. */
  private static int most(int records) {
    return records == 1 ? ServerConnection.MOST_BYTES : ServerConnection.MOST_BYTES / 4;
  }

  private @Nullable Object getIfThere(String path)
      throws IOException, TransientException, InterruptedException {
    try {
      return get(path);
    } catch (RequestFailure e) {
      if (e.kind() == Kind.ABSENT) {
        return null;
      }
      throw e;
    }
  }

  private @Nullable Object get(String path)
      throws IOException, TransientException, InterruptedException {
    try {
      byte[] body = connection.get(root + path);
      return ServerAnswer.read("GET " + root + path, body, JsonValue::read).java();
    } catch (RequestFailure e) {
      e.throwIfPassing();
      throw e;
    }
  }

  private static String encoded(String text) {
    return URLEncoder.encode(text, StandardCharsets.UTF_8).replace("+", "%20");
  }
}
