import com.fasterxml.jackson.databind.ObjectMapper;
import java.io.File;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.Arrays;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import java.util.Random;
import org.springframework.ai.document.Document;
import org.springframework.ai.embedding.EmbeddingModel;
import org.springframework.ai.embedding.EmbeddingRequest;
import org.springframework.ai.embedding.EmbeddingResponse;
import org.springframework.ai.vectorstore.SimpleVectorStore;

/**
 * Makes a file with Spring AI's SimpleVectorStore, and beside it what the library itself finds in
 * it when it loads the file. From this project's directory:
 *
 * <pre>
 * mvn -q compile exec:java -Dexec.mainClass=SpringAiFixtures \
 *     -Dexec.args="../../resources/inmemory/spring-ai-1.0.0.json"
 * mvn -q clean compile exec:java -Dexec.mainClass=SpringAiFixtures \
 *     -Dspring-ai.artifact=spring-ai-core -Dspring-ai.version=1.0.0-M5 \
 *     -Dexec.args="../../resources/inmemory/spring-ai-1.0.0-M5.json"
 * </pre>
 */
public final class SpringAiFixtures {

  private static final float[] ODD = {
    0f, -0f, Float.MIN_VALUE, Float.MIN_NORMAL, Float.MAX_VALUE, -1f / 3, 0.1f, 16777216f, 1e10f, 1e-10f
  };

  private static final class Model implements EmbeddingModel {
    @Override
    public EmbeddingResponse call(EmbeddingRequest request) {
      throw new UnsupportedOperationException();
    }

    @Override
    public float[] embed(Document document) {
      if (document.getId().equals("odd")) {
        return ODD;
      }
      Random random = new Random(document.getId().hashCode());
      float[] vector = new float[ODD.length];
      for (int i = 0; i < vector.length; i++) {
        vector[i] = (float) random.nextGaussian();
      }
      return vector;
    }
  }

  private static final class Store extends SimpleVectorStore {
    Store() {
      super(SimpleVectorStore.builder(new Model()));
    }

    List<Map<String, Object>> contents(ObjectMapper json) {
      List<Map<String, Object>> contents = new ArrayList<>();
      store.forEach(
          (key, content) -> {
            Map<?, ?> raw = json.convertValue(content, Map.class);
            Map<String, Object> expected = new LinkedHashMap<>();
            expected.put("id", content.getId());
            expected.put("text", raw.get("text"));
            expected.put("metadata", content.getMetadata());
            expected.put("bits", bits(content.getEmbedding()));
            contents.add(expected);
          });
      return contents;
    }
  }

  private static int[] bits(float[] vector) {
    int[] bits = new int[vector.length];
    Arrays.setAll(bits, i -> Float.floatToRawIntBits(vector[i]));
    return bits;
  }

  public static void main(String[] args) throws Exception {
    Store store = new Store();
    store.doAdd(documents());
    File file = Path.of(args[0]).toFile();
    store.save(file);
    Store loaded = new Store();
    loaded.load(file);
    ObjectMapper json = new ObjectMapper();
    json.writerWithDefaultPrettyPrinter()
        .writeValue(new File(args[0].replaceAll("json$", "expected.json")), loaded.contents(json));
  }

  private static List<Document> documents() {
    Map<String, Object> metadata = new LinkedHashMap<>();
    metadata.put("long", 1L << 60);
    metadata.put("whole", 3.0);
    metadata.put("small", 1e-20);
    metadata.put("yes", true);
    metadata.put("list", List.of("a", 2, 2.5));
    metadata.put("nested", Map.of("ключ", "значение \u0001 \uD83D\uDE00"));
    List<Document> documents = new ArrayList<>();
    documents.add(new Document("odd", "Numbers at the edges", metadata));
    documents.add(new Document("http://x/?a=b#c \"quoted\" \\", "Zeilen\nund\tTabs — \uD83D\uDE00", Map.of()));
    documents.add(new Document("empty", "", Map.of("source", "manual.pdf")));
    for (int i = 0; i < 20; i++) {
      documents.add(new Document("doc-" + i, "Text " + i, Map.of("page", i, "score", i / 8.0)));
    }
    return documents;
  }
}
