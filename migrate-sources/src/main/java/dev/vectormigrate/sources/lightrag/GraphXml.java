package dev.vectormigrate.sources.lightrag;

import dev.vectormigrate.sources.files.DamagedFileException;
import dev.vectormigrate.sources.lightrag.GraphElement.Kind;
import java.io.Closeable;
import java.io.IOException;
import java.io.InputStream;
import java.io.InputStreamReader;
import java.nio.charset.CodingErrorAction;
import java.nio.charset.StandardCharsets;
import java.nio.file.Path;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import javax.xml.stream.XMLInputFactory;
import javax.xml.stream.XMLStreamConstants;
import javax.xml.stream.XMLStreamException;
import javax.xml.stream.XMLStreamReader;
import org.jspecify.annotations.Nullable;

/**
 * Reads the nodes and edges of a GraphML file as networkx writes it: keys, then one graph. Without
 * document types and entities, and without limits on how often characters may be escaped. Of one
 * thread.
 */
final class GraphXml implements Closeable {

  /** The largest element that is read as a whole. */
  static final int MOST_CHARACTERS = 64 << 20;

  private static final XMLInputFactory FACTORY = factory();

  private final Path file;
  private final InputStream in;
  private final XMLStreamReader xml;
  private final GraphKeys keys = new GraphKeys();
  private boolean inGraph;
  private boolean sawGraph;
  private boolean directed;

  private GraphXml(Path file, InputStream in, XMLStreamReader xml) {
    this.file = file;
    this.in = in;
    this.xml = xml;
  }

  private static XMLInputFactory factory() {
    // Not newInstance(), which takes whatever parser is on the class path.
    XMLInputFactory factory = XMLInputFactory.newDefaultFactory();
    factory.setProperty(XMLInputFactory.SUPPORT_DTD, false);
    factory.setProperty(XMLInputFactory.IS_SUPPORTING_EXTERNAL_ENTITIES, false);
    String properties = "http://www.oracle.com/xml/jaxp/properties/";
    factory.setProperty(properties + "maxElementDepth", "32");
    // These count &lt; and the like, too; other entities do not exist without a document type.
    factory.setProperty(properties + "totalEntitySizeLimit", "0");
    factory.setProperty(properties + "maxGeneralEntitySizeLimit", "0");
    return factory;
  }

  /** Begins to read; owns the stream from now on. */
  static GraphXml open(Path file, InputStream in) throws IOException {
    try {
      XMLStreamReader xml = FACTORY.createXMLStreamReader(reader(in));
      return new GraphXml(file, in, xml);
    } catch (XMLStreamException e) {
      in.close();
      throw malformed(file, e);
    }
  }

  private static ControlCharacters reader(InputStream in) {
    return new ControlCharacters(
        new InputStreamReader(
            in,
            StandardCharsets.UTF_8
                .newDecoder()
                .onMalformedInput(CodingErrorAction.REPORT)
                .onUnmappableCharacter(CodingErrorAction.REPORT)));
  }

  /** The next node or edge, null at the end. */
  @Nullable GraphElement next() throws IOException {
    try {
      while (xml.hasNext()) {
        GraphElement element = elementAt(xml.next());
        if (element != null) {
          return element;
        }
      }
    } catch (XMLStreamException e) {
      throw malformed(file, e);
    }
    if (!sawGraph) {
      throw new DamagedFileException(
          file, "no graph in it, expected a GraphML file. Check the file");
    }
    return null;
  }

  private @Nullable GraphElement elementAt(int event) throws IOException, XMLStreamException {
    if (event == XMLStreamConstants.DTD) {
      throw new DamagedFileException(
          file, "a document type in it, expected none. Check where the file is from");
    }
    if (event == XMLStreamConstants.END_ELEMENT && xml.getLocalName().equals("graph")) {
      inGraph = false;
    }
    return event == XMLStreamConstants.START_ELEMENT ? begin(xml.getLocalName()) : null;
  }

  private @Nullable GraphElement begin(String name) throws IOException, XMLStreamException {
    switch (name) {
      case "graphml" -> {}
      case "key" -> declareKey();
      case "graph" -> beginGraph();
      case "node" -> {
        return element(Kind.NODE);
      }
      case "edge" -> {
        return element(Kind.EDGE);
      }
      case "data", "desc", "default" -> skip();
      default -> throw unexpected(name);
    }
    return null;
  }

  private DamagedFileException unexpected(String name) {
    return new DamagedFileException(
        file,
        "element '%s' in line %d, expected only nodes and edges of one graph. Check the file"
            .formatted(name, xml.getLocation().getLineNumber()));
  }

