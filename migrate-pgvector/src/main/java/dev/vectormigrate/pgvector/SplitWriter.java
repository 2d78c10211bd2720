package dev.vectormigrate.pgvector;

import dev.vectormigrate.model.Row;
import dev.vectormigrate.spi.Batch;
import dev.vectormigrate.spi.BatchWriter;
import dev.vectormigrate.spi.Checkpoint;
import dev.vectormigrate.spi.TransientException;
import dev.vectormigrate.spi.UnknownOutcomeException;
import java.sql.Connection;
import java.sql.SQLException;
import java.time.Duration;
import java.util.List;
import org.postgresql.PGConnection;
import org.postgresql.copy.CopyIn;

/** Stores the batches of one split: binary COPY and checkpoint in one transaction. */
final class SplitWriter implements BatchWriter {

  private final Connection connection;
  private final ControlSchema.Stored run;
  private final RunTable table;
  private final int dataset;
  private final int split;
  private final Duration lockWait;
  private final String incoming;

  SplitWriter(
      Connection connection,
      ControlSchema.Stored run,
      RunTable table,
      int dataset,
      int split,
      Duration lockWait)
      throws SQLException {
    this.connection = connection;
    this.run = run;
    this.table = table;
    this.dataset = dataset;
    this.split = split;
    this.lockWait = lockWait;
    incoming = table.way() == RunTable.Way.DIRECT_MERGE ? "pg_temp.incoming" : table.staging();
  }

  @Override
  public Checkpoint checkpoint() throws Exception {
    try {
      return Transactions.run(
          connection, lockWait, c -> ControlSchema.checkpoint(c, run.id(), dataset, split));
    } catch (UnknownOutcomeException e) {
      throw new TransientException(String.valueOf(e.getMessage()), e);
    } catch (SQLException e) {
      throw SqlErrors.clean(e);
    }
  }

  @Override
  public void write(Batch batch) throws Exception {
    try {
      Transactions.run(connection, lockWait, c -> store(c, batch));
    } catch (UnknownOutcomeException e) {
      throw new TransientException(String.valueOf(e.getMessage()), e);
    } catch (SQLException e) {
      throw SqlErrors.clean(e);
    }
  }

  private boolean store(Connection c, Batch batch) throws Exception {
    ControlSchema.holdEpoch(c, run.id(), run.epoch());
    if (table.way() == RunTable.Way.DIRECT_MERGE) {
      Merge.makeIncoming(c, table, TargetPlanner.columnTypes(c));
    }
    if (!batch.rows().isEmpty()) {
      copy(c, batch.rows());
    }
    if (table.way() == RunTable.Way.DIRECT_MERGE) {
      Merge.of(table, incoming).run(c);
      Sql.execute(c, "DROP TABLE " + incoming);
    }
    ControlSchema.insertRejects(c, run.id(), dataset, split, batch.rejects());
    ControlSchema.insertSamples(c, run.id(), dataset, batch.samples());
    ControlSchema.store(c, run.id(), dataset, split, batch.after());
    return true;
  }

  /**
   * PostgreSQL takes a binary COPY that ends between two rows for complete, so nothing but a
   * written trailer may end it well. An {@link Error} ends the connection, and so the transaction.
   */
  private void copy(Connection c, List<Row> rows) throws SQLException {
    String sql =
        "COPY %s (%s) FROM STDIN (FORMAT binary)"
            .formatted(incoming, Identifiers.quoteAll(table.columnNames()));
    CopyIn copy = c.unwrap(PGConnection.class).getCopyAPI().copyIn(sql);
    try {
      BinaryRows out = new BinaryRows(copy);
      for (Row row : rows) {
        out.write(row);
      }
      out.finish();
      checkStored(copy.endCopy(), rows.size());
    } catch (Exception e) {
      cancel(copy, e);
      throw e;
    }
  }

  private static void cancel(CopyIn copy, Throwable cause) {
    try {
      if (copy.isActive()) {
        copy.cancelCopy();
      }
    } catch (SQLException e) {
      cause.addSuppressed(e);
    }
  }

  private static void checkStored(long stored, int sent) {
    if (stored != sent) {
      throw new IllegalStateException("COPY stored " + stored + " rows, expected " + sent);
    }
  }

  @Override
  public void close() {
    Connections.giveBack(connection);
  }
}
