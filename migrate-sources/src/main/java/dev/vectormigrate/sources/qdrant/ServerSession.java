package dev.vectormigrate.sources.qdrant;

import dev.vectormigrate.model.Dataset;
import dev.vectormigrate.model.Digest;
import dev.vectormigrate.model.Finding;
import dev.vectormigrate.spi.Position;
import dev.vectormigrate.spi.RowReader;
import dev.vectormigrate.spi.SourceSession;
import dev.vectormigrate.spi.Split;
import io.qdrant.client.grpc.Collections.AliasDescription;
import io.qdrant.client.grpc.Collections.CollectionDescription;
import io.qdrant.client.grpc.Collections.ListAliasesResponse;
import java.io.IOException;
import java.util.ArrayList;
import java.util.HashMap;
import java.util.List;
import java.util.Map;
import java.util.OptionalLong;
import java.util.regex.Matcher;
import java.util.regex.Pattern;
import org.jspecify.annotations.Nullable;

/** An open server. */
final class ServerSession implements SourceSession {

  private static final Pattern FINGERPRINT =
      Pattern.compile(
          "qdrant configuration=(\\S+) points=(\\d{1,18}) (ids|contents)=([0-9a-f]{32})"
              + " last=([0-9a-f-]+)");

  private final ServerSettings settings;
  private final ServerConnection connection;
  private final Map<String, Opened> opened = new HashMap<>();

  /**
   * A collection that was looked through.
   *
   * @param collection as the server describes it
   * @param survey what was there
   * @param layout of its rows
   */
  private record Opened(ServerCollection collection, Survey survey, PointLayout layout) {}

  private ServerSession(ServerSettings settings, ServerConnection connection) {
    this.settings = settings;
    this.connection = connection;
  }

  static ServerSession open(ServerSettings settings) throws IOException {
    return new ServerSession(settings, ServerConnection.of(settings));
  }

  @Override
  public List<Dataset> datasets() throws Exception {
    ListAliasesResponse aliases = connection.aliases();
    List<Dataset> datasets = new ArrayList<>();
    for (String name : names()) {
      Opened found = open(name);
      opened.put(name, found);
      datasets.add(describe(found, aliases));
    }
    return datasets;
  }

  private List<String> names() throws Exception {
    if (!settings.collections().isEmpty()) {
      return settings.collections();
    }
    return connection.collections().getCollectionsList().stream()
        .map(CollectionDescription::getName)
        .sorted()
        .toList();
  }

  private Opened open(String name) throws Exception {
    ServerCollection collection = ServerCollection.of(connection, name);
    Survey survey = survey(collection);
    PointLayout layout =
        new PointLayout(
            collection.specs(),
            collection.sharded(),
            settings.options(),
            survey.traits().sparseAsJson(settings.options()));
    return new Opened(collection, survey, layout);
  }

  private Survey survey(ServerCollection collection) throws Exception {
    Survey.Builder survey = new Survey.Builder(hasher());
    for (ServerCollection.Shard shard : collection.shards()) {
      survey.begin(shard.token());
      PointPages pages = pages(collection, shard, !settings.idsOnly(), null, null, null);
      for (Point point = pages.next(); point != null; point = pages.next()) {
        survey.add(pages.last(), point);
      }
    }
    Survey built = survey.build();
    long counted = collection.count(connection);
    if (counted != built.total().points()) {
      throw new IOException(
          ("collection '%s': %d points counted, expected %d as were read. Stop what writes to it"
                  + " and start again")
              .formatted(collection.name(), counted, built.total().points()));
    }
    return built;
  }

  private PointHasher hasher() {
    return new PointHasher(!settings.idsOnly());
  }

  private PointPages pages(
      ServerCollection collection,
      ServerCollection.Shard shard,
      boolean contents,
      @Nullable PointKey from,
      @Nullable PointKey after,
      @Nullable PointKey to) {
    return new PointPages(connection, collection, shard, contents, from, after, to);
  }

  private Dataset describe(Opened found, @Nullable ListAliasesResponse aliases) {
    List<Finding> findings = new ArrayList<>(found.collection().findings());
    findings.addAll(found.layout().findings());
    describeCosine(found.collection(), findings);
    findings.addAll(found.survey().traits().findings(settings.options()));
    if (aliases != null) {
      describeAliases(found.collection().name(), aliases, findings);
    }
    if (settings.idsOnly()) {
      findings.add(
          Finding.info(
              "qdrant.watch.ids",
              "looked through by ids alone: a change of payload or vectors goes unnoticed"));
    }
    return new Dataset(
        List.of(),
        found.collection().name(),
        found.layout().rows(),
        OptionalLong.of(found.survey().total().points()),
        fingerprint(found),
        findings);
  }

