package dev.vectormigrate.sources.qdrant;

import dev.vectormigrate.model.Row;
import dev.vectormigrate.spi.Position;
import dev.vectormigrate.spi.RejectedRowException;
import dev.vectormigrate.spi.RowReader;
import java.io.IOException;
import org.jspecify.annotations.Nullable;

/** Reads a split, and checks at its end that it read what was there when the run began. */
final class PointReader implements RowReader {

  private final String collection;
  private final PointPages pages;
  private final PointRange range;
  private final PointLayout layout;
  private final PointHasher hasher;
  private PointRange.Place place;
  private boolean closed;

  PointReader(
      String collection,
      PointPages pages,
      PointRange range,
      PointLayout layout,
      PointHasher hasher,
      PointRange.Place place) {
    this.collection = collection;
    this.pages = pages;
    this.range = range;
    this.layout = layout;
    this.hasher = hasher;
    this.place = place;
  }

  @Override
  public @Nullable Row next() throws Exception {
    if (closed) {
      throw new IllegalStateException("reader: closed, expected an open one");
    }
    Point point = pages.next();
    if (point == null) {
      requireAsPlanned();
      return null;
    }
    place = new PointRange.Place(place.read().plus(hasher.hash(point)), pages.last());
    return row(point);
  }

  private Row row(Point point) throws RejectedRowException {
    return layout.row(point);
  }

  private void requireAsPlanned() throws IOException {
    Tally planned = range.tally();
    Tally read = place.read();
    if (!read.equals(planned)) {
      String change =
          read.points() == planned.points()
              ? "other contents in a part of %d points".formatted(planned.points())
              : "%d points in a part, expected %d".formatted(read.points(), planned.points());
      throw new IOException(
          "collection '%s': changed while it was read: %s. Stop what writes to it and start over"
              .formatted(collection, change));
    }
  }

  @Override
  public Position position() {
    return place.position();
  }

  @Override
  public void close() {
    closed = true;
  }
}
