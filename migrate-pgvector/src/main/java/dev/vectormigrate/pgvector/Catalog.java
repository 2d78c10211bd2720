package dev.vectormigrate.pgvector;

import java.sql.Connection;
import java.sql.ResultSet;
import java.sql.SQLException;
import java.util.HashMap;
import java.util.HashSet;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.Set;

/** Questions to PostgreSQL's catalog; reads only. */
record Catalog(Connection connection) {

  /** A column of a table: its type as format_type spells it, without a schema. */
  record Column(String type, boolean notNull, boolean hasDefault) {}

  /** Where the extension's types live, if it is installed in this database. */
  Optional<String> extensionSchema() throws SQLException {
    return Sql.first(
        connection,
        """
        SELECT n.nspname FROM pg_catalog.pg_extension e
        JOIN pg_catalog.pg_namespace n ON n.oid = e.extnamespace WHERE e.extname = 'vector'""",
        row -> row.getString(1));
  }

  boolean schemaExists(String schema) throws SQLException {
    return Sql.isTrue(
        connection,
        "SELECT EXISTS (SELECT 1 FROM pg_catalog.pg_namespace WHERE nspname = ?)",
        schema);
  }

  boolean mayCreateIn(String schema) throws SQLException {
    return Sql.isTrue(
        connection, "SELECT pg_catalog.has_schema_privilege(current_user, ?, 'CREATE')", schema);
  }

  boolean mayCreateSchemas() throws SQLException {
    return Sql.isTrue(
        connection,
        """
        SELECT pg_catalog.has_database_privilege(
          current_user, pg_catalog.current_database(), 'CREATE')""");
  }

  /**
   * What kind of relation bears a name: r table, p partitioned, v view, m materialized, f foreign.
   */
  Optional<String> kindOf(String schema, String name) throws SQLException {
    return Sql.first(
        connection,
        """
        SELECT c.relkind::text FROM pg_catalog.pg_class c
        JOIN pg_catalog.pg_namespace n ON n.oid = c.relnamespace
        WHERE n.nspname = ? AND c.relname = ?""",
        row -> row.getString(1),
        schema,
        name);
  }

  boolean hasRows(String schema, String table) throws SQLException {
    return Sql.isTrue(
        connection, "SELECT EXISTS (SELECT 1 FROM " + Identifiers.quote(schema, table) + ")");
  }

  /** The columns of a table by name, in order. */
  Map<String, Column> columns(String schema, String table) throws SQLException {
    Map<String, Column> columns = new LinkedHashMap<>();
    Sql.list(
        connection,
        """
        SELECT a.attname, t.typname, pg_catalog.format_type(a.atttypid, a.atttypmod), a.attnotnull,
          a.atthasdef OR a.attidentity <> '' OR a.attgenerated <> ''
        FROM pg_catalog.pg_attribute a
        JOIN pg_catalog.pg_type t ON t.oid = a.atttypid
        WHERE a.attrelid = (SELECT c.oid FROM pg_catalog.pg_class c
            JOIN pg_catalog.pg_namespace n ON n.oid = c.relnamespace
            WHERE n.nspname = ? AND c.relname = ?)
          AND a.attnum > 0 AND NOT a.attisdropped
        ORDER BY a.attnum""",
        row ->
            columns.put(
                row.getString(1),
                new Column(
                    withoutSchema(row.getString(2), row.getString(3)),
                    row.getBoolean(4),
                    row.getBoolean(5))),
        schema,
        table);
    return columns;
  }

  /** The comments of columns that have one, by the column's name. */
  Map<String, String> columnComments(String schema, String table) throws SQLException {
    Map<String, String> comments = new LinkedHashMap<>();
    Sql.list(
        connection,
        """
        SELECT a.attname, d.description FROM pg_catalog.pg_description d
        JOIN pg_catalog.pg_class c ON c.oid = d.objoid
        JOIN pg_catalog.pg_namespace n ON n.oid = c.relnamespace
        JOIN pg_catalog.pg_attribute a ON a.attrelid = c.oid AND a.attnum = d.objsubid
        WHERE d.classoid = 'pg_catalog.pg_class'::regclass AND d.objsubid > 0
          AND n.nspname = ? AND c.relname = ?""",
        row -> comments.put(row.getString(1), row.getString(2)),
        schema,
        table);
    return comments;
  }

