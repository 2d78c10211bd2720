package dev.vectormigrate.pgvector;

import dev.vectormigrate.model.Bytes;
import dev.vectormigrate.model.Distance;
import dev.vectormigrate.model.Field;
import dev.vectormigrate.model.FieldType;
import dev.vectormigrate.model.FieldType.Kind;
import dev.vectormigrate.model.Row;
import dev.vectormigrate.model.Schema;
import dev.vectormigrate.model.Vector;
import dev.vectormigrate.model.VectorIndex.Precision;
import dev.vectormigrate.spi.SearchResult;
import dev.vectormigrate.spi.SearchResult.Answer;
import dev.vectormigrate.spi.SearchResult.Hit;
import dev.vectormigrate.spi.SearchResult.IndexUse;
import dev.vectormigrate.spi.VectorSearch;
import dev.vectormigrate.spi.VectorSearch.Access;
import java.math.BigDecimal;
import java.sql.Connection;
import java.sql.PreparedStatement;
import java.sql.ResultSet;
import java.sql.SQLException;
import java.sql.Types;
import java.time.Duration;
import java.time.LocalDateTime;
import java.time.OffsetDateTime;
import java.util.ArrayList;
import java.util.List;
import java.util.UUID;

/** Searches a table for the rows nearest to vectors, in the caller's transaction. */
final class VectorSearches {

  private final Connection connection;
  private final ColumnTypes types;
  private final String table;
  private final Schema columns;
  private final VectorSearch search;
  private final Field field;

  /**
   * Prepares searches.
   *
   * @param table as SQL text
   * @param columns of the table
   */
  VectorSearches(
      Connection connection, ColumnTypes types, String table, Schema columns, VectorSearch search) {
    this.connection = connection;
    this.types = types;
    this.table = table;
    this.columns = columns;
    this.search = search;
    field = columns.field(columns.indexOf(search.column()));
  }

  /** Whether rows that are found can be named: not every type of a key comes as rows have it. */
  static boolean canName(Schema columns) {
    return columns.key().stream()
        .map(name -> columns.field(columns.indexOf(name)).type().kind())
        .noneMatch(kind -> kind == Kind.JSON || kind == Kind.TEXTS || kind.isVector());
  }

  /** Makes every search, after one that is not measured. */
  SearchResult run() throws SQLException {
    set();
    if (search.queries().isEmpty()) {
      return new SearchResult(List.of(), IndexUse.NONE);
    }
    List<Answer> answers = new ArrayList<>();
    try (PreparedStatement statement = connection.prepareStatement(sql())) {
      answer(statement, search.queries().get(0));
      for (Vector query : search.queries()) {
        answers.add(answer(statement, query));
      }
    }
    return new SearchResult(answers, indexUse());
  }

  /**
   * The same statement is executed with other settings, too: without the first one the server could
   * go on with the plan that it made under those.
   */
  private void set() throws SQLException {
    Sql.execute(connection, "SET LOCAL plan_cache_mode = force_custom_plan");
    if (search.access() == Access.EXACT) {
      Sql.execute(
          connection,
          "SET LOCAL enable_indexscan = off",
          "SET LOCAL enable_indexonlyscan = off",
          "SET LOCAL enable_bitmapscan = off");
    } else if (search.effort() > 0) {
      Sql.execute(
          connection,
          "SET LOCAL hnsw.ef_search = " + Math.min(1_000, search.effort()),
          "SET LOCAL ivfflat.probes = " + Math.min(32_768, search.effort()));
    }
  }

  /** Distance and key, nearest first. The same parameter twice, where bits are ranked again. */
  private String sql() {
    String column = Identifiers.quote(field.name());
    String key = Identifiers.quoteAll(columns.key());
    if (search.form() != Precision.BIT) {
      return nearest(distance(column), key, table, search.k());
    }
    String own = key + (columns.key().contains(field.name()) ? "" : ", " + column);
    String candidates =
        "(SELECT %s FROM %s ORDER BY %s LIMIT %d) AS candidates"
            .formatted(own, table, differentBits(column), search.candidates());
    return nearest(distance(column), key, candidates, search.k());
  }

  private static String nearest(String distance, String key, String from, int k) {
    return "SELECT %s, %s FROM %s ORDER BY 1 LIMIT %d".formatted(distance, key, from, k);
  }

