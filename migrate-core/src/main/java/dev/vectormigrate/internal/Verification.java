package dev.vectormigrate.internal;

import dev.vectormigrate.MigrationListener;
import dev.vectormigrate.MigrationReport.CheckReport;
import dev.vectormigrate.Phase;
import dev.vectormigrate.model.Digest;
import dev.vectormigrate.model.Field;
import dev.vectormigrate.model.Finding;
import dev.vectormigrate.model.Row;
import dev.vectormigrate.model.Vector;
import dev.vectormigrate.spi.FrozenDataset;
import dev.vectormigrate.spi.RowReader;
import dev.vectormigrate.spi.RunRecord;
import dev.vectormigrate.spi.RunState;
import dev.vectormigrate.spi.Sample;
import dev.vectormigrate.spi.SampledVector;
import dev.vectormigrate.spi.SearchQuality;
import dev.vectormigrate.spi.SearchResult;
import dev.vectormigrate.spi.TableSpec;
import dev.vectormigrate.spi.TargetSession;
import dev.vectormigrate.spi.VectorSearch;
import dev.vectormigrate.spi.Verifier;
import java.util.ArrayList;
import java.util.HashMap;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.Set;
import java.util.stream.Collectors;
import org.jspecify.annotations.Nullable;

/** Runs verifiers over the tables of a run. */
final class Verification {

  /** Of each vector column, while all rows are read for the digest. */
  private static final int KEPT_VECTORS = 100;

  private final TargetSession session;
  private final RunRecord run;
  private final List<Verifier> verifiers;
  private final MigrationListener listener;
  private final Measuring measuring;
  private final Originals originals;
  private final ProgressMeter meter;
  private final List<CheckReport> checks = new ArrayList<>();

  Verification(
      TargetSession session,
      RunRecord run,
      List<Verifier> verifiers,
      MigrationListener listener,
      Measuring measuring,
      Originals originals) {
    this.originals = originals;
    this.session = session;
    this.run = run;
    this.verifiers = verifiers;
    this.listener = listener;
    this.measuring = measuring;
    long rows = run.datasets().stream().mapToLong(dataset -> dataset.total().written()).sum();
    meter = new ProgressMeter(listener, Phase.VERIFY, 0, rows);
  }

  /** All findings, table by table. */
  List<Finding> verify() throws Exception {
    measuring.beginVerify();
    checks.clear();
    List<Finding> findings = new ArrayList<>();
    for (int table = 0; table < run.tables().size(); table++) {
      TableEvidence evidence = new TableEvidence(table);
      for (Verifier verifier : verifiers) {
        findings.addAll(evidence.judgedBy(verifier));
      }
    }
    findings.forEach(listener::found);
    meter.finish();
    return findings;
  }

  /** A line for each verifier and table, in this order; of the last try. */
  List<CheckReport> checks() {
    return List.copyOf(checks);
  }

  /** The evidence about one table; scans it at most once. */
  private final class TableEvidence implements Verifier.Evidence {

    private final int table;
    private Verifier.@Nullable Scan scan;
    private CheckLine line = new CheckLine();
    private final Map<String, VectorSample> vectors = new HashMap<>();

    TableEvidence(int table) {
      this.table = table;
    }

    List<Finding> judgedBy(Verifier verifier) throws Exception {
      line = new CheckLine();
      List<Finding> found = verifier.verify(this);
      checks.add(line.ended(verifier, table(), found));
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
      return run.tables().get(table);
    }

    @Override
    public List<FrozenDataset> datasets() {
      return run.datasetsOf(table);
    }

    @Override
    public boolean live() {
      return run.state() == RunState.PROMOTED;
    }

    @Override
    public RowReader readBack() throws Exception {
      return session.readBack(table);
    }

    @Override
    public List<Sample> samples() throws Exception {
      return session.samples(table);
    }

    @Override
    public List<Finding> shape() throws Exception {
      return session.shape(table);
    }

    @Override
    public Verifier.Scan scan() throws Exception {
      if (scan == null) {
        scan = readAll();
      }
      return scan;
    }

    /** Of a column that may have lost something: the source need not have had more. */
    private boolean isLossy(String column) {
      int index = table().schema().indexOf(column);
      return table().isLossy(table().schema().field(index));
    }

    @Override
    public Optional<RowReader> originals(String column) throws Exception {
      return isLossy(column) ? originals.read(table, column) : Optional.of(readBack());
    }

    @Override
    public Optional<List<SampledVector>> queries(String column, int most) throws Exception {
      if (!isLossy(column) && most <= KEPT_VECTORS) {
        scan();
        VectorSample sample = vectors.get(column);
        if (sample != null) {
          return Optional.of(sample.vectors().stream().limit(most).toList());
        }
      }
      Optional<RowReader> reader = originals(column);
      return reader.isEmpty()
          ? Optional.empty()
          : Optional.of(VectorSample.of(reader.get(), column, most));
    }

    @Override
    public Optional<SearchResult> search(VectorSearch search) throws Exception {
      if (!table().isReduced(search.column())) {
        return session.search(table, search);
      }
      List<Vector> reduced = new ArrayList<>();
      for (Vector query : search.queries()) {
        originals.reduced(table, search.column(), query).ifPresent(reduced::add);
      }
      if (reduced.size() < search.queries().size()) {
        return Optional.empty();
      }
      return session.search(table, search.queries(reduced));
    }

    @Override
    public void measured(SearchQuality quality) {
      measuring.searched(quality);
    }

    private Verifier.Scan readAll() throws Exception {
      Set<String> wanted = samples().stream().map(Sample::id).collect(Collectors.toSet());
      Map<String, Sample> sampled = new HashMap<>();
      String name = table().name().toString();
      TenantCounts tenants = new TenantCounts(table());
      boolean json = verifiers.stream().anyMatch(Verifier::wantsJson);
      JsonProfiler profiler = new JsonProfiler(table().schema());
      for (Field field : table().schema().fields()) {
        if (field.type().kind().isDense()) {
          vectors.put(field.name(), new VectorSample(field.name(), KEPT_VECTORS));
        }
      }
      RowHasher hasher = new RowHasher();
      Digest digest = Digest.NONE;
      long rows = 0;
      try (RowReader reader = readBack()) {
        for (Row next = reader.next(); next != null; next = reader.next()) {
          Row row = next;
          digest = digest.plus(hasher.hash(row));
          rows++;
          tenants.count(row);
          if (json) {
            profiler.add(row);
          }
          measuring.readBack(name, row);
          meter.add(name, 1, hasher.size());
          String id = row.id();
          vectors.values().forEach(sample -> sample.add(id, row));
          if (wanted.contains(id)) {
            sampled.put(id, new Sample(id, RowFingerprint.of(row)));
          }
        }
      }
      measuring.tenants(name, tenants.counts());
      return new Verifier.Scan(
          rows, digest, sampled, tenants.counts(), json ? profiler.profiles() : List.of());
    }
  }
}