  /** Whether the server can notice that a statement's client is gone. */
  boolean endsWithClient() throws SQLException {
    return Sql.isTrue(
        connection,
        """
        SELECT pg_catalog.current_setting('server_version_num')::int >= 140000
          AND pg_catalog.version() ~ 'linux'""");
  }

  /** Whether the role may change a table's definition. */
  boolean ownsTable(String schema, String table) throws SQLException {
    return Sql.isTrue(
        connection,
        """
        SELECT pg_catalog.pg_has_role(c.relowner, 'USAGE') FROM pg_catalog.pg_class c
        JOIN pg_catalog.pg_namespace n ON n.oid = c.relnamespace
        WHERE n.nspname = ? AND c.relname = ?""",
        schema,
        table);
  }

  /** format_type names the schema of types outside the search path; vector's may be anywhere. */
  private static String withoutSchema(String typeName, String formatted) {
    int at = formatted.indexOf(typeName);
    return at > 0 && formatted.charAt(at - 1) == '.' ? formatted.substring(at) : formatted;
  }

  /** What depends on a table, or belongs to it, that a replacement by another table would break. */
  List<String> obstaclesToReplace(String schema, String table) throws SQLException {
    return Sql.list(
        connection,
        """
        WITH t AS (SELECT c.oid, c.relkind, c.relispartition FROM pg_catalog.pg_class c
          JOIN pg_catalog.pg_namespace n ON n.oid = c.relnamespace
          WHERE n.nspname = ? AND c.relname = ?)
        SELECT DISTINCT 'view ' || r.ev_class::regclass::text
          FROM pg_catalog.pg_depend d JOIN t ON d.refobjid = t.oid
          JOIN pg_catalog.pg_rewrite r ON r.oid = d.objid
          WHERE d.classid = 'pg_catalog.pg_rewrite'::regclass
            AND d.refclassid = 'pg_catalog.pg_class'::regclass AND r.ev_class <> t.oid
        UNION ALL SELECT 'rule ' || r.rulename FROM pg_catalog.pg_rewrite r
          JOIN t ON r.ev_class = t.oid
        UNION ALL SELECT 'foreign key ' || k.conname || ' of ' || k.conrelid::regclass::text
          FROM pg_catalog.pg_constraint k JOIN t ON k.confrelid = t.oid
          WHERE k.contype = 'f' AND k.conrelid <> t.oid
        UNION ALL SELECT CASE k.contype WHEN 'f' THEN 'its foreign key ' WHEN 'c' THEN 'its check '
            WHEN 'u' THEN 'its unique constraint ' ELSE 'its constraint ' END || k.conname
          FROM pg_catalog.pg_constraint k JOIN t ON k.conrelid = t.oid
          WHERE k.contype IN ('f', 'c', 'u', 'x')
        UNION ALL SELECT 'its policy ' || p.polname FROM pg_catalog.pg_policy p
          JOIN t ON p.polrelid = t.oid
        UNION ALL SELECT 'its row-level security' FROM pg_catalog.pg_class c
          JOIN t ON c.oid = t.oid WHERE c.relrowsecurity
        UNION ALL SELECT 'publication ' || b.pubname FROM pg_catalog.pg_publication_rel r
          JOIN t ON r.prrelid = t.oid
          JOIN pg_catalog.pg_publication b ON b.oid = r.prpubid
        UNION ALL SELECT 'grants on its column ' || a.attname FROM pg_catalog.pg_attribute a
          JOIN t ON a.attrelid = t.oid WHERE a.attacl IS NOT NULL
        UNION ALL SELECT 'its trigger ' || g.tgname FROM pg_catalog.pg_trigger g
          JOIN t ON g.tgrelid = t.oid WHERE NOT g.tgisinternal
        UNION ALL SELECT 'its child or parent table ' ||
            (CASE WHEN i.inhparent = t.oid THEN i.inhrelid ELSE i.inhparent END)::regclass::text
          FROM pg_catalog.pg_inherits i JOIN t ON t.oid IN (i.inhparent, i.inhrelid)
        UNION ALL SELECT 'its default of column ' || a.attname FROM pg_catalog.pg_attribute a
          JOIN t ON a.attrelid = t.oid
          WHERE a.attnum > 0 AND NOT a.attisdropped
            AND (a.atthasdef OR a.attidentity <> '' OR a.attgenerated <> '')
        ORDER BY 1""",
        row -> row.getString(1),
        schema,
        table);
  }