  private String distance(String column) {
    String type = type(search.form() == Precision.HALF ? Kind.HALF_VECTOR : field.type().kind());
    String cast = search.form() == Precision.HALF ? column + "::" + type : column;
    return "%s %s ?::%s".formatted(cast, operator(operatorName()), type);
  }

  private String differentBits(String column) {
    String bits = field.type().size() == 0 ? "" : "::bit(" + field.type().size() + ")";
    String quantize = Identifiers.quote(types.extensionSchema(), "binary_quantize");
    return "%1$s(%2$s)%3$s %4$s %1$s(?::%5$s)%3$s"
        .formatted(quantize, column, bits, operator("<~>"), type(field.type().kind()));
  }

  private String operator(String name) {
    return "OPERATOR(" + Identifiers.quote(types.extensionSchema()) + "." + name + ")";
  }

  private String operatorName() {
    Distance distance = field.type().distance();
    return switch (distance == null ? Distance.COSINE : distance) {
      case COSINE -> "<=>";
      case L2 -> "<->";
      case INNER_PRODUCT -> "<#>";
    };
  }

  private String type(Kind kind) {
    int size = field.type().size();
    String plain = ColumnTypes.plain(new FieldType(kind, size, null));
    return Identifiers.quote(types.extensionSchema()) + "." + plain;
  }

  private void bind(PreparedStatement statement, Vector query) throws SQLException {
    String text = text(query);
    int parameters = search.form() == Precision.BIT ? 2 : 1;
    for (int i = 1; i <= parameters; i++) {
      statement.setObject(i, text, Types.OTHER);
    }
  }

  /** Every float survives the round trip through its shortest text. */
  private static String text(Vector query) {
    StringBuilder text = new StringBuilder("[");
    for (int i = 0; i < query.dimension(); i++) {
      text.append(i == 0 ? "" : ",").append(query.get(i));
    }
    return text.append(']').toString();
  }

  private Answer answer(PreparedStatement statement, Vector query) throws SQLException {
    bind(statement, query);
    long start = System.nanoTime();
    List<Hit> hits = new ArrayList<>();
    try (ResultSet rows = statement.executeQuery()) {
      while (rows.next()) {
        double distance = rows.getDouble(1);
        if (!rows.wasNull()) {
          hits.add(new Hit(id(rows), distance));
        }
      }
    }
    return new Answer(hits, Duration.ofNanos(System.nanoTime() - start));
  }

  private String id(ResultSet found) throws SQLException {
    List<Field> fields =
        columns.key().stream().map(name -> columns.field(columns.indexOf(name))).toList();
    Object[] values = new Object[fields.size()];
    for (int i = 0; i < values.length; i++) {
      values[i] = value(found, i + 2, fields.get(i).type().kind());
    }
    return Row.of(new Schema(fields, columns.key()), values).id();
  }

  /** As a reader of the table has it. */
  private static Object value(ResultSet found, int column, Kind kind) throws SQLException {
    return switch (kind) {
      case TEXT -> found.getString(column);
      case INTEGER -> found.getLong(column);
      case UUID -> found.getObject(column, UUID.class);
      case FLOAT -> found.getDouble(column);
      case BOOLEAN -> found.getBoolean(column);
      case DECIMAL -> found.getObject(column, BigDecimal.class);
      case TIMESTAMP -> found.getObject(column, LocalDateTime.class);
      case INSTANT -> found.getObject(column, OffsetDateTime.class).toInstant();
      case BYTES -> Bytes.wrap(found.getBytes(column));
      default -> throw new IllegalStateException("key of type " + kind + ": can't be searched for");
    };
  }

  /**
   * Whether an index orders the rows; else whether one would, if every row were dear to look at.
   */
  private IndexUse indexUse() throws SQLException {
    if (search.access() == Access.EXACT) {
      return IndexUse.NONE;
    }
    if (isOrderedByIndex()) {
      return IndexUse.USED;
    }
    Sql.execute(connection, "SET LOCAL enable_seqscan = off");
    return isOrderedByIndex() ? IndexUse.NOT_CHOSEN : IndexUse.NONE;
  }

  private boolean isOrderedByIndex() throws SQLException {
    try (PreparedStatement statement = connection.prepareStatement("EXPLAIN " + sql())) {
      bind(statement, search.queries().get(0));
      try (ResultSet lines = statement.executeQuery()) {
        boolean ordered = false;
        while (lines.next()) {
          ordered |= lines.getString(1).strip().startsWith("Order By: ");
        }
        return ordered;
      }
    }
  }
}
