package dev.vectormigrate.sources.lightrag;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import dev.vectormigrate.model.Finding;
import dev.vectormigrate.model.Json;
import dev.vectormigrate.model.Row;
import dev.vectormigrate.sources.files.DamagedFileException;
import dev.vectormigrate.sources.files.Reading;
import dev.vectormigrate.sources.files.SplitChecks;
import java.nio.charset.StandardCharsets;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.Map;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.CsvSource;

/** Graphs as networkx writes them, and as it should not. */
class GraphFileTest {

  private static final String NODES = "graph_nodes";
  private static final String EDGES = "graph_edges";

  private static final String KEYS =
      """
      <key id="d0" for="node" attr.name="entity_id" attr.type="string"/>
      <key id="d1" for="node" attr.name="rank" attr.type="long"/>
      <key id="d2" for="edge" attr.name="weight" attr.type="double"/>
      <key id="d3" for="edge" attr.name="weight" attr.type="long"><default>1</default></key>
      <key id="d4" for="edge" attr.name="on" attr.type="boolean"/>
      """;

  @TempDir Path temp;

  private Path write(String text) throws Exception {
    return Files.writeString(temp.resolve("graph_chunk_entity_relation.graphml"), text);
  }

  private Reading read(String dataset, String content) throws Exception {
    write(graph("undirected", content));
    SplitChecks.check(LightRagDirectory.at(temp));
    return Reading.of(LightRagDirectory.at(temp), dataset);
  }

  private static String graph(String edges, String content) {
    return "<?xml version='1.0' encoding='utf-8'?>\n"
        + "<graphml xmlns=\"http://graphml.graphdrawing.org/xmlns\">"
        + KEYS
        + "<graph edgedefault=\""
        + edges
        + "\">"
        + content
        + "</graph></graphml>";
  }

  private static String node(String id, String data) {
    return "<node id=\"" + id + "\">" + data + "</node>";
  }

  private static String edge(String source, String target, String data) {
    return "<edge source=\"" + source + "\" target=\"" + target + "\">" + data + "</edge>";
  }

  private static String data(String key, String text) {
    return "<data key=\"" + key + "\">" + text + "</data>";
  }

  private static Row nodeRow(String id, String properties) {
    return Row.of(GraphElement.Kind.NODE.schema(), id, Json.parse(properties));
  }

  private static Row edgeRow(String source, String target, String properties) {
    return Row.of(GraphElement.Kind.EDGE.schema(), source, target, Json.parse(properties));
  }

  @Test
  void values_have_the_declared_types() throws Exception {
    String content =
        node(
                "a",
                data("d0", "a &amp; &lt;b&gt;<![CDATA[<c>]]>\n")
                    + data("d1", "9223372036854775808"))
            + node("b", data("d1", " -7 ") + data("d0", ""))
            + node("&quot;C&quot;", "<desc>none</desc>")
            + edge("a", "b", data("d2", "1.0") + data("d4", "True"))
            + edge("a", "c", data("d3", "1") + data("d4", "0"))
            + edge("a", "d", data("d2", "1e-05"));
    assertThat(read(NODES, content).items)
        .containsExactly(
            nodeRow("a", "{\"entity_id\": \"a & <b><c>\\n\", \"rank\": 9223372036854775808}"),
            nodeRow("b", "{\"rank\": -7, \"entity_id\": \"\"}"),
            nodeRow("\"C\"", "{}"));
    assertThat(read(EDGES, content).items)
        .containsExactly(
            edgeRow("a", "b", "{\"weight\": 1.0, \"on\": true}"),
            edgeRow("a", "c", "{\"weight\": 1, \"on\": false}"),
            edgeRow("a", "d", "{\"weight\": 0.00001}"));
  }

  @Test
  void ends_of_edges_are_in_the_order_of_code_points() throws Exception {
    String content =
        edge("b", "a", "")
            + edge("\uFF21", "\uD83D\uDE00", "")
            + edge("\uD83D\uDE01", "\uFF21", "")
            + edge("a", "b", data("d2", "2"))
            + "<edge id=\"e1\" source=\"a\" target=\"c\"/>";
    Reading reading = read(EDGES, content);
    assertThat(reading.rows())
        .containsExactly(
            edgeRow("a", "b", "{}"),
            edgeRow("\uFF21", "\uD83D\uDE00", "{}"),
            edgeRow("\uFF21", "\uD83D\uDE01", "{}"),
            edgeRow("a", "c", "{\"id\": \"e1\"}"));
    assertThat(reading.refusals())
        .containsExactly("a/b: key: of an earlier record of the file too, expected every key once");
    assertThat(Reading.dataset(LightRagDirectory.at(temp), EDGES).findings())
        .containsExactly(
            Finding.warning(
                "lightrag.edges.repeated",
                "1 edges are there an earlier time and will be refused"));
  }