  /** An index: its name, whether it can be used, and all of its definition behind the table. */
  record Index(String name, boolean valid, boolean unique, String definition) {}

  /** An index as it is built; columns are empty names where it holds expressions. */
  record IndexShape(
      String name,
      String method,
      boolean valid,
      boolean unique,
      boolean primary,
      List<String> columns,
      List<String> operatorClasses) {}

  /** All indexes of a table, those with a condition apart. */
  List<IndexShape> indexShapes(String schema, String table) throws SQLException {
    return Sql.list(
        connection,
        """
        SELECT c.relname, m.amname, i.indisvalid AND i.indisready, i.indisunique, i.indisprimary,
          (SELECT array_agg(coalesce(a.attname::text, '') ORDER BY k.place)
            FROM unnest(i.indkey::int2[]) WITH ORDINALITY k (number, place)
            LEFT JOIN pg_catalog.pg_attribute a ON a.attrelid = t.oid AND a.attnum = k.number
            WHERE k.place <= i.indnkeyatts),
          (SELECT array_agg(o.opcname::text ORDER BY k.place)
            FROM unnest(i.indclass::oid[]) WITH ORDINALITY k (class, place)
            JOIN pg_catalog.pg_opclass o ON o.oid = k.class)
        FROM pg_catalog.pg_index i
        JOIN pg_catalog.pg_class c ON c.oid = i.indexrelid
        JOIN pg_catalog.pg_am m ON m.oid = c.relam
        JOIN pg_catalog.pg_class t ON t.oid = i.indrelid
        JOIN pg_catalog.pg_namespace n ON n.oid = t.relnamespace
        WHERE n.nspname = ? AND t.relname = ? AND i.indpred IS NULL
        ORDER BY c.relname""",
        row ->
            new IndexShape(
                row.getString(1),
                row.getString(2),
                row.getBoolean(3),
                row.getBoolean(4),
                row.getBoolean(5),
                List.of((String[]) row.getArray(6).getArray()),
                List.of((String[]) row.getArray(7).getArray())),
        schema,
        table);
  }

  /**
   * An index of pgvector's over one column as it is, over its halves or over its bits.
   *
   * @param held the type of what it holds, as format_type returns it but for the schema
   */
  record VectorIndexShape(
      String name, String method, boolean valid, String column, String operatorClass, String held) {

    boolean on(String columnName) {
      return column.equals(columnName);
    }

    /** Whether it is as a plan wants it, but for the operator class. */
    boolean is(VectorIndexing wanted) {
      return method.equals(wanted.method())
          && column.equals(wanted.column().name())
          && held.equals(wanted.heldType());
    }
  }

  /** The vector indexes of a table that have no condition; over other expressions, none. */
  List<VectorIndexShape> vectorIndexes(String schema, String table) throws SQLException {
    return Sql.list(
        connection,
        """
        WITH shape AS (SELECT c.oid, c.relname, m.amname, i.indisvalid AND i.indisready AS valid,
            i.indrelid, i.indkey[0] AS number, o.opcname,
            replace(format_type(x.atttypid, x.atttypmod), e.prefix, '') AS held,
            replace(pg_catalog.pg_get_expr(i.indexprs, i.indrelid, true), e.prefix, '') AS expr
          FROM pg_catalog.pg_index i
          JOIN pg_catalog.pg_class c ON c.oid = i.indexrelid
          JOIN pg_catalog.pg_am m ON m.oid = c.relam
          JOIN pg_catalog.pg_class t ON t.oid = i.indrelid
          JOIN pg_catalog.pg_namespace n ON n.oid = t.relnamespace
          JOIN pg_catalog.pg_attribute x ON x.attrelid = c.oid AND x.attnum = 1
          JOIN pg_catalog.pg_opclass o ON o.oid = i.indclass[0]
          CROSS JOIN (SELECT quote_ident(en.nspname) || '.' AS prefix
            FROM pg_catalog.pg_extension ee
            JOIN pg_catalog.pg_namespace en ON en.oid = ee.extnamespace
            WHERE ee.extname = 'vector') e
          WHERE n.nspname = ? AND t.relname = ? AND m.amname IN ('hnsw', 'ivfflat')
            AND i.indnkeyatts = 1 AND i.indpred IS NULL)
        SELECT s.relname, s.amname, s.valid, a.attname, s.opcname, s.held FROM shape s
        JOIN pg_catalog.pg_attribute a ON a.attrelid = s.indrelid AND a.attnum > 0
          AND (a.attnum = s.number OR (s.number = 0 AND s.expr IN (
            quote_ident(a.attname) || '::' || s.held,
            'binary_quantize(' || quote_ident(a.attname) || ')::' || s.held)))
        ORDER BY s.relname""",
        row ->
            new VectorIndexShape(
                row.getString(1),
                row.getString(2),
                row.getBoolean(3),
                row.getString(4),
                row.getString(5),
                row.getString(6)),
        schema,
        table);
  }

