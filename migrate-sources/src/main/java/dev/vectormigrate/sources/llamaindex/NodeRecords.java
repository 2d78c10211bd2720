package dev.vectormigrate.sources.llamaindex;

import com.fasterxml.jackson.core.JsonParser;
import com.fasterxml.jackson.core.JsonProcessingException;
import dev.vectormigrate.model.Json;
import dev.vectormigrate.model.Row;
import dev.vectormigrate.model.Schema;
import dev.vectormigrate.sources.files.OrdinalReader;
import dev.vectormigrate.sources.json.JsonFile;
import dev.vectormigrate.sources.json.JsonValue;
import dev.vectormigrate.sources.json.JsonVector;
import dev.vectormigrate.sources.llamaindex.Members.Place;
import dev.vectormigrate.sources.numpy.ScratchDatabase;
import dev.vectormigrate.sources.numpy.ScratchDatabase.Prepared;
import dev.vectormigrate.spi.RejectedRowException;
import java.io.Closeable;
import java.io.IOException;
import java.nio.file.Path;
import java.sql.ResultSet;
import java.sql.SQLException;
import java.util.ArrayDeque;
import java.util.Deque;
import java.util.Queue;
import java.util.stream.Stream;
import org.jspecify.annotations.Nullable;

/** Turns vectors and nodes into rows, from some row on. Of one thread. */
final class NodeRecords implements OrdinalReader.Records {

  private static final int PAGE = 500;
  private static final String NO_DOCUMENT = "None";

  /** Where the parts of a row are; vector or node is there. */
  private record Found(
      long number,
      @Nullable Place vector,
      @Nullable Place node,
      @Nullable Place reference,
      @Nullable Place attributes,
      boolean repeated) {

    static Found of(ResultSet row) throws SQLException {
      return new Found(
          row.getLong(1),
          place(row, 2),
          place(row, 4),
          place(row, 6),
          place(row, 8),
          row.getLong(10) > 1);
    }

    private static @Nullable Place place(ResultSet row, int column) throws SQLException {
      long first = row.getLong(column);
      return row.wasNull() ? null : new Place(first, row.getLong(column + 1));
    }

    boolean isTooLarge() {
      return Stream.of(vector, node, reference, attributes)
          .anyMatch(place -> place != null && place.isTooLarge());
    }
  }

  /** What the vector store says of a row. */
  private record Vectors(
      JsonVector vector, @Nullable String document, @Nullable JsonValue attributes) {}

  private final int space;
  private final int dimension;
  private final Schema schema;
  private final Deque<Closeable> opened = new ArrayDeque<>();
  private final Prepared page;
  private final Members vectors;
  private final Members references;
  private final Members attributes;
  private final @Nullable Members nodes;
  private final Queue<Found> found = new ArrayDeque<>();
  private long next;

  private NodeRecords(LlamaIndexSession session, int space, Schema schema, long first)
      throws IOException {
    this.space = space;
    this.dimension = session.dimension(space);
    this.schema = schema;
    this.next = first;
    try {
      this.page = page(keep(session.openTable()));
      // Each goes through its own part of the file from its begin to its end.
      this.vectors = keep(new Members(session.vectorFile(space)));
      this.references = keep(new Members(session.vectorFile(space)));
      this.attributes = keep(new Members(session.vectorFile(space)));
      Path docstore = session.docstoreFile();
      this.nodes = docstore == null ? null : keep(new Members(docstore));
    } catch (IOException e) {
      close();
      throw e;
    }
  }

  static NodeRecords open(LlamaIndexSession session, int space, Schema schema, long first)
      throws IOException {
    return new NodeRecords(session, space, schema, first);
  }

  private <T extends Closeable> T keep(T resource) {
    opened.push(resource);
    return resource;
  }

  private static Prepared page(ScratchDatabase table) throws IOException {
    return table.prepare(
        "SELECT number, vector, vector_past, node, node_past, reference, reference_past,"
            + " attributes, attributes_past, times FROM row"
            + " WHERE space = ? AND number >= ? ORDER BY number LIMIT "
            + PAGE);
  }