  @Test
  void ends_of_directed_edges_stay() throws Exception {
    write(graph("directed", edge("b", "a", "") + edge("a", "b", "")));
    assertThat(Reading.of(LightRagDirectory.at(temp), EDGES).items)
        .containsExactly(edgeRow("b", "a", "{}"), edgeRow("a", "b", "{}"));
  }

  @Test
  void control_characters_are_kept() throws Exception {
    String content = node("a\u0001", data("d0", "x\u0000\u001B\uF8F6\uFFFF"));
    Row row =
        Row.of(
            GraphElement.Kind.NODE.schema(),
            "a\u0001",
            Json.of(Map.of("entity_id", "x\u0000\u001B\uF8F6\uFFFF")));
    assertThat(read(NODES, content).items).containsExactly(row);
  }

  @Test
  void values_of_another_type_refuse_their_element() throws Exception {
    Reading reading =
        read(
            EDGES,
            edge("a", "b", data("d2", "nan"))
                + edge("a", "c", data("d3", "1.5"))
                + edge("a", "d", data("d4", "maybe"))
                + edge("a", "e", data("d9", "x"))
                + edge("a", "f", data("d2", "1") + data("d3", "1"))
                + edge("a", "g", data("d2", ""))
                + edge("a", "h", data("d2", "1e999")));
    assertThat(reading.items)
        .containsExactly(
            "a/b: properties: key 'weight': NaN or infinite, which JSON has no number for",
            "a/c: key 'weight': not a number, expected one",
            "a/d: key 'on': not a boolean, expected true or false",
            "a/e: key 'd9': not declared, expected a key of the file",
            "a/f: key 'weight': twice, expected once",
            "a/g: key 'weight': not a number, expected one",
            "a/h: properties: key 'weight': NaN or infinite, which JSON has no number for");
  }

  @Test
  void any_number_of_escaped_characters_is_read() throws Exception {
    String description = "&lt;SEP&gt;".repeat(200_000);
    write(graph("undirected", node("a", data("d0", description))));
    Row row = Reading.of(LightRagDirectory.at(temp), NODES).rows().get(0);
    assertThat(((Json) row.value("properties")).utf8()).hasSize(200_000 * 5 + 16);
  }

  @ParameterizedTest
  @CsvSource(
      delimiter = '|',
      textBlock =
          """
          <!DOCTYPE x [<!ENTITY e SYSTEM "file:///etc/hostname">]><graphml>&e;</graphml> | a document type in it, expected none. Check where the file is from
          <graphml/>                     | no graph in it, expected a GraphML file. Check the file
          <graphml><node id="a"/></graphml> | element 'node' in line 1, expected only nodes and edges of one graph. Check the file
          <graphml><graph><node id="a"> | malformed near line 1, expected GraphML in UTF-8. Restore it from a backup
          <graphml><graph><node id="a"><graph/></node></graph></graphml> | element 'graph' in line 1, expected only nodes and edges of one graph. Check the file
          <graphml><graph/><graph/></graphml> | element 'graph' in line 1, expected only nodes and edges of one graph. Check the file
          <graphml><graph><hyperedge/></graph></graphml> | element 'hyperedge' in line 1, expected only nodes and edges of one graph. Check the file
          <graphml><graph><node/></graph></graphml> | element 'node' without 'id' in line 1, expected one. Check the file
          <graphml><key id="d" attr.type="date"/></graphml> | attribute type 'date' in line 1, expected long, int, double, float, boolean or string
          <graphml><graph><node id="a">&#x1;</node></graph></graphml> | malformed near line 1, expected GraphML in UTF-8. Restore it from a backup
          {}                             | malformed near line 1, expected GraphML in UTF-8. Restore it from a backup
          """)
  void a_file_of_something_else_is_refused(String text, String message) throws Exception {
    refuses(write(text), message);
  }

  private void refuses(Path path, String message) throws Exception {
    LightRagDirectory source = LightRagDirectory.at(temp);
    assertThat(Reading.dataset(source, NODES).findings())
        .containsExactly(Finding.error("lightrag.file.damaged", path + ": " + message));
    assertThatThrownBy(() -> Reading.of(source, EDGES))
        .isInstanceOf(DamagedFileException.class)
        .hasMessage(path + ": " + message);
  }

  @Test
  void depth_and_encoding_are_checked() throws Exception {
    String malformed = "malformed near line 1, expected GraphML in UTF-8. Restore it from a backup";
    refuses(write("<graphml><desc>" + "<a>".repeat(100_000)), malformed);
    Path path = write("");
    Files.write(path, "<graphml>\u00FC</graphml>".getBytes(StandardCharsets.ISO_8859_1));
    refuses(path, malformed);
  }
}