  /** The version of the extension, if it is installed in this database. */
  Optional<String> extensionVersion() throws SQLException {
    return Sql.first(
        connection,
        "SELECT extversion FROM pg_catalog.pg_extension WHERE extname = 'vector'",
        row -> row.getString(1));
  }

  /** Whether a table has a foreign key of exactly these columns. */
  boolean hasForeignKey(String schema, String table, List<String> columns) throws SQLException {
    return Sql.isTrue(
        connection,
        """
        SELECT EXISTS (SELECT 1 FROM pg_catalog.pg_constraint k
          JOIN pg_catalog.pg_class t ON t.oid = k.conrelid
          JOIN pg_catalog.pg_namespace n ON n.oid = t.relnamespace
          WHERE k.contype = 'f' AND n.nspname = ? AND t.relname = ?
            AND (SELECT array_agg(a.attname::text ORDER BY c.place)
              FROM unnest(k.conkey) WITH ORDINALITY c (number, place)
              JOIN pg_catalog.pg_attribute a
                ON a.attrelid = t.oid AND a.attnum = c.number) = ?::text[])""",
        schema,
        table,
        columns.toArray(new String[0]));
  }

  /** A table, which must be there, and its partitions, as SQL text. */
  List<String> withPartitions(String table) throws SQLException {
    return Sql.list(
        connection,
        """
        SELECT quote_ident(n.nspname) || '.' || quote_ident(c.relname)
        FROM pg_catalog.pg_class c JOIN pg_catalog.pg_namespace n ON n.oid = c.relnamespace
        WHERE c.oid = ?::regclass OR c.oid IN (
          SELECT i.inhrelid FROM pg_catalog.pg_inherits i WHERE i.inhparent = ?::regclass)
        ORDER BY c.relkind DESC, c.relname""",
        row -> row.getString(1),
        table,
        table);
  }

  boolean hasPolicy(String schema, String table) throws SQLException {
    return Sql.isTrue(
        connection,
        """
        SELECT EXISTS (SELECT 1 FROM pg_catalog.pg_policy p
          JOIN pg_catalog.pg_class c ON c.oid = p.polrelid
          JOIN pg_catalog.pg_namespace n ON n.oid = c.relnamespace
          WHERE n.nspname = ? AND c.relname = ?)""",
        schema,
        table);
  }

  /** Which tables each table refers to by foreign keys; names as SQL text. */
  Map<String, Set<String>> references() throws SQLException {
    Map<String, Set<String>> references = new HashMap<>();
    Sql.list(
        connection,
        """
        SELECT fn.nspname, f.relname, tn.nspname, t.relname FROM pg_catalog.pg_constraint k
        JOIN pg_catalog.pg_class f ON f.oid = k.conrelid
        JOIN pg_catalog.pg_namespace fn ON fn.oid = f.relnamespace
        JOIN pg_catalog.pg_class t ON t.oid = k.confrelid
        JOIN pg_catalog.pg_namespace tn ON tn.oid = t.relnamespace
        WHERE k.contype = 'f'""",
        row ->
            references
                .computeIfAbsent(
                    Identifiers.quote(row.getString(1), row.getString(2)), k -> new HashSet<>())
                .add(Identifiers.quote(row.getString(3), row.getString(4))));
    return references;
  }

  /**
   * A foreign key from another table.
   *
   * @param table the referring one, quoted
   * @param same that its row r refers to the row l, as SQL
   */
  record Referring(String table, String same) {}

