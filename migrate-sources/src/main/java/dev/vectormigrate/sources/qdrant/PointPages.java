package dev.vectormigrate.sources.qdrant;

import dev.vectormigrate.sources.qdrant.ServerConnection.TooMuchException;
import io.qdrant.client.grpc.Points.RetrievedPoint;
import io.qdrant.client.grpc.Points.ScrollPoints;
import io.qdrant.client.grpc.Points.ScrollResponse;
import io.qdrant.client.grpc.Points.WithPayloadSelector;
import io.qdrant.client.grpc.Points.WithVectorsSelector;
import java.io.IOException;
import java.util.Collections;
import java.util.Iterator;
import org.jspecify.annotations.Nullable;

/**
 * Scrolls through the points of one shard in the order of their ids, in pages of about the same
 * number of bytes. Of one thread.
 *
 * <p>The offset of a page is inclusive, so the last point comes again and is passed over. That an
 * answer has no next offset does not prove the end before Qdrant 1.14, where a write at the same
 * time can cut a page short; so the end is what follows the last point when asked again.
 */
final class PointPages {

  private static final int FIRST_PAGE = 64;

  private final ServerConnection connection;
  private final ServerCollection collection;
  private final ServerCollection.Shard shard;
  private final boolean contents;
  private final @Nullable PointKey to;
  private final int wantedBytes;
  private Iterator<RetrievedPoint> page = Collections.emptyIterator();
  private boolean unreadable;
  private int limit;
  private @Nullable PointKey last;
  private @Nullable PointKey offset;
  private boolean ended;

  /**
   * @param contents whether payload and vectors are wanted
   * @param from the first id, or null for the lowest
   * @param after the id that was the last before, or null
   * @param to the first id beyond, or null for none
   */
  PointPages(
      ServerConnection connection,
      ServerCollection collection,
      ServerCollection.Shard shard,
      boolean contents,
      @Nullable PointKey from,
      @Nullable PointKey after,
      @Nullable PointKey to) {
    this.connection = connection;
    this.collection = collection;
    this.shard = shard;
    this.contents = contents;
    this.to = to;
    this.last = after;
    this.offset = after == null ? from : after;
    this.wantedBytes = connection.settings().mostAnswerBytes() / 8;
    this.limit = Math.min(contents ? FIRST_PAGE : collection.mostPoints(), collection.mostPoints());
  }

  /** The next point; null at the end. */
  @Nullable Point next() throws Exception {
    while (!page.hasNext()) {
      if (ended) {
        return null;
      }
      load();
    }
    RetrievedPoint point = page.next();
    PointKey key = WirePoint.key(point.getId());
    if (to != null && key.compareTo(to) >= 0) {
      ended = true;
      page = Collections.emptyIterator();
      return null;
    }
    requireAscent(key);
    last = key;
    return unreadable
        ? Point.unreadable(key.toString(), WirePoint.text(shard.key()), tooLarge())
        : WirePoint.read(point, shard.key());
  }

  /** The id of the point that was returned last. */
  PointKey last() {
    return java.util.Objects.requireNonNull(last, "last");
  }

  private String tooLarge() {
    return "point: larger than %d bytes or nested too deep, expected less. See maxAnswerBytes"
        .formatted(connection.settings().mostAnswerBytes());
  }

  private void requireAscent(PointKey key) throws IOException {
    if (last != null && key.compareTo(last) <= 0) {
      throw new IOException(
          "collection '%s': point %s after %s, expected ascending ids"
              .formatted(collection.name(), key, last));
    }
  }

  private void load() throws Exception {
    ScrollResponse response = scroll();
    Iterator<RetrievedPoint> results = response.getResultList().iterator();
    int fresh = response.getResultCount();
    if (fresh > 0 && WirePoint.key(response.getResult(0).getId()).equals(last)) {
      results.next();
      fresh--;
    }
    page = results;
    if (response.hasNextPageOffset()) {
      proceed(WirePoint.key(response.getNextPageOffset()));
    } else if (fresh == 0) {
      ended = true;
    } else {
      offset = WirePoint.key(response.getResult(response.getResultCount() - 1).getId());
    }
  }

  private void proceed(PointKey next) throws IOException {
    if (offset != null && next.compareTo(offset) <= 0) {
      throw new IOException(
          "collection '%s': next page at %s, expected it after %s"
              .formatted(collection.name(), next, offset));
    }
    offset = next;
  }

  private ScrollResponse scroll() throws Exception {
    while (true) {
      try {
        ScrollResponse response = connection.scroll(request(limit, contents));
        unreadable = false;
        adapt(response);
        return response;
      } catch (TooMuchException e) {
        if (limit == 1 && e.slow() != null) {
          throw e.slow();
        }
        if (limit == 1) {
          return withoutContents(e);
        }
        limit = limit / 2;
      }
    }
  }

  /** A point that does not fit into an answer is still accounted for, by its id. */
  private ScrollResponse withoutContents(TooMuchException reason) throws Exception {
    try {
      unreadable = true;
      return connection.scroll(request(1, false));
    } catch (TooMuchException e) {
      throw e.slow() == null
          ? new IOException(
              "collection '" + collection.name() + "': ids can't be read, expected small answers",
              reason)
          : e.slow();
    }
  }

  private void adapt(ScrollResponse response) {
    int points = response.getResultCount();
    if (points > 0) {
      long fitting = (long) wantedBytes * points / Math.max(1, response.getSerializedSize());
      long most = Math.min(2L * limit, collection.mostPoints());
      limit = (int) Math.max(1, Math.min(fitting, most));
    }
  }

  private ScrollPoints request(int points, boolean all) {
    ScrollPoints.Builder request =
        ScrollPoints.newBuilder()
            .setCollectionName(collection.name())
            .setLimit(points)
            .setTimeout(collection.mostSeconds())
            .setWithPayload(WithPayloadSelector.newBuilder().setEnable(all))
            .setWithVectors(WithVectorsSelector.newBuilder().setEnable(all));
    if (offset != null) {
      request.setOffset(WirePoint.id(offset));
    }
    if (shard.key() != null) {
      request.setShardKeySelector(shard.selector());
    }
    return request.build();
  }
}
