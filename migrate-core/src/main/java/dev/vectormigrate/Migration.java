package dev.vectormigrate;

import dev.vectormigrate.internal.RecordedMigration;
import dev.vectormigrate.reduce.Projection;
import dev.vectormigrate.spi.TableName;
import dev.vectormigrate.spi.TargetStore;
import dev.vectormigrate.spi.Verifier;
import dev.vectormigrate.verify.Verifiers;
import java.util.List;
import java.util.Optional;
import java.util.function.Consumer;

/** A migration that a target remembers, looked at without its source. Immutable and thread-safe. */
public final class Migration {

  private final RecordedMigration recorded;

  private Migration(RecordedMigration recorded) {
    this.recorded = recorded;
  }

  /** The migration of this name in this target; it need not exist. Does no I/O. */
  public static Migration named(String name, TargetStore target) {
    return new Migration(new RecordedMigration(name, target));
  }

  /** How far it has come. */
  public MigrationStatus status() {
    return recorded.status();
  }

  /**
   * Reads back what is staged, or live, and compares it with what was read from the source, with
   * the standard verifiers.
   *
   * @return with outcome {@link Outcome#VERIFIED} or {@link Outcome#DIFFERENT}
   * @throws RefusedException if not every row is staged yet
   */
  public MigrationReport verify() {
    return verify(Verifiers.standard());
  }

  /** As {@link #verify()}, with these verifiers. */
  public MigrationReport verify(List<Verifier> verifiers) {
    return recorded.verify(verifiers);
  }

  /**
   * Hands over every row that was refused, by dataset and one after the other, in memory that does
   * not depend on how many there are; a report holds only the first of each dataset. They are known
   * from the moment their batch is stored; the row that made a run stop is named by its exception.
   *
   * @param receiver called in this thread; what it throws ends the call and is thrown on as it is
   * @throws RefusedException if the migration has not begun
   */
  public void rejects(Consumer<MigrationReport.RejectReport> receiver) {
    recorded.rejects(receiver);
  }

  /**
   * How the vectors of a column were made shorter: the application's query vectors go through the
   * same. Kept for as long as the migration is remembered, also once it is live; {@link
   * Projection#save} takes it elsewhere.
   *
   * @param table as the plan names it
   * @return empty if they were not
   */
  public Optional<Projection> projection(TableName table, String column) {
    return recorded.projection(table, column);
  }

  /** As {@link #projection(TableName, String)}, for a table in the target's default schema. */
  public Optional<Projection> projection(String table, String column) {
    return projection(TableName.of(table), column);
  }

  /**
   * Puts the data from before back, in one transaction: what was created is removed, what was
   * replaced is live again, what was merged in is taken out.
   *
   * @throws RefusedException if it is not live, or the data from before was discarded
   */
  public void rollback() {
    recorded.rollback();
  }

  /**
   * Removes what the migration keeps aside. Of one that is live, the data that it replaced or
   * overwrote: these tables can't be rolled back any more. Of any other, everything that it staged:
   * the next run starts over.
   */
  public void discard() {
    recorded.discard();
  }
}