  /**
   * The other tables whose rows go, or change, when the rows of this one that they refer to go.
   *
   * @param apart schema whose tables don't matter
   */
  List<Referring> followingDeletion(String schema, String table, String apart) throws SQLException {
    return Sql.list(
        connection,
        """
        SELECT n.nspname, f.relname, (
          SELECT string_agg(format('r.%I = l.%I', fa.attname, ta.attname), ' AND ')
          FROM unnest(k.conkey, k.confkey) AS pair(f, t)
          JOIN pg_catalog.pg_attribute fa ON fa.attrelid = k.conrelid AND fa.attnum = pair.f
          JOIN pg_catalog.pg_attribute ta ON ta.attrelid = k.confrelid AND ta.attnum = pair.t)
        FROM pg_catalog.pg_constraint k
        JOIN pg_catalog.pg_class f ON f.oid = k.conrelid
        JOIN pg_catalog.pg_namespace n ON n.oid = f.relnamespace
        JOIN pg_catalog.pg_class t ON t.oid = k.confrelid
        JOIN pg_catalog.pg_namespace tn ON tn.oid = t.relnamespace
        WHERE k.contype = 'f' AND k.confdeltype IN ('c', 'n', 'd') AND k.conrelid <> k.confrelid
          AND tn.nspname = ? AND t.relname = ? AND n.nspname <> ?
        ORDER BY k.oid""",
        row ->
            new Referring(Identifiers.quote(row.getString(1), row.getString(2)), row.getString(3)),
        schema,
        table,
        apart);
  }

  /** Whether a table has an index of a kind on exactly these columns. */
  boolean hasIndex(String schema, String table, String method, List<String> columns)
      throws SQLException {
    return Sql.isTrue(
        connection,
        """
        SELECT EXISTS (SELECT 1 FROM pg_catalog.pg_index i
          JOIN pg_catalog.pg_class c ON c.oid = i.indexrelid
          JOIN pg_catalog.pg_am m ON m.oid = c.relam
          JOIN pg_catalog.pg_class t ON t.oid = i.indrelid
          JOIN pg_catalog.pg_namespace n ON n.oid = t.relnamespace
          WHERE n.nspname = ? AND t.relname = ? AND m.amname = ? AND i.indisvalid
            AND i.indpred IS NULL
            AND (SELECT array_agg(a.attname::text ORDER BY k.place)
              FROM unnest(i.indkey::int2[]) WITH ORDINALITY k (number, place)
              JOIN pg_catalog.pg_attribute a ON a.attrelid = t.oid AND a.attnum = k.number) = ?::text[])""",
        schema,
        table,
        method,
        columns.toArray(new String[0]));
  }

  /** The columns of whole numbers that take their values from a sequence, each with it. */
  Map<String, String> sequences(String schema, String table) throws SQLException {
    Map<String, String> sequences = new LinkedHashMap<>();
    Sql.list(
        connection,
        """
        SELECT a.attname, s.oid::regclass::text FROM pg_catalog.pg_depend d
        JOIN pg_catalog.pg_class s ON s.oid = d.objid AND s.relkind = 'S'
        JOIN pg_catalog.pg_class t ON t.oid = d.refobjid
        JOIN pg_catalog.pg_namespace n ON n.oid = t.relnamespace
        JOIN pg_catalog.pg_attribute a ON a.attrelid = t.oid AND a.attnum = d.refobjsubid
        WHERE d.classid = 'pg_catalog.pg_class'::regclass AND d.deptype IN ('a', 'i')
          AND n.nspname = ? AND t.relname = ?
        ORDER BY a.attnum""",
        row -> sequences.put(row.getString(1), row.getString(2)),
        schema,
        table);
    return sequences;
  }

  /** The indexes that are neither of a constraint nor for vectors. */
  List<Index> plainIndexes(String schema, String table) throws SQLException {
    return Sql.list(
        connection,
        INDEXES
            + """
             AND m.amname NOT IN ('hnsw', 'ivfflat')
            AND NOT EXISTS (SELECT 1 FROM pg_catalog.pg_constraint k
              WHERE k.conindid = i.indexrelid)
            ORDER BY c.relname""",
        Catalog::index,
        schema,
        table);
  }

