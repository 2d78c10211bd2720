package dev.vectormigrate.sources.llamaindex;

import com.fasterxml.jackson.core.JsonParser;
import com.fasterxml.jackson.core.JsonProcessingException;
import com.fasterxml.jackson.core.JsonToken;
import dev.vectormigrate.sources.files.DamagedFileException;
import dev.vectormigrate.sources.files.FileStamp;
import dev.vectormigrate.sources.json.JsonFile;
import dev.vectormigrate.sources.json.JsonScan;
import dev.vectormigrate.sources.json.JsonVector;
import dev.vectormigrate.sources.json.VectorTally;
import java.io.IOException;
import java.nio.file.Path;
import java.util.HashSet;
import java.util.Map;
import java.util.Set;

/** Looks through a file once and writes down where the members of its sections are. */
final class SectionScanner {

  static final String EMBEDDINGS = "embedding_dict";
  static final String NODES = "docstore/data";

  private final Path file;
  private final JsonScan scan;
  private final JsonParser parser;
  private final Map<String, Integer> sections;
  private final NodeTable.Writer table;
  private final VectorTally vectors = new VectorTally();
  private final Set<String> seen = new HashSet<>();
  private boolean empty = true;

  private SectionScanner(
      Path file, JsonScan scan, Map<String, Integer> sections, NodeTable.Writer table) {
    this.file = file;
    this.scan = scan;
    this.parser = scan.parser();
    this.sections = sections;
    this.table = table;
  }

  /**
   * What is known of a file then.
   *
   * @param stamp of it
   * @param fingerprint of all of it
   * @param vectors in it
   */
  record Result(FileStamp stamp, String fingerprint, VectorTally vectors) {}

  static Result docstore(Path file, NodeTable.Writer table) throws IOException {
    return scan(file, Map.of(NODES, NodeTable.NODE), table);
  }

  static Result vectors(Path file, int space, NodeTable.Writer table) throws IOException {
    return scan(
        file,
        Map.of(
            EMBEDDINGS,
            NodeTable.vectors(space),
            // What 0.6.0 calls the next one.
            "text_id_to_doc_id",
            NodeTable.references(space),
            "text_id_to_ref_doc_id",
            NodeTable.references(space),
            "metadata_dict",
            NodeTable.attributes(space)),
        table);
  }

  private static Result scan(Path file, Map<String, Integer> sections, NodeTable.Writer table)
      throws IOException {
    try (JsonScan scan = JsonFile.at(file).scan()) {
      return new SectionScanner(file, scan, sections, table).scan();
    }
  }

  private Result scan() throws IOException {
    try {
      scan.enterRootObject();
      root();
      scan.requireEnd();
    } catch (JsonProcessingException e) {
      scan.stamp().check();
      throw scan.damaged(e);
    }
    requireContent();
    return new Result(scan.stamp(), scan.fingerprint(), vectors);
  }

  private void root() throws IOException {
    while (parser.nextToken() != JsonToken.END_OBJECT) {
      empty = false;
      String key = parser.currentName();
      JsonToken token = parser.nextToken();
      Integer kind = sections.get(key);
      if (kind == null || token == JsonToken.VALUE_NULL) {
        parser.skipChildren();
      } else {
        section(key, kind, token);
      }
    }
  }

  private void section(String name, int kind, JsonToken token) throws IOException {
    if (token != JsonToken.START_OBJECT || !seen.add(name)) {
      throw unexpected(
          "%s: %s".formatted(name, seen.contains(name) ? "twice" : JsonScan.nameOf(token)));
    }
    while (parser.nextToken() != JsonToken.END_OBJECT) {
      long first = scan.tokenOffset();
      String key = parser.currentName();
      parser.nextToken();
      if (name.equals(EMBEDDINGS)) {
        vectors.add(JsonVector.read(parser, JsonVector.Precision.DOUBLE));
      } else {
        parser.skipChildren();
      }
      // A text or number is only known to begin here.
      parser.finishToken();
      table.add(kind, key, first, scan.offset());
    }
  }

  /** A docstore without any document is an empty object. */
  private void requireContent() throws DamagedFileException {
    boolean nodes = sections.containsKey(NODES);
    String needed = nodes ? NODES : EMBEDDINGS;
    if (!seen.contains(needed) && !(nodes && empty)) {
      throw unexpected("no " + needed + " in it");
    }
  }

  private DamagedFileException unexpected(String what) {
    return new DamagedFileException(
        file, "%s, expected a file of a LlamaIndex store. Check the file".formatted(what));
  }
}
