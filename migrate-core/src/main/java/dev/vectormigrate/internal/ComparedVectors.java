package dev.vectormigrate.internal;

import dev.vectormigrate.PlanDescription;
import dev.vectormigrate.TargetException;
import dev.vectormigrate.model.Finding;
import dev.vectormigrate.spi.TableSpec;
import dev.vectormigrate.spi.TargetSession;
import java.util.ArrayList;
import java.util.IdentityHashMap;
import java.util.LinkedHashSet;
import java.util.List;
import java.util.Set;

/**
 * The vectors that a comparison has for rows whose vectors are made: those that the target keeps,
 * by the texts' hashes. If one is not kept, the columns of these vectors are left out of the
 * comparison of the table; the model is never asked. Used by one thread.
 */
final class ComparedVectors implements AutoCloseable {

  /** A text whose vector is not kept was found: there is no need to look at more. */
  private static final class Unknown extends RuntimeException {

    private static final long serialVersionUID = 1L;
  }

  private final PlanDescription plan;
  private final TargetSession session;
  private final IdentityHashMap<PlannedDataset, KnownVectors> supplies = new IdentityHashMap<>();
  private final Set<String> leftOut = new LinkedHashSet<>();
  private final List<Finding> findings = new ArrayList<>();

  private ComparedVectors(PlanDescription plan, TargetSession session) {
    this.plan = plan;
    this.session = session;
  }

  /** Finds out whether all vectors are kept, by reading the datasets once. */
  static ComparedVectors of(
      PlanDescription plan, TargetSession session, List<PlannedDataset> datasets) {
    ComparedVectors vectors = new ComparedVectors(plan, session);
    for (PlannedDataset dataset : datasets) {
      EmbeddedField field = dataset.embedded();
      if (field != null) {
        vectors.add(dataset, field);
      }
    }
    return vectors;
  }

  private void add(PlannedDataset dataset, EmbeddedField field) {
    String model = field.how().embedder().modelId();
    if (allKept(dataset, field)) {
      supplies.put(dataset, KnownVectors.open(plan.target().name(), session, field));
      findings.add(
          Finding.info(
              "compare.embedded",
              "%s: the vectors of texts were compared with those that the target keeps of %s; the model was not asked."
                  .formatted(dataset.where(), model)));
      return;
    }
    Set<String> columns = dataset.mapper().columnsOf(field.name());
    leftOut.addAll(columns);
    supplies.put(dataset, KnownVectors.nothing(field));
    findings.add(
        Finding.info(
            "compare.embedded",
            "%s: columns %s were not compared, since the target does not keep the vectors of all texts of %s, and the model is not asked."
                .formatted(dataset.where(), columns, model)));
  }

  private boolean allKept(PlannedDataset dataset, EmbeddedField field) {
    try (KnownVectors known = KnownVectors.open(plan.target().name(), session, field)) {
      new WholeDataset(plan, dataset, known)
          .read(
              (batch, rows, bytes) -> {
                if (known.unknown() > 0) {
                  throw new Unknown();
                }
              });
      return known.unknown() == 0;
    } catch (Unknown | TargetException e) {
      return false; // a role that may read the tables need not be one that may read what is kept
    } catch (Exception e) {
      throw Failures.source(dataset.where(), e);
    }
  }

  VectorSupply supply(PlannedDataset dataset) {
    VectorSupply supply = supplies.get(dataset);
    return supply == null ? VectorSupply.none() : supply;
  }

  /** A table without the columns that are not compared. */
  TableSpec compared(TableSpec table) {
    return leftOut.isEmpty() ? table : table.without(leftOut);
  }

  List<Finding> findings() {
    return findings;
  }

  @Override
  public void close() {
    supplies.values().forEach(KnownVectors::close);
  }
}
