package dev.vectormigrate.pgvector;

/** A trigger that makes the server stop in the middle of an INSERT, or a COPY, of many rows. */
final class Pause {

  /** Who holds this lets nobody insert the row. */
  static final String LOCK = "SELECT pg_advisory_xact_lock(4711)";

  static final String REMOVE = "DROP FUNCTION pause CASCADE";

  private Pause() {}

  /** The function that stops before a row. */
  static String inserts(String id) {
    return """
        CREATE FUNCTION pause() RETURNS trigger LANGUAGE plpgsql AS $$
        BEGIN
          IF NEW.id = '%s' THEN PERFORM pg_advisory_xact_lock_shared(4711); END IF;
          RETURN NEW;
        END $$"""
        .formatted(id);
  }

  /** The trigger on a table. */
  static String trigger(String table) {
    return "CREATE TRIGGER pause BEFORE INSERT ON %s FOR EACH ROW EXECUTE FUNCTION pause()"
        .formatted(table);
  }
}
