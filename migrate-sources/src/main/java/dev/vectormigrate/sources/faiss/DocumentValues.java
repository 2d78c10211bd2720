package dev.vectormigrate.sources.faiss;

import dev.vectormigrate.model.Json;
import dev.vectormigrate.sources.pickle.PickleInput;
import dev.vectormigrate.sources.pickle.Pickled.Constant;
import dev.vectormigrate.sources.pickle.Pickled.Dictionary;
import dev.vectormigrate.sources.pickle.Pickled.Instance;
import dev.vectormigrate.sources.pickle.Pickled.Text;
import dev.vectormigrate.sources.pickle.PickledJson;
import java.io.IOException;
import java.util.Map;
import org.jspecify.annotations.Nullable;

/**
 * Turns a pickled document into text and JSON. With pydantic, the state of a document is a
 * dictionary whose {@code __dict__} has the fields; before, it was the fields themselves.
 */
final class DocumentValues {

  private final PickleInput input;

  DocumentValues(PickleInput input) {
    this.input = input;
  }

  /** The document, or why it cannot be moved. */
  StoredDocument read(Object pickled) throws IOException {
    try {
      return document(pickled, new PickledJson(input));
    } catch (IllegalArgumentException e) {
      return StoredDocument.refused(String.valueOf(e.getMessage()));
    }
  }

  private StoredDocument document(Object pickled, PickledJson values) throws IOException {
    if (!(pickled instanceof Instance instance) || !instance.name().name().equals("Document")) {
      throw new IllegalArgumentException(
          "document: " + PickledJson.kind(pickled) + ", expected a Document");
    }
    if (!(instance.state() instanceof Dictionary state)) {
      throw new IllegalArgumentException("document: without state, expected its fields");
    }
    Dictionary fields = values.get(state, "__dict__") instanceof Dictionary inner ? inner : state;
    Object content = values.get(fields, "page_content");
    if (content != null && content != Constant.NONE && !(content instanceof Text)) {
      throw new IllegalArgumentException("text: " + PickledJson.kind(content) + ", expected text");
    }
    String text = content instanceof Text found ? values.text("text", found) : null;
    return new StoredDocument(null, text, metadata(values.get(fields, "metadata"), values));
  }

  private Json metadata(@Nullable Object pickled, PickledJson values) throws IOException {
    if (pickled == null || pickled == Constant.NONE) {
      return Json.of(Map.of());
    }
    if (!(pickled instanceof Dictionary dictionary)) {
      throw new IllegalArgumentException(
          "metadata: " + PickledJson.kind(pickled) + ", expected a dictionary");
    }
    try {
      return Json.of(values.object(dictionary));
    } catch (IllegalArgumentException e) {
      throw new IllegalArgumentException("metadata: " + e.getMessage(), e);
    }
  }
}
