package dev.vectormigrate.spi;

import dev.vectormigrate.model.Row;
import java.util.List;

/**
 * What one transaction stores.
 *
 * @param rows to store, in order; may be empty
 * @param rejects refused since the last checkpoint
 * @param samples of some of the rows
 * @param after the checkpoint that covers all of this
 */
public record Batch(List<Row> rows, List<Reject> rejects, List<Sample> samples, Checkpoint after) {}
