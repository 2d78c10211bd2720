package dev.vectormigrate.internal;

import dev.vectormigrate.MigrationReport.CheckReport;
import dev.vectormigrate.model.Finding;
import dev.vectormigrate.spi.FrozenDataset;
import dev.vectormigrate.spi.LiveTable;
import dev.vectormigrate.spi.RowReader;
import dev.vectormigrate.spi.Sample;
import dev.vectormigrate.spi.SampledVector;
import dev.vectormigrate.spi.SearchQuality;
import dev.vectormigrate.spi.SearchResult;
import dev.vectormigrate.spi.TableSpec;
import dev.vectormigrate.spi.VectorSearch;
import dev.vectormigrate.spi.Verifier;
import java.util.List;
import java.util.Optional;
import java.util.function.Consumer;

/**
 * A live table whose rows have proved to be the source's, for checks that search. Its vectors are
 * the source's own, unless the plan rounds or reduces them: then there is no truth at hand. Used by
 * one thread.
 */
final class ComparedSearches implements Verifier.Evidence {

  private final TableSpec table;
  private final LiveTable live;
  private final Measuring measuring;
  private CheckLine line = new CheckLine();

  ComparedSearches(TableSpec table, LiveTable live, Measuring measuring) {
    this.table = table;
    this.live = live;
    this.measuring = measuring;
  }

  /** Has a check judge the table, and takes down what it says. */
  List<Finding> judgedBy(Verifier verifier, Consumer<CheckReport> lines) throws Exception {
    line = new CheckLine();
    List<Finding> found = verifier.verify(this);
    lines.accept(line.ended(verifier, table, found));
    return found;
  }

  @Override
  public void looked(String figures) {
    line.looked(figures);
  }

  @Override
  public void nothingToCheck(String reason) {
    line.nothingToCheck(reason);
  }

  @Override
  public TableSpec table() {
    return table;
  }

  @Override
  public List<FrozenDataset> datasets() {
    return List.of();
  }

  @Override
  public boolean live() {
    return true;
  }

  @Override
  public RowReader readBack() throws Exception {
    return live.read();
  }

  @Override
  public List<Finding> shape() {
    return live.findings();
  }

  @Override
  public Verifier.Scan scan() {
    throw new UnsupportedOperationException("scan: rows were compared already");
  }

  @Override
  public List<Sample> samples() {
    return List.of();
  }

  private boolean isLossy(String column) {
    return table.isLossy(table.schema().field(table.schema().indexOf(column)));
  }

  @Override
  public Optional<RowReader> originals(String column) throws Exception {
    return isLossy(column) ? Optional.empty() : Optional.of(live.read());
  }

  @Override
  public Optional<List<SampledVector>> queries(String column, int most) throws Exception {
    Optional<RowReader> reader = originals(column);
    return reader.isEmpty()
        ? Optional.empty()
        : Optional.of(VectorSample.of(reader.get(), column, most));
  }

  @Override
  public Optional<SearchResult> search(VectorSearch search) throws Exception {
    return table.isReduced(search.column()) ? Optional.empty() : live.search(search);
  }

  @Override
  public void measured(SearchQuality quality) {
    measuring.searched(quality);
  }
}