  @Override
  public Row next() throws IOException, RejectedRowException {
    if (found.isEmpty()) {
      page.forEach(row -> found.add(Found.of(row)), space, next);
    }
    Found row = found.remove();
    next = row.number() + 1;
    String id = id(row);
    if (row.repeated()) {
      throw new RejectedRowException(id, "key: twice in a file, expected once");
    }
    if (row.isTooLarge()) {
      throw new RejectedRowException(
          id, "record: too large, expected at most %d bytes".formatted(JsonFile.MOST_RECORD_BYTES));
    }
    return row(row, id);
  }

  private String id(Found row) throws IOException, RejectedRowException {
    Place place = row.vector() == null ? row.node() : row.vector();
    Members members = row.vector() == null ? nodes : vectors;
    if (place == null || members == null) {
      throw new IllegalStateException("row " + row.number() + ": expected a vector or a node");
    }
    String id = place.isTooLarge() ? members.key(place) : key(members, place);
    if (!JsonValue.isUnicode(id)) {
      throw new RejectedRowException(
          JsonValue.escaped(id), "id: lone surrogate, which is not Unicode text");
    }
    return id;
  }

  private static String key(Members members, Place place) throws IOException {
    try (JsonParser parser = members.at(place)) {
      return parser.currentName();
    }
  }

  private Row row(Found row, String id) throws IOException, RejectedRowException {
    try {
      return row(id, fromVectors(row), node(row, id));
    } catch (JsonProcessingException e) {
      throw new RejectedRowException(id, "record: not UTF-8, expected Unicode text");
    } catch (IllegalArgumentException e) {
      throw new RejectedRowException(id, String.valueOf(e.getMessage()));
    }
  }

  private Row row(String id, Vectors stored, @Nullable StoredNode node)
      throws RejectedRowException {
    String problem = stored.vector().problemBeside(dimension);
    if (problem != null) {
      throw new RejectedRowException(id, "vector: " + problem);
    }
    String document = stored.document();
    if (document == null && node != null) {
      document = node.source();
    }
    return Row.of(
        schema,
        id,
        node == null ? null : node.text(),
        document,
        node == null ? json(stored.attributes()) : node.metadata(),
        node == null ? null : node.relationships(),
        node == null ? null : node.rest(),
        stored.vector().vector());
  }

  private static @Nullable Json json(@Nullable JsonValue attributes) {
    if (attributes == null || attributes.java() == null) {
      return null;
    }
    if (attributes.problem() != null) {
      throw new IllegalArgumentException("metadata: " + attributes.problem());
    }
    return StoredNode.json("metadata", attributes.java());
  }

  private Vectors fromVectors(Found row) throws IOException {
    JsonVector vector = JsonVector.MISSING;
    if (row.vector() != null) {
      try (JsonParser parser = vectors.at(row.vector())) {
        vector = JsonVector.read(parser, JsonVector.Precision.DOUBLE);
      }
    }
    JsonValue copy =
        row.node() != null || row.attributes() == null ? null : value(attributes, row.attributes());
    return new Vectors(vector, document(row), copy);
  }

  private @Nullable String document(Found row) throws IOException {
    if (row.reference() == null) {
      return null;
    }
    Object document = value(references, row.reference()).java();
    if (document != null && !(document instanceof String)) {
      throw new IllegalArgumentException("text_id_to_ref_doc_id: no text, expected one");
    }
    return NO_DOCUMENT.equals(document)
        ? null
        : StoredNode.unicode("text_id_to_ref_doc_id", (String) document);
  }

  private @Nullable StoredNode node(Found row, String id) throws IOException {
    return row.node() == null || nodes == null ? null : StoredNode.of(id, value(nodes, row.node()));
  }

  private static JsonValue value(Members members, Place place) throws IOException {
    try (JsonParser parser = members.at(place)) {
      return JsonValue.read(parser);
    }
  }

  @Override
  public void close() throws IOException {
    while (!opened.isEmpty()) {
      opened.pop().close();
    }
  }
}
