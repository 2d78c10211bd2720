package dev.vectormigrate.sources.chroma;

import dev.vectormigrate.model.Dataset;
import dev.vectormigrate.sources.chroma.ChromaDirectory.MissingVectors;
import dev.vectormigrate.sources.files.WorkDirectory;
import dev.vectormigrate.spi.Position;
import dev.vectormigrate.spi.RowReader;
import dev.vectormigrate.spi.SourceSession;
import dev.vectormigrate.spi.Split;
import dev.vectormigrate.spi.TransientException;
import java.io.IOException;
import java.util.ArrayList;
import java.util.HashMap;
import java.util.List;
import java.util.Map;

/** An open server. Collections are listed when they are first asked for, and once. */
final class ServerSession implements SourceSession {

  private final ChromaApi api;
  private final List<ServerCollection> collections;
  private final MissingVectors missing;
  private final WorkDirectory scratch;
  private final Map<String, ListedCollection> listed = new HashMap<>();

  private ServerSession(
      ChromaApi api,
      List<ServerCollection> collections,
      MissingVectors missing,
      WorkDirectory scratch) {
    this.api = api;
    this.collections = collections;
    this.missing = missing;
    this.scratch = scratch;
  }

  static ServerSession open(ChromaServer server)
      throws IOException, TransientException, InterruptedException {
    ChromaApi api =
        ChromaApi.of(new ServerConnection(server.address, server.headers, server.timeout));
    List<ServerCollection> collections = new ArrayList<>();
    for (ChromaApi.Database database : api.databases(server.tenants, server.databases)) {
      collections.addAll(api.collections(database));
    }
    return new ServerSession(
        api,
        collections,
        server.missingVectors,
        WorkDirectory.below(server.workDirectory, OpenDirectory.WORK_PREFIX));
  }

  @Override
  public List<Dataset> datasets() throws IOException, TransientException, InterruptedException {
    List<Dataset> datasets = new ArrayList<>();
    for (ServerCollection collection : collections) {
      datasets.add(listed(collection).dataset(missing));
    }
    return datasets;
  }

  private ListedCollection listed(ServerCollection collection)
      throws IOException, TransientException, InterruptedException {
    ListedCollection known = listed.get(collection.id());
    if (known == null) {
      known = ListedCollection.of(api, collection, scratch.path());
      listed.put(collection.id(), known);
    }
    return known;
  }

  private ListedCollection find(Dataset dataset)
      throws IOException, TransientException, InterruptedException {
    for (ServerCollection collection : collections) {
      if (collection.name().equals(dataset.name())
          && collection.namespace().equals(dataset.namespace())) {
        return listed(collection);
      }
    }
    throw new IOException(
        "collection '" + dataset.qualifiedName() + "': missing, expected it as it was planned");
  }

  @Override
  public List<Split> split(Dataset dataset, int parts)
      throws IOException, TransientException, InterruptedException {
    return find(dataset).range().split(parts);
  }

  @Override
  public RowReader read(Dataset dataset, Split split, Position after)
      throws IOException, TransientException, InterruptedException {
    ListedCollection collection = find(dataset);
    return new ServerReader(api, collection, missing, collection.range().part(split), after);
  }

  @Override
  public Change changeSince(Dataset now, String recorded)
      throws IOException, TransientException, InterruptedException {
    return find(now).since(recorded);
  }

  @Override
  public void close() {
    listed.values().forEach(ListedCollection::close);
    listed.clear();
    scratch.close();
  }
}
