package dev.vectormigrate.examples.customsource;

import dev.vectormigrate.model.Vector;
import java.util.Collection;
import java.util.List;
import java.util.NavigableMap;
import java.util.TreeMap;

/** The application's own store, ordered by SKU. It stands for whatever yours is. */
final class ProductCatalogue {

  static final int DIMENSION = 3;

  private final NavigableMap<String, Product> products = new TreeMap<>();
  private long revision;

  /** A small one. */
  static ProductCatalogue ofTools() {
    ProductCatalogue tools = new ProductCatalogue();
    tools.add(new Product("A-17", "Claw hammer", List.of("steel"), Vector.of(0.9f, 0.1f, 0)));
    tools.add(
        new Product("B-02", "Rubber mallet", List.of("wood", "rubber"), Vector.of(0.8f, 0, 0.3f)));
    tools.add(new Product("C-99", "Garden hose", List.of(), Vector.of(0, 0.2f, 0.9f)));
    return tools;
  }

  void add(Product product) {
    products.put(product.sku(), product);
    revision++;
  }

  int size() {
    return products.size();
  }

  /** Goes up with every change. */
  long revision() {
    return revision;
  }

  /** All products behind the given SKU, in order. */
  Collection<Product> after(String sku) {
    return products.tailMap(sku, false).values();
  }
}
