package dev.vectormigrate.examples.customsource;

import dev.vectormigrate.model.Dataset;
import dev.vectormigrate.model.Distance;
import dev.vectormigrate.model.Json;
import dev.vectormigrate.model.Row;
import dev.vectormigrate.model.Schema;
import dev.vectormigrate.spi.Position;
import dev.vectormigrate.spi.RowReader;
import dev.vectormigrate.spi.SourceSession;
import dev.vectormigrate.spi.SourceStore;
import dev.vectormigrate.spi.Split;
import java.util.Iterator;
import java.util.List;
import java.util.Map;
import java.util.OptionalLong;
import org.jspecify.annotations.Nullable;

/**
 * The application's store as a source: one dataset, read in the order of its keys, so that the key
 * of a row is all that is needed to go on behind it.
 *
 * @param catalogue what is migrated
 */
record ProductSource(ProductCatalogue catalogue) implements SourceStore {

  // tag::example[]
  private static final Schema SCHEMA =
      Schema.vectorCollection(ProductCatalogue.DIMENSION, Distance.COSINE);

  @Override
  public String name() {
    return "products";
  }

  @Override
  public SourceSession open() {
    return new Session(catalogue);
  }

  private record Session(ProductCatalogue catalogue) implements SourceSession {

    @Override
    public List<Dataset> datasets() {
      OptionalLong rows = OptionalLong.of(catalogue.size());
      String fingerprint = "revision " + catalogue.revision();
      return List.of(new Dataset(List.of(), "products", SCHEMA, rows, fingerprint, List.of()));
    }

    @Override
    public List<Split> split(Dataset dataset, int parts) {
      return List.of(Split.WHOLE);
    }

    @Override
    public RowReader read(Dataset dataset, Split split, Position after) {
      return new Reader(catalogue.after(after.token()).iterator(), after);
    }

    @Override
    public void close() {}
  }

  private static final class Reader implements RowReader {

    private final Iterator<Product> products;
    private Position position;

    Reader(Iterator<Product> products, Position after) {
      this.products = products;
      position = after;
    }

    @Override
    public @Nullable Row next() {
      if (!products.hasNext()) {
        return null;
      }
      Product product = products.next();
      position = new Position(product.sku());
      return Row.of(
          SCHEMA,
          product.sku(),
          product.description(),
          Json.of(Map.of("tags", product.tags())),
          product.embedding());
    }

    @Override
    public Position position() {
      return position;
    }

    @Override
    public void close() {}
  }
  // end::example[]
}
