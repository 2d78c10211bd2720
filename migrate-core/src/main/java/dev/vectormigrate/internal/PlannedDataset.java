package dev.vectormigrate.internal;

import dev.vectormigrate.DatasetMapping;
import dev.vectormigrate.model.Dataset;
import dev.vectormigrate.spi.SourceSession;
import org.jspecify.annotations.Nullable;

/**
 * A dataset of a plan, with all it takes to move it.
 *
 * @param source position of its source in the plan
 * @param sourceName how messages name the source
 * @param session where it is read
 * @param dataset what the inspection found
 * @param mapping what the plan says
 * @param mapper the mapping, compiled for the dataset's schema
 * @param embedded the field that gets vectors of texts; null if none does
 * @param vectors what becomes of the vectors of mapped rows
 * @param losses what that and the mapping lose of the values
 * @param table position of its table in the run
 */
record PlannedDataset(
    int source,
    String sourceName,
    SourceSession session,
    Dataset dataset,
    DatasetMapping mapping,
    RowMapper mapper,
    @Nullable EmbeddedField embedded,
    VectorTreatment vectors,
    Tally losses,
    int table) {

  /** How messages name it. */
  String where() {
    return sourceName + " " + dataset.qualifiedName();
  }

  /** This dataset for a look at rows that are read once more: what they lose is counted apart. */
  PlannedDataset countedApart() {
    Tally apart = new Tally();
    RowMapper again = RowMapper.of(embedded == null ? dataset : embedded.dataset(), mapping, apart);
    return new PlannedDataset(
        source,
        sourceName,
        session,
        dataset,
        mapping,
        again,
        embedded,
        vectors.counting(apart),
        apart,
        table);
  }

  /** This dataset with another treatment of its vectors. */
  PlannedDataset withVectors(VectorTreatment other) {
    return new PlannedDataset(
        source, sourceName, session, dataset, mapping, mapper, embedded, other, losses, table);
  }
}
