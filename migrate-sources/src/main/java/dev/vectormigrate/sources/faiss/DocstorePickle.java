package dev.vectormigrate.sources.faiss;

import dev.vectormigrate.sources.numpy.ScratchFiles;
import dev.vectormigrate.sources.pickle.PickleContent;
import dev.vectormigrate.sources.pickle.PickleInput;
import dev.vectormigrate.sources.pickle.PickleReader;
import dev.vectormigrate.sources.pickle.PickleSink;
import dev.vectormigrate.sources.pickle.Pickled.Instance;
import dev.vectormigrate.sources.pickle.Pickled.Name;
import dev.vectormigrate.sources.pickle.Pickled.Sequence;
import dev.vectormigrate.sources.pickle.Pickled.Text;
import java.io.IOException;
import java.nio.file.Path;
import org.jspecify.annotations.Nullable;

/**
 * Reads {@code index.pkl}: a tuple of the docstore, whose {@code _dict} maps ids to documents, and
 * of a dictionary that maps labels of the index to ids. The classes moved between packages over the
 * years and are told by the last part of their names. Both dictionaries are streamed.
 */
final class DocstorePickle implements PickleContent {

  private static final String DOCSTORE = "InMemoryDocstore";
  private static final String DOCUMENTS = "_dict";
  private static final int MAX_ID_BYTES = 1 << 20;

  private final PickleInput input;
  private final FolderTable.Writer table;
  private final DocumentValues values;
  private boolean hasDocuments;
  private boolean hasLabels;

  private DocstorePickle(PickleInput input, FolderTable.Writer table) {
    this.input = input;
    this.table = table;
    this.values = new DocumentValues(input);
  }

  static void read(Path file, FolderTable.Writer table, ScratchFiles scratch) throws IOException {
    try (PickleInput input = new PickleInput(file)) {
      DocstorePickle content = new DocstorePickle(input, table);
      Object root = PickleReader.read(input, content, scratch);
      boolean pair = root instanceof Sequence tuple && tuple.items().size() == 2;
      if (!pair || !content.hasDocuments || !content.hasLabels) {
        throw new IOException(
            file
                + ": no pair of a docstore and its labels, expected what LangChain saves."
                + " Nothing of"
                + " it was run");
      }
    }
  }

  @Override
  public String expected() {
    return "a docstore of LangChain";
  }

  /** Any class may stand in the metadata of a document, which is then refused with its name. */
  @Override
  public boolean allows(Name name) {
    return true;
  }

  @Override
  public @Nullable PickleSink sinkFor(Kind kind, Waiting before) throws IOException {
    if (kind != Kind.DICTIONARY) {
      return null;
    }
    if (!hasDocuments && before.value(0) instanceof Text key && isDocuments(key)) {
      hasDocuments = true;
      return new Documents();
    }
    if (!hasLabels && before.value(0) instanceof Instance docstore && isComplete(docstore)) {
      hasLabels = true;
      return new Labels();
    }
    return null;
  }

  private boolean isDocuments(Text key) throws IOException {
    return key.length() == DOCUMENTS.length()
        && input.read(key, DOCUMENTS.length()).equals(DOCUMENTS);
  }

  private static boolean isComplete(Instance docstore) {
    return docstore.name().name().equals(DOCSTORE) && docstore.state() != null;
  }

  private String id(Object value) throws IOException {
    if (value instanceof Text text) {
      return input.read(text, MAX_ID_BYTES);
    }
    if (value instanceof Long number) {
      return number.toString();
    }
    throw new IOException("an id of a document that is neither text nor number");
  }

  private final class Documents extends PickleSink {

    @Override
    protected void entry(Object key, Object value) throws IOException {
      table.document(id(key), values.read(value));
    }
  }

  private final class Labels extends PickleSink {

    @Override
    protected void entry(Object key, Object value) throws IOException {
      if (!(key instanceof Long label)) {
        throw new IOException("a label that is no number");
      }
      table.label(label, id(value));
    }
  }
}