  private static void describeCosine(ServerCollection collection, List<Finding> findings) {
    if (collection.specs().stream().anyMatch(spec -> spec.metric().equals(VectorSpec.COSINE))) {
      findings.add(
          Finding.info(
              "qdrant.vectors.normalized",
              "distance Cosine: vectors have the length 1 that Qdrant gave them when they were"
                  + " stored"));
    }
  }

  private static void describeAliases(
      String name, ListAliasesResponse aliases, List<Finding> findings) {
    for (AliasDescription alias : aliases.getAliasesList()) {
      if (alias.getAliasName().equals(name)) {
        findings.add(
            Finding.info(
                "qdrant.alias", "alias of collection '" + alias.getCollectionName() + "'"));
      }
    }
    List<String> names =
        aliases.getAliasesList().stream()
            .filter(alias -> alias.getCollectionName().equals(name))
            .map(AliasDescription::getAliasName)
            .sorted()
            .toList();
    if (!names.isEmpty()) {
      findings.add(PointLayout.aliases(names));
    }
  }

  private String fingerprint(Opened found) {
    Tally total = found.survey().total();
    PointKey last = found.survey().last();
    return fingerprint(found.collection(), total)
        + (last == null || found.collection().sharded() ? "" : " last=" + last);
  }

  private String fingerprint(ServerCollection collection, Tally total) {
    return "qdrant configuration=%s points=%d %s=%s"
        .formatted(
            PointHasher.shortHash(collection.configuration()),
            total.points(),
            settings.idsOnly() ? "ids" : "contents",
            total.digest());
  }

  /** Ids that all follow the highest one of then prove that points were only added. */
  @Override
  public Change changeSince(Dataset now, String recorded) throws Exception {
    if (now.fingerprint().equals(recorded)) {
      return Change.NONE;
    }
    Matcher then = FINGERPRINT.matcher(recorded);
    ServerCollection collection = opened(now).collection();
    if (!then.matches() || collection.sharded()) {
      return Change.CHANGED;
    }
    PointKey last = PointKey.parse(then.group(5));
    String without = recorded.substring(0, recorded.lastIndexOf(" last="));
    return fingerprint(collection, upTo(collection, last)).equals(without)
        ? Change.GREW
        : Change.CHANGED;
  }

  private Tally upTo(ServerCollection collection, PointKey last) throws Exception {
    PointHasher hasher = hasher();
    PointPages pages =
        pages(collection, ServerCollection.Shard.WHOLE, !settings.idsOnly(), null, null, null);
    Tally tally = Tally.NONE;
    for (Point point = pages.next();
        point != null && pages.last().compareTo(last) <= 0;
        point = pages.next()) {
      Digest hash = hasher.hash(point);
      tally = tally.plus(hash);
    }
    return tally;
  }

  @Override
  public List<Split> split(Dataset dataset, int parts) throws Exception {
    return opened(dataset).survey().split(parts);
  }

  @Override
  public RowReader read(Dataset dataset, Split split, Position after) throws Exception {
    Opened found = opened(dataset);
    PointRange range = PointRange.of(split);
    PointRange.Place place = PointRange.Place.of(after);
    ServerCollection.Shard shard = shard(found.collection(), range);
    PointPages pages =
        pages(found.collection(), shard, true, range.from(), place.last(), range.to());
    return new PointReader(dataset.name(), pages, range, found.layout(), hasher(), place);
  }

  private static ServerCollection.Shard shard(ServerCollection collection, PointRange range)
      throws IOException {
    for (ServerCollection.Shard shard : collection.shards()) {
      if (shard.token().equals(range.shard())) {
        return shard;
      }
    }
    throw new IOException(
        "collection '%s': shard key missing, expected it as it was planned"
            .formatted(collection.name()));
  }

  private Opened opened(Dataset dataset) throws Exception {
    Opened found = opened.get(dataset.name());
    if (found == null) {
      found = open(dataset.name());
      opened.put(dataset.name(), found);
    }
    return found;
  }

  @Override
  public void close() {
    connection.close();
  }
}
