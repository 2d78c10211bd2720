package dev.vectormigrate.pgvector;

import dev.vectormigrate.Embedding;
import dev.vectormigrate.Embedding.MissingText;
import dev.vectormigrate.MigrationPlan;
import dev.vectormigrate.model.Vector;
import dev.vectormigrate.spi.Embedder;
import java.io.IOException;
import java.nio.charset.StandardCharsets;
import java.nio.file.Files;
import java.nio.file.Path;
import java.nio.file.StandardOpenOption;
import java.util.HexFormat;
import java.util.List;
import java.util.SplittableRandom;
import java.util.concurrent.CountDownLatch;
import java.util.concurrent.atomic.AtomicInteger;
import javax.sql.DataSource;
import org.postgresql.ds.PGSimpleDataSource;

/**
 * A process that migrates with a model, and stops for ever in one call of it. Arguments: JDBC URL,
 * user, the file in which the model counts, the call in which it stops; the password comes by the
 * environment. Says {@code at embedding} on its standard output when it stopped.
 */
final class EmbeddingProcess {

  static final int ROWS = 2_000;

  private EmbeddingProcess() {}

  /** A model that appends each text to a file, a line each, before it answers. */
  static final class CountingEmbedder implements Embedder {

    static final int DIMENSION = 8;
    static final int TEXTS_A_CALL = 50;

    private final Path counted;
    private final int stopAt;
    private final AtomicInteger calls = new AtomicInteger();

    /**
     * @param stopAt the call that stops before it counts, from 1; 0 for none
     */
    CountingEmbedder(Path counted, int stopAt) {
      this.counted = counted;
      this.stopAt = stopAt;
    }

    int calls() {
      return calls.get();
    }

    @Override
    public String modelId() {
      return "counting";
    }

    @Override
    public int dimension() {
      return DIMENSION;
    }

    @Override
    public int maxBatch() {
      return TEXTS_A_CALL;
    }

    @Override
    public List<Vector> embed(List<String> texts) throws IOException, InterruptedException {
      if (calls.incrementAndGet() == stopAt) {
        System.out.println("at embedding");
        new CountDownLatch(1).await();
      }
      synchronized (this) {
        Files.write(
            counted,
            texts.stream().map(CountingEmbedder::line).toList(),
            StandardOpenOption.CREATE,
            StandardOpenOption.APPEND);
      }
      return texts.stream().map(CountingEmbedder::vector).toList();
    }

    private static String line(String text) {
      return HexFormat.of().formatHex(text.getBytes(StandardCharsets.UTF_8));
    }

    static Vector vector(String text) {
      SplittableRandom random = new SplittableRandom(text.hashCode());
      float[] components = new float[DIMENSION];
      for (int i = 0; i < DIMENSION; i++) {
        components[i] = (float) random.nextDouble();
      }
      return Vector.wrap(components);
    }
  }

  static MigrationPlan plan(String name, DataSource database, CountingEmbedder embedder) {
    return MigrationPlan.builder(name)
        .from(GeneratedSource.of(ROWS))
        .into(PgVectorTarget.of(database))
        .eachDataset(
            d ->
                d.table(name)
                    .reembed(Embedding.with(embedder).missingText(MissingText.KEEP).requests(1)))
        .batchRows(100)
        .build();
  }

  public static void main(String[] arguments) {
    PGSimpleDataSource database = new PGSimpleDataSource();
    database.setUrl(arguments[0]);
    database.setUser(arguments[1]);
    database.setPassword(System.getenv(MigratingProcess.PASSWORD));
    CountingEmbedder embedder =
        new CountingEmbedder(Path.of(arguments[2]), Integer.parseInt(arguments[3]));
    System.out.println("outcome " + plan("crash", database, embedder).run().outcome());
  }
}
