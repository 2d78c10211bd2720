package dev.vectormigrate.sources.qdrant;

import dev.vectormigrate.model.Finding;
import java.util.List;
import java.util.Set;
import java.util.TreeSet;

/** What a look at all points tells about them together. Of one thread. */
final class PointTraits {

  /**
   * Where frameworks keep the text: LangChain, Spring AI, LangChain4j, the MCP server and
   * FastEmbed, Haystack, LlamaIndex.
   */
  private static final List<String> TEXT_KEYS =
      List.of("page_content", "doc_content", "text_segment", "document", "content", "text");

  private final Set<String> textKeys = new TreeSet<>();
  private boolean farPositions;

  void add(Point point) {
    TEXT_KEYS.stream().filter(point::hasText).forEach(textKeys::add);
    for (StoredVector vector : point.vectors().values()) {
      if (vector instanceof StoredVector.Sparse sparse) {
        farPositions |= isFar(sparse.positions());
      }
    }
  }

  private static boolean isFar(int[] positions) {
    for (int position : positions) {
      if (Integer.compareUnsigned(position, PointLayout.MOST_SPARSE_DIMENSION) >= 0) {
        return true;
      }
    }
    return false;
  }

  /** Whether sparse vectors must be JSON, as a position is beyond what sparse columns take. */
  boolean sparseAsJson(PointLayout.Options options) {
    return farPositions && options.sparseDimension() == 0;
  }

  /** What is worth knowing about the payloads. */
  List<Finding> findings(PointLayout.Options options) {
    if (options.textKey() != null || textKeys.isEmpty()) {
      return List.of();
    }
    return List.of(
        Finding.info(
            "qdrant.payload.text",
            "payloads have texts under %s, moved within metadata alone. Choose one with textKey"
                .formatted(String.join(", ", textKeys))));
  }
}
