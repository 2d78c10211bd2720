package dev.vectormigrate.examples.customsource;

import dev.vectormigrate.model.Vector;
import java.util.List;

/**
 * What the application sells.
 *
 * @param sku identifies it
 * @param description for customers
 * @param tags what it is listed under
 * @param embedding of the description
 */
record Product(String sku, String description, List<String> tags, Vector embedding) {}