  private void declareKey() throws IOException, XMLStreamException {
    String type = attribute("attr.type");
    if (!keys.declare(required("id"), attribute("attr.name"), type)) {
      throw new DamagedFileException(
          file,
          "attribute type '%s' in line %d, expected long, int, double, float, boolean or string"
              .formatted(type, xml.getLocation().getLineNumber()));
    }
    skip();
  }

  private void beginGraph() throws IOException {
    if (sawGraph) {
      throw unexpected("graph");
    }
    sawGraph = true;
    inGraph = true;
    directed = "directed".equals(attribute("edgedefault"));
  }

  private GraphElement element(Kind kind) throws IOException, XMLStreamException {
    if (!inGraph) {
      throw unexpected(xml.getLocalName());
    }
    List<String> ends = kind == Kind.NODE ? List.of(required("id")) : edgeEnds();
    String edgeId = kind == Kind.EDGE ? attribute("id") : null;
    Properties properties = new Properties();
    if (edgeId != null) {
      properties.values.put("id", edgeId);
    }
    for (int event = xml.next(); event != XMLStreamConstants.END_ELEMENT; event = xml.next()) {
      if (event == XMLStreamConstants.START_ELEMENT) {
        property(properties);
      }
    }
    return new GraphElement(kind, ends, properties.values, properties.problem);
  }

  private List<String> edgeEnds() throws IOException {
    String source = required("source");
    String target = required("target");
    return directed ? List.of(source, target) : GraphElement.sorted(source, target);
  }

  private void property(Properties properties) throws IOException, XMLStreamException {
    switch (xml.getLocalName()) {
      case "data" -> {
        String key = required("key");
        properties.put(keys, key, text(properties));
      }
      case "desc", "port" -> skip();
      default -> throw unexpected(xml.getLocalName());
    }
  }

  /** The properties of one element, and the first reason to refuse it. */
  private static final class Properties {

    private final Map<String, Object> values = new LinkedHashMap<>();
    private @Nullable String problem;
    private long characters;

    void put(GraphKeys keys, String key, @Nullable String text) {
      String name = keys.name(key);
      if (text == null) {
        note("properties: too large, expected at most %d characters".formatted(MOST_CHARACTERS));
        return;
      }
      try {
        if (values.put(name, keys.value(key, text)) != null) {
          note("key '%s': twice, expected once".formatted(name));
        }
      } catch (IllegalArgumentException e) {
        note("key '%s': %s".formatted(name, e.getMessage()));
      }
    }

    private void note(String reason) {
      if (problem == null) {
        problem = reason;
      }
    }
  }

  /** The text of the current element; null where there is too much of it. */
  private @Nullable String text(Properties properties) throws IOException, XMLStreamException {
    StringBuilder text = new StringBuilder();
    for (int event = xml.next(); event != XMLStreamConstants.END_ELEMENT; event = xml.next()) {
      if (event == XMLStreamConstants.START_ELEMENT) {
        throw unexpected(xml.getLocalName());
      }
      if (xml.isCharacters()) {
        properties.characters += xml.getTextLength();
        if (properties.characters <= MOST_CHARACTERS) {
          text.append(xml.getTextCharacters(), xml.getTextStart(), xml.getTextLength());
        }
      }
    }
    boolean whole = properties.characters <= MOST_CHARACTERS;
    return whole ? ControlCharacters.restore(text.toString()) : null;
  }

  private void skip() throws XMLStreamException {
    int depth = 1;
    while (depth > 0) {
      int event = xml.next();
      if (event == XMLStreamConstants.START_ELEMENT) {
        depth++;
      } else if (event == XMLStreamConstants.END_ELEMENT) {
        depth--;
      }
    }
  }

  private @Nullable String attribute(String name) {
    String value = xml.getAttributeValue(null, name);
    return value == null ? null : ControlCharacters.restore(value);
  }

  private String required(String name) throws DamagedFileException {
    String value = attribute(name);
    if (value == null) {
      throw new DamagedFileException(
          file,
          "element '%s' without '%s' in line %d, expected one. Check the file"
              .formatted(xml.getLocalName(), name, xml.getLocation().getLineNumber()));
    }
    return value;
  }

  /** Says where, and not what: the parser's own message quotes the file. */
  private static DamagedFileException malformed(Path file, XMLStreamException e) {
    int line = e.getLocation() == null ? 1 : e.getLocation().getLineNumber();
    return new DamagedFileException(
        file,
        "malformed near line %d, expected GraphML in UTF-8. Restore it from a backup"
            .formatted(line));
  }

  @Override
  public void close() throws IOException {
    try {
      xml.close();
    } catch (XMLStreamException e) {
      // The stream is what holds anything.
    } finally {
      in.close();
    }
  }
}
