package dev.vectormigrate;

import dev.vectormigrate.model.Dataset;
import dev.vectormigrate.spi.TableSpec;

/**
 * What a plan comes to for one dataset.
 *
 * @param source how messages name its source
 * @param dataset what the source says of it
 * @param table where its rows go
 */
public record DatasetPlan(String source, Dataset dataset, TableSpec table) {}
