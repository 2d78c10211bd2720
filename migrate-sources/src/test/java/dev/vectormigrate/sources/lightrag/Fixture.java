package dev.vectormigrate.sources.lightrag;

import com.fasterxml.jackson.databind.JsonNode;
import com.fasterxml.jackson.databind.ObjectMapper;
import dev.vectormigrate.sources.files.Resources;
import java.io.InputStream;
import java.nio.file.Path;

/** Files that the real libraries wrote, and what Python reads in them. */
public record Fixture(String name) {

  public static final Fixture NANO = new Fixture("nano-vectordb");
  public static final Fixture OLD = new Fixture("lightrag-old");
  public static final Fixture NEW = new Fixture("lightrag-new");

  /** A copy of the fixture below a directory. */
  public Path copyTo(Path parent) throws Exception {
    return Resources.copy("/lightrag/" + name, parent.resolve(name));
  }

  /** The expected datasets, by qualified name. */
  public JsonNode expected() throws Exception {
    try (InputStream in = Resources.open("/lightrag/" + name + ".expected.json")) {
      return new ObjectMapper().readTree(in).get("datasets");
    }
  }
}
