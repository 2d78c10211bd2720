import com.fasterxml.jackson.databind.ObjectMapper;
import dev.langchain4j.data.document.Metadata;
import dev.langchain4j.data.embedding.Embedding;
import dev.langchain4j.data.segment.TextSegment;
import dev.langchain4j.store.embedding.EmbeddingMatch;
import dev.langchain4j.store.embedding.EmbeddingSearchRequest;
import dev.langchain4j.store.embedding.inmemory.InMemoryEmbeddingStore;
import java.io.File;
import java.util.ArrayList;
import java.util.Arrays;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import java.util.Random;
import java.util.UUID;

/**
 * Makes a file with LangChain4j's InMemoryEmbeddingStore, and beside it what the library itself
 * finds in it when it loads the file, by a search for everything. From this project's directory:
 *
 * <pre>
 * mvn -q compile exec:java -Dexec.mainClass=LangChain4jFixtures \
 *     -Dexec.args="../../resources/inmemory/langchain4j-1.11.0.json"
 * mvn -q clean compile exec:java -Dexec.mainClass=LangChain4jFixtures \
 *     -Dlangchain4j.version=0.36.2 -Dexec.args="../../resources/inmemory/langchain4j-0.36.2.json"
 * </pre>
 */
public final class LangChain4jFixtures {

  private static final float[] ODD = {
    0f, -0f, Float.MIN_VALUE, Float.MIN_NORMAL, 1e18f, -1f / 3, 0.1f, 16777216f, 1e10f, 1e-10f
  };

  private static Embedding embedding(int seed) {
    Random random = new Random(seed);
    float[] vector = new float[ODD.length];
    for (int i = 0; i < vector.length; i++) {
      vector[i] = (float) random.nextGaussian();
    }
    return Embedding.from(vector);
  }

  public static void main(String[] args) throws Exception {
    InMemoryEmbeddingStore<TextSegment> store = new InMemoryEmbeddingStore<>();
    Metadata metadata = new Metadata();
    metadata.put("text", "of the metadata");
    metadata.put("int", 7);
    metadata.put("long", 1L << 60);
    metadata.put("float", 0.1f);
    metadata.put("double", 1e-20);
    metadata.put("whole", 3.0);
    if (!args[0].contains("0.36")) {
      metadata.put("uuid", UUID.fromString("3f0e7f3a-0000-4000-8000-0123456789ab"));
    }
    List<String> ids = new ArrayList<>();
    List<Embedding> embeddings = new ArrayList<>();
    List<TextSegment> segments = new ArrayList<>();
    ids.add("odd");
    embeddings.add(Embedding.from(ODD));
    segments.add(TextSegment.from("Numbers at the edges \uD83D\uDE00\n<html> & \"quotes\"", metadata));
    for (int i = 0; i < 20; i++) {
      ids.add("segment-" + i);
      embeddings.add(embedding(i));
      segments.add(TextSegment.from("Text " + i, Metadata.from("index", "" + i)));
    }
    for (int i = 0; i < ids.size(); i++) {
      store.add(ids.get(i), embeddings.get(i), segments.get(i));
    }
    store.add("only a vector", embedding(100));
    store.add("segment-3", embedding(101), TextSegment.from("added again"));
    store.add("segment-3", embedding(102), TextSegment.from("and again"));
    store.serializeToFile(args[0]);
    write(args[0]);
  }

  private static void write(String file) throws Exception {
    List<Map<String, Object>> contents = new ArrayList<>();
    EmbeddingSearchRequest all =
        EmbeddingSearchRequest.builder().queryEmbedding(embedding(0)).maxResults(1000).build();
    for (EmbeddingMatch<TextSegment> match : InMemoryEmbeddingStore.fromFile(file).search(all).matches()) {
      Map<String, Object> expected = new LinkedHashMap<>();
      expected.put("id", match.embeddingId());
      TextSegment segment = match.embedded();
      expected.put("text", segment == null ? null : segment.text());
      expected.put("metadata", segment == null ? null : segment.metadata().toMap());
      float[] vector = match.embedding().vector();
      int[] bits = new int[vector.length];
      Arrays.setAll(bits, i -> Float.floatToRawIntBits(vector[i]));
      expected.put("bits", bits);
      contents.add(expected);
    }
    new ObjectMapper().writerWithDefaultPrettyPrinter()
        .writeValue(new File(file.replaceAll("json$", "expected.json")), contents);
  }
}