  private static final String INDEXES =
      """
      SELECT c.relname, i.indisvalid, i.indisunique,
        substring(pg_catalog.pg_get_indexdef(c.oid) FROM length(
          CASE WHEN i.indisunique THEN 'CREATE UNIQUE INDEX ' ELSE 'CREATE INDEX ' END
          || quote_ident(c.relname) || ' ON ' || quote_ident(n.nspname) || '.'
          || quote_ident(t.relname)) + 1)
      FROM pg_catalog.pg_index i
      JOIN pg_catalog.pg_class c ON c.oid = i.indexrelid
      JOIN pg_catalog.pg_am m ON m.oid = c.relam
      JOIN pg_catalog.pg_class t ON t.oid = i.indrelid
      JOIN pg_catalog.pg_namespace n ON n.oid = t.relnamespace
      WHERE n.nspname = ? AND t.relname = ?""";

  private static Index index(ResultSet row) throws SQLException {
    return new Index(row.getString(1), row.getBoolean(2), row.getBoolean(3), row.getString(4));
  }

  boolean hasPrimaryKey(String schema, String table) throws SQLException {
    return Sql.isTrue(
        connection,
        """
        SELECT EXISTS (SELECT 1 FROM pg_catalog.pg_constraint k
          JOIN pg_catalog.pg_class c ON c.oid = k.conrelid
          JOIN pg_catalog.pg_namespace n ON n.oid = c.relnamespace
          WHERE k.contype = 'p' AND n.nspname = ? AND c.relname = ?)""",
        schema,
        table);
  }

  /** The statements that give a table the owner and the grants of another. */
  List<String> grantsOf(String schema, String table, String newTable) throws SQLException {
    return Sql.list(
        connection,
        """
        SELECT 'ALTER TABLE %1$s OWNER TO ' || quote_ident(pg_catalog.pg_get_userbyid(c.relowner))
        FROM pg_catalog.pg_class c JOIN pg_catalog.pg_namespace n ON n.oid = c.relnamespace
        WHERE n.nspname = ? AND c.relname = ?
          AND pg_catalog.pg_get_userbyid(c.relowner) <> current_user
        UNION ALL
        SELECT 'GRANT ' || a.privilege_type || ' ON %1$s TO ' || CASE WHEN a.grantee = 0
          THEN 'PUBLIC' ELSE quote_ident(pg_catalog.pg_get_userbyid(a.grantee)) END
          || CASE WHEN a.is_grantable THEN ' WITH GRANT OPTION' ELSE '' END
        FROM pg_catalog.pg_class c JOIN pg_catalog.pg_namespace n ON n.oid = c.relnamespace,
          pg_catalog.aclexplode(c.relacl) a
        WHERE n.nspname = ? AND c.relname = ? AND a.grantee <> c.relowner"""
            .formatted(newTable.replace("'", "''")),
        row -> row.getString(1),
        schema,
        table,
        schema,
        table);
  }

  /**
   * The statements that give a table the grants that a table made in this schema would have: moving
   * a table into a schema does not apply the schema's default privileges.
   */
  List<String> defaultGrants(String schema, String newTable) throws SQLException {
    return Sql.list(
        connection,
        """
        SELECT 'GRANT ' || a.privilege_type || ' ON %s TO ' || CASE WHEN a.grantee = 0
          THEN 'PUBLIC' ELSE quote_ident(pg_catalog.pg_get_userbyid(a.grantee)) END
          || CASE WHEN a.is_grantable THEN ' WITH GRANT OPTION' ELSE '' END
        FROM pg_catalog.pg_default_acl d
        JOIN pg_catalog.pg_namespace n ON n.oid = d.defaclnamespace,
          pg_catalog.aclexplode(d.defaclacl) a
        WHERE n.nspname = ? AND d.defaclobjtype = 'r'
          AND pg_catalog.pg_get_userbyid(d.defaclrole) = current_user"""
            .formatted(newTable.replace("'", "''")),
        row -> row.getString(1),
        schema);
  }

  /** Whether a relation other than an index of the given table has this name. */
  boolean takenByOthers(String schema, String name, String table) throws SQLException {
    return Sql.isTrue(
        connection,
        """
        SELECT EXISTS (SELECT 1 FROM pg_catalog.pg_class c
          JOIN pg_catalog.pg_namespace n ON n.oid = c.relnamespace
          LEFT JOIN pg_catalog.pg_index i ON i.indexrelid = c.oid
          LEFT JOIN pg_catalog.pg_class o ON o.oid = i.indrelid
          WHERE n.nspname = ? AND c.relname = ? AND o.relname IS DISTINCT FROM ?)""",
        schema,
        name,
        table);
  }
}
