package dev.vectormigrate.cli;

import static org.assertj.core.api.Assertions.assertThat;

import com.sun.net.httpserver.HttpExchange;
import com.sun.net.httpserver.HttpServer;
import dev.vectormigrate.cli.Cli.Result;
import dev.vectormigrate.embed.MiniLm;
import dev.vectormigrate.model.Json;
import dev.vectormigrate.model.Vector;
import dev.vectormigrate.pgvector.testing.LocalPostgres;
import java.io.IOException;
import java.net.InetAddress;
import java.net.InetSocketAddress;
import java.nio.charset.StandardCharsets;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.Arrays;
import java.util.Collections;
import java.util.HashMap;
import java.util.List;
import java.util.Map;
import java.util.Random;
import java.util.stream.Collectors;
import java.util.stream.IntStream;
import org.jspecify.annotations.Nullable;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.CsvSource;

/** What becomes of vectors, as the options say it. */
class VectorOptionsTest {

  private static final String LONG = "word ".repeat(600);

  @TempDir private Path folder;
  private LocalPostgres.Database database;
  private Rows rows;

  @BeforeEach
  void createDatabase() {
    database = LocalPostgres.shared().createDatabase("vectors");
    rows = new Rows(database);
  }

  @AfterEach
  void dropDatabase() {
    database.close();
  }

  /** Records n0, n1 and on, with a title, and a text and a vector unless they are null. */
  private String notes(List<@Nullable String> texts, int dimension) throws Exception {
    Random random = new Random(dimension);
    StringBuilder lines = new StringBuilder();
    for (int i = 0; i < texts.size(); i++) {
      String text = texts.get(i) == null ? "" : ", \"text\": \"%s\"".formatted(texts.get(i));
      String numbers =
          random
              .doubles(dimension, -1, 1)
              .mapToObj(d -> String.valueOf((float) d))
              .collect(Collectors.joining(","));
      String vector = dimension == 0 ? "" : ", \"embedding\": [" + numbers + "]";
      lines.append(
          "{\"id\": \"n%1$d\", \"title\": \"Title %1$d\"%2$s%3$s}\n".formatted(i, text, vector));
    }
    return "jsonl:" + Files.writeString(folder.resolve("notes.jsonl"), lines.toString());
  }

  private static List<@Nullable String> texts(int count) {
    return IntStream.range(0, count).<@Nullable String>mapToObj(i -> "text " + i).toList();
  }

  private Result migrate(String from, String... more) {
    List<String> words = new ArrayList<>(List.of("migrate", "--no-backup", "--from", from));
    words.addAll(List.of(more));
    return Cli.of(database).on(database, words.toArray(String[]::new));
  }

  private Result embed(String from, String... more) {
    List<String> words = new ArrayList<>(List.of("--reembed", "--embedder", "minilm"));
    words.addAll(List.of(more));
    return migrate(from, words.toArray(String[]::new));
  }

  private static void assertDone(Result result) {
    assertThat(result.err()).isEmpty();
    assertThat(result.code()).isZero();
  }

  /** Whether a row's vector is the model's of a text, to the bit. */
  private void assertEmbedded(String id, String text) throws Exception {
    Vector expected = MiniLm.load().embed(List.of(text)).get(0);
    assertThat(rows.of("SELECT embedding::text FROM notes WHERE id = '" + id + "'"))
        .containsExactly(
            rows.of("SELECT '%s'::vector::text".formatted(Arrays.toString(expected.toArray())))
                .get(0));
  }

  @ParameterizedTest
  @CsvSource(
      delimiter = '|',
      textBlock =
          """
          --index none                        | vector(6)  | ''
          --index hnsw                        | vector(6)  | USING hnsw (embedding vector_cosine_ops)
          --index ivfflat --distance ip       | vector(6)  | USING ivfflat (embedding vector_ip_ops) WITH (lists='1')
          --distance l2                       | vector(6)  | USING hnsw (embedding vector_l2_ops)
          --vector-type halfvec               | halfvec(6) | USING hnsw (embedding halfvec_cosine_ops)
          --vector-type halfvec --index none  | halfvec(6) | ''
          --vector-type bit                   | vector(6)  | USING hnsw (((binary_quantize(embedding))::bit(6)) bit_hamming_ops)
          --vector-type bit --index ivfflat   | vector(6)  | USING ivfflat (((binary_quantize(embedding))::bit(6)) bit_hamming_ops) WITH (lists='1')
          --reduce 4 --min-recall 0           | vector(4)  | USING hnsw (embedding vector_cosine_ops)
          --truncate 5 --min-recall 0         | vector(5)  | USING hnsw (embedding vector_cosine_ops)
          --reduce 4 --vector-type halfvec --min-recall 0 | halfvec(4) | USING hnsw (embedding halfvec_cosine_ops)
          """)
  void vectorsAreStoredAndIndexed(String options, String type, String index) throws Exception {
    Result result = migrate(notes(texts(40), 6), options.split(" "));

    assertDone(result);
    assertThat(rows.type("notes.embedding")).isEqualTo(type);
    assertThat(rows.vectorIndexes()).isEqualTo(index.isEmpty() ? List.of() : List.of(index));
    boolean lossy = options.matches(".*(halfvec|bit|reduce|truncate).*");
    assertThat(result.out().contains("notes.embedding  ")).as("is measured").isEqualTo(lossy);
    assertThat(rows.of("SELECT id FROM notes")).hasSize(40);
  }

  @ParameterizedTest
  @CsvSource(
      delimiter = '|',
      textBlock =
          """
          --reembed                            | [--reembed] no model, expected --embedder beside it, such as --embedder minilm.
          --embed-missing                      | [--embed-missing] no model, expected --embedder beside it, such as --embedder minilm.
          --embedder minilm                    | [--embedder] nothing to embed: vectors are kept, expected --reembed or --embed-missing beside it.
          --missing-text keep                  | [--missing-text] nothing to embed: vectors are kept, expected --reembed or --embed-missing beside it.
          --long-text chunk                    | [--long-text] nothing to embed: vectors are kept, expected --reembed or --embed-missing beside it.
          --token-budget 5                     | [--token-budget] nothing to embed: vectors are kept, expected --reembed or --embed-missing beside it.
          --text-field {title}                 | [--text-field] fields in braces, expected --reembed or --embed-missing beside it. Leave it out.
          --reembed --embedder minilm --token-budget -1 | [--token-budget] token budget: -1, expected 0 or more.
          --reduce 0                           | [--reduce] reduced dimension: 0, expected at least 1.
          --reduce -1                          | [--reduce] reduced dimension: -1, expected at least 1.
          --truncate 0                         | [--truncate] reduced dimension: 0, expected at least 1.
          --vector-type bit --index none       | [--vector-type] bit: what an index holds, expected --index hnsw or ivfflat beside it.
          --reembed --embedder openai:x        | [--embedder] embedder: no OPENAI_API_KEY in the environment, expected the key of the service. Set it.
          --reembed --embedder voyage:x        | [--embedder] embedder: no VOYAGE_API_KEY in the environment, expected the key of the service. Set it.
          --reembed --embedder cohere:x@https://u:secret@h/secret | [--embedder] embedder: 'cohere' in another form, expected minilm, openai:MODEL, voyage:MODEL or ollama:MODEL, with @URL behind where it is elsewhere.
          --reembed --embedder secret          | [--embedder] embedder: 'secret' in another form, expected minilm, openai:MODEL, voyage:MODEL or ollama:MODEL, with @URL behind where it is elsewhere.
          --reembed --embedder openai:x@https://u:secret@h/secret | [--embedder] address: a user's name in it, expected none. Give a key or a header.
          --reembed --embedder openai:x@https://h:9x/secret | [--embedder] address: not one of http or https with a host, expected such. Give http://HOST/v1.
          """)
  void whatMeansNothingIsRefusedBeforeAnythingIsRead(String options, String message)
      throws Exception {
    Result result = migrate("jsonl:not-there", options.split(" "));

    assertThat(result.err()).isEqualToIgnoringNewLines(message);
    assertThat(result.out()).isEmpty();
    assertThat(result.code()).isEqualTo(2);
  }

  @ParameterizedTest
  @CsvSource(
      delimiter = '|',
      textBlock =
          """
          --reembed --embed-missing    | Error: --reembed, --embed-missing are mutually exclusive (specify only one)
          --reduce 2 --truncate 2      | Error: --reduce=N, --truncate=N are mutually exclusive (specify only one)
          --vector-type float          | Invalid value for option '--vector-type': expected one of [VECTOR, HALFVEC, BIT] (case-insensitive) but was 'float'
          --distance hamming           | Invalid value for option '--distance': expected one of [COSINE, L2, IP] (case-insensitive) but was 'hamming'
          --min-recall 1.5             | Invalid value for option '--min-recall': 1.5, expected 0 to 1.
          """)
  void whatCantBeUnderstoodIsRefused(String options, String message) {
    Result result = migrate("jsonl:not-there", options.split(" "));

    assertThat(result.err())
        .isEqualToIgnoringNewLines(message + "Try 'vector-migrate migrate --help'.");
    assertThat(result.code()).isEqualTo(2);
  }

  @ParameterizedTest
  @CsvSource(
      delimiter = '|',
      textBlock =
          """
          --reduce 6                                | PCA to 6 dimensions: vectors of 6 dimensions, expected more than 6. Leave the reduction out, or choose fewer dimensions.
          --truncate 7                              | truncating to 7 dimensions: vectors of 6 dimensions, expected more than 7. Leave the reduction out, or choose fewer dimensions.
          --reembed --embedder minilm --text-field {other} | text to embed: field 'other': not there, expected one of [id, text, metadata, embedding].
          --reembed --embedder minilm --text-field {title  | text to embed: '{' at character 1 is not closed, expected '}'. Write {{ for a brace.
          --embed-missing --embedder minilm         | field 'embedding': vectors of 6 dimensions are kept, expected 384 as those to make. Call reembed(...), or choose another model.
          """)
  void whatDoesNotFitTheRowsIsRefused(String options, String message) throws Exception {
    String from = notes(texts(3), 6);

    Result result = migrate(from, options.split(" "));

    assertThat(result.err()).isEqualToIgnoringNewLines("[" + from + " notes] " + message);
    assertThat(result.code()).isEqualTo(2);
    assertThat(rows.tables()).isEmpty();
  }

  @Test
  void anIndexThatCantHoldTheVectorsIsRefusedWithWhatCould() throws Exception {
    String from = notes(texts(2), 5_000);

    Result refused = migrate(from, "--vector-type", "halfvec", "--index", "hnsw");
    Result without = migrate(from, "--vector-type", "halfvec");

    assertThat(refused.err())
        .isEqualToIgnoringNewLines(
            "[%s] Table notes column 'embedding' has 5000 dimensions, expected 1 to 4,000 for an index. Choose an index over(BIT), or fewer dimensions, or no index."
                .formatted(database.jdbcUrl().substring("jdbc:postgresql://".length())));
    assertThat(refused.code()).isEqualTo(6);
    assertDone(without);
    assertThat(rows.type("notes.embedding")).isEqualTo("halfvec(5000)");
    assertThat(rows.vectorIndexes()).isEmpty();
    assertThat(without.out()).contains("warning index.left_out: ");
  }

  @Test
  void aReductionThatLosesTheNeighboursDoesNotBecomeLive() throws Exception {
    String from = notes(texts(60), 16);

    Result result = migrate(from, "--reduce", "1");
    Result wanted = migrate(from, "--reduce", "1", "--min-recall", "0", "--name", "wanted");

    assertThat(result.code()).isEqualTo(3);
    assertThat(result.out())
        .containsPattern(
            "error recall_gate.low: table notes, column 'embedding' \\(vector, pca-16-1-\\w{16}\\):"
                + " exact searches find 0\\.\\d{3} of the 10 nearest rows of the source, expected"
                + " 0\\.800\\.");
    assertDone(wanted);
    assertThat(rows.type("notes.embedding")).isEqualTo("vector(1)");
  }

  @Test
  void allVectorsAreMadeAnew() throws Exception {
    Result result = embed(notes(texts(3), 6));

    assertDone(result);
    assertThat(rows.type("notes.embedding")).isEqualTo("vector(384)");
    assertThat(rows.comment("notes.embedding")).isEqualTo("vector-migrate: model=all-minilm-l6-v2");
    for (int i = 0; i < 3; i++) {
      assertEmbedded("n" + i, "text " + i);
    }
    assertThat(result.out())
        .containsPattern(
            "info embedding.made: dataset 'notes': 3 rows waited for vectors of all-minilm-l6-v2: 3"
                + " texts embedded with \\d+ tokens in \\d+ requests, 0 known from before\\.");
  }

  @Test
  void aStoreWithoutVectorsGetsThem() throws Exception {
    assertDone(embed(notes(texts(2), 0)));

    assertThat(rows.type("notes.embedding")).isEqualTo("vector(384)");
    assertEmbedded("n1", "text 1");
  }

  @Test
  void rowsThatHaveAVectorKeepIt() throws Exception {
    String numbers = "1" + ",0".repeat(383);
    Path file =
        Files.writeString(
            folder.resolve("notes.jsonl"),
            """
            {"id": "has", "text": "a", "embedding": [%s]}
            {"id": "lacks", "text": "b"}
            """
                .formatted(numbers));

    Result result = migrate("jsonl:" + file, "--embed-missing", "--embedder", "minilm");

    assertDone(result);
    assertEmbedded("lacks", "b");
    assertThat(rows.of("SELECT embedding::text FROM notes WHERE id = 'has'"))
        .containsExactly("[" + numbers + "]");
    assertThat(result.out())
        .contains(
            "dataset 'notes': 1 rows waited for vectors of all-minilm-l6-v2: 1 texts embedded");
  }

  @Test
  void aTextOfSeveralFieldsIsEmbedded() throws Exception {
    assertDone(embed(notes(texts(2), 6), "--text-field", "{metadata.title}: {text}"));

    assertEmbedded("n1", "Title 1: text 1");
    assertThat(rows.of("SELECT content FROM notes ORDER BY id"))
        .containsExactly("text 0", "text 1");
  }

  @Test
  void theKeyThatIsTheTextOfARecordIsEmbedded() throws Exception {
    assertDone(embed(notes(texts(2), 6), "--text-field", "title"));

    assertEmbedded("n1", "Title 1");
    assertThat(rows.of("SELECT content FROM notes ORDER BY id"))
        .containsExactly("Title 0", "Title 1");
  }

  @Test
  void aFieldOfAnyOtherStoreIsEmbedded() throws Exception {
    Path store = ChromaArchive.unpack("content-memory", folder);
    String[] more = {"--dataset", "contents=notes", "--text-field", "metadata.title"};

    assertDone(embed("chroma:" + store, more));
    Result alone = migrate("chroma:" + store, "--text-field", "title");

    assertEmbedded("c-1", "Soup");
    assertThat(alone.err())
        .isEqualToIgnoringNewLines(
            "[--text-field] the field of a chroma, expected --reembed or --embed-missing beside it."
                + " Leave it out.");
  }

  @Test
  void rowsWithoutTextBecomeWhatTheOptionSays() throws Exception {
    String from = notes(Arrays.asList("text 0", null), 6);

    Result rejected = embed(from);
    Result failed = embed(from, "--missing-text", "fail", "--name", "fail");
    Result allowed = embed(from, "--max-rejects", "1", "--dataset", "notes=allowed", "--name", "a");
    Result kept = embed(from, "--missing-text", "keep", "--name", "keep");

    assertThat(rejected.code()).isEqualTo(4);
    assertThat(failed.code()).isEqualTo(8);
    assertThat(failed.err())
        .isEqualToIgnoringNewLines(
            "[embedder all-minilm-l6-v2] row 'n1' of "
                + from
                + " notes: no text to embed, expected some. Mend it at its source, or choose with"
                + " missingText(...).");
    assertDone(allowed);
    assertThat(allowed.out()).contains("rejected notes, row 'n1': ");
    assertThat(rows.of("SELECT id FROM allowed")).containsExactly("n0");
    assertDone(kept);
    assertThat(kept.out())
        .contains(
            "warning embedding.missing: dataset 'notes': 1 rows have no text, so they get no vector:"
                + " n1.");
    assertThat(rows.of("SELECT id || ' ' || (embedding IS NULL) FROM notes ORDER BY id"))
        .containsExactly("n0 false", "n1 true");
  }

  @Test
  void textsThatAreTooLongBecomeWhatTheOptionSays() throws Exception {
    String from = notes(List.of("text 0", LONG), 6);

    Result failed = embed(from);
    Result rejected = embed(from, "--long-text", "reject", "--name", "reject");
    Result cut = embed(from, "--long-text", "truncate", "--name", "cut");
    Result parts =
        embed(from, "--long-text", "chunk", "--dataset", "notes=parts", "--name", "parts");

    assertThat(failed.code()).isEqualTo(8);
    assertThat(failed.err())
        .isEqualToIgnoringNewLines(
            "[embedder all-minilm-l6-v2] row 'n1' of "
                + from
                + " notes: text of 600 tokens, expected at most 510. Choose with longText(...).");
    assertThat(rejected.code()).isEqualTo(4);
    assertDone(cut);
    assertThat(cut.out())
        .contains(
            "warning embedding.truncated: dataset 'notes': 1 texts are longer than the model takes;"
                + " their vectors are those of their beginnings: n1.");
    assertDone(parts);
    assertThat(parts.out())
        .contains(
            "info embedding.chunked: dataset 'notes': 1 texts are longer than the model takes; their"
                + " vectors are means of their parts: n1.");
    assertThat(rows.of("SELECT count(embedding) FROM parts")).containsExactly("2");
  }

  @Test
  void withinABudgetTheNextRunGoesOn() throws Exception {
    String from = notes(texts(40), 6);

    Result stopped = embed(from, "--token-budget", "30");
    long made = Long.parseLong(rows.of("SELECT count(*) FROM vector_migrate.embedding").get(0));
    Result rest = embed(from);

    assertThat(stopped.code()).isEqualTo(8);
    assertThat(stopped.err())
        .startsWith("[embedder all-minilm-l6-v2] budget: ")
        .contains(
            " of 30 tokens are spent, and the next request has ",
            "What was embedded is kept. Raise the budget, or run again to go on with a new one.");
    assertThat(made).isBetween(1L, 39L);
    assertDone(rest);
    assertThat(rest.out())
        .contains(
            " rows waited for vectors of all-minilm-l6-v2: %d texts embedded with "
                .formatted(40 - made));
    assertThat(rows.of("SELECT count(*) FROM vector_migrate.embedding")).containsExactly("40");
    assertEmbedded("n39", "text 39");
  }

  @Test
  void whatIsMadeToFitAReductionIsCounted() throws Exception {
    Result result = embed(notes(texts(40), 6), "--reduce", "8");

    assertDone(result);
    assertThat(rows.type("notes.embedding")).isEqualTo("vector(8)");
    assertThat(result.out())
        .contains(
            "40 rows waited for vectors of all-minilm-l6-v2: 40 texts embedded with ",
            "40 rows waited for vectors of all-minilm-l6-v2: 0 texts embedded with 0 tokens in 0"
                + " requests, 40 known from before.");
  }

  @Test
  void aServiceThatCantBeReachedIsAFaultOfTheModel() throws Exception {
    // Nobody listens on port 1; the rest of the address may hold secrets.
    String url = "http://127.0.0.1:1/secret";

    Result result = migrate(notes(texts(1), 6), "--reembed", "--embedder", "ollama:m@" + url);

    assertThat(result.err())
        .isEqualToIgnoringNewLines(
            "[embedder ollama:m:latest] [127.0.0.1:1] call: failed with ConnectException, expected"
                + " an answer. Check address and service");
    assertThat(result.out()).doesNotContain("secret");
    assertThat(result.code()).isEqualTo(8);
  }

  @Test
  void theKeyOfTheEnvironmentGoesToTheServiceAndNowhereElse() throws Exception {
    List<@Nullable String> keys = Collections.synchronizedList(new ArrayList<>());
    HttpServer server =
        HttpServer.create(new InetSocketAddress(InetAddress.getLoopbackAddress(), 0), 0);
    server.createContext("/v1/embeddings", exchange -> answer(exchange, keys));
    server.start();
    Path report = folder.resolve("report.json");
    try {
      Map<String, String> environment = new HashMap<>(Cli.of(database).environment());
      environment.put("OPENAI_API_KEY", "hunter2");

      Result result =
          new Cli(environment)
              .on(
                  database,
                  "migrate",
                  "--no-backup",
                  "--reembed",
                  "--from=" + notes(List.of("a", "bb"), 6),
                  "--embedder=openai:m@http://localhost:%d/v1"
                      .formatted(server.getAddress().getPort()),
                  "--report=" + report);

      assertDone(result);
      assertThat(keys).isNotEmpty().containsOnly("Bearer hunter2");
      assertThat(rows.comment("notes.embedding")).isEqualTo("vector-migrate: model=openai:m");
      assertThat(rows.of("SELECT embedding::text FROM notes ORDER BY id"))
          .containsExactly("[1,1,0.5]", "[2,1,0.5]");
      assertThat(result.out() + Files.readString(report)).doesNotContain("hunter2");
    } finally {
      server.stop(0);
    }
  }

  /** Vectors that begin with the length of their text. */
  private static void answer(HttpExchange exchange, List<@Nullable String> keys)
      throws IOException {
    keys.add(exchange.getRequestHeaders().getFirst("Authorization"));
    byte[] request = exchange.getRequestBody().readAllBytes();
    List<?> texts = (List<?>) ((Map<?, ?>) Json.parse(request).toJava()).get("input");
    String vectors =
        IntStream.range(0, texts.size())
            .mapToObj(
                i ->
                    "{\"index\": %d, \"embedding\": [%d, 1, 0.5]}"
                        .formatted(i, ((String) texts.get(i)).length()))
            .collect(Collectors.joining(", ", "{\"data\": [", "]}"));
    byte[] body = vectors.getBytes(StandardCharsets.UTF_8);
    exchange.sendResponseHeaders(200, body.length);
    exchange.getResponseBody().write(body);
    exchange.close();
  }

  @Test
  void aDryRunSaysWhatWouldBeEmbeddedAndEmbedsNothing() throws Exception {
    Result result = embed(notes(texts(3), 6), "--dry-run");

    assertDone(result);
    assertThat(result.out())
        .contains(
            "info embedding.estimate: dataset 'notes': 3 rows need vectors of all-minilm-l6-v2:"
                + " about 3 texts to embed with ");
    assertThat(rows.of("SELECT to_regnamespace('vector_migrate')::text")).containsOnlyNulls();
  }

  private Result verify(String... more) {
    List<String> words = new ArrayList<>(List.of("verify", "--name", "notes"));
    words.addAll(List.of(more));
    return Cli.of(database).on(database, words.toArray(String[]::new));
  }

  @Test
  void textsAndVectorsCanBeSearchedFor() throws Exception {
    assertDone(embed(notes(texts(40), 6), "--name", "notes"));
    Path texts =
        Files.writeString(
            folder.resolve("texts.jsonl"), "{\"text\": \"text 7\"}\n\n{\"text\": \"title\"}\n");
    Path vectors =
        Files.writeString(folder.resolve("vectors.jsonl"), "[1" + ",0".repeat(383) + "]");

    Result byTexts =
        verify("--overlap", "1", "--queries", texts.toString(), "--embedder", "minilm");
    Result byVectors = verify("--overlap", "1", "--queries", vectors.toString());
    Result forms = verify("--forms", "--queries", vectors.toString());

    assertDone(byTexts);
    assertThat(byTexts.out())
        .containsPattern("notes\\.embedding  vector +exact  none +2  10  1\\.000  1\\.000 ");
    assertDone(byVectors);
    assertThat(byVectors.out())
        .containsPattern("notes\\.embedding  vector +exact  none +1  10  1\\.000  1\\.000 ");
    assertDone(forms);
    assertThat(forms.out())
        .contains("notes.embedding  halfvec", "notes.embedding  bit, 100 ranked");
  }

  @Test
  void queriesThatAreNoneAreRefusedWithTheirLine() throws Exception {
    Path file = folder.resolve("q.jsonl");
    String beginning = "Invalid value for option '--queries': '" + file + "'";

    assertThat(refusal(file, "[1]\nsecret\n"))
        .isEqualTo(
            beginning
                + ", line 2: no query, expected a JSON array of numbers, or {\"text\": \"...\"}.");
    assertThat(refusal(file, "{\"text\": 1}")).startsWith(beginning + ", line 1: no query, ");
    assertThat(refusal(file, "[]")).startsWith(beginning + ", line 1: no query, ");
    assertThat(refusal(file, "[1]\n{\"text\": \"a\"}\n"))
        .isEqualTo(beginning + ": 1 vectors and 1 texts, expected one kind.");
    assertThat(refusal(file, "\n")).isEqualTo(beginning + ": 0 queries, expected 1 to 10,000.");
    assertThat(refusal(file, "{\"text\": \"a\"}"))
        .isEqualTo(
            "[--queries] no model, expected --embedder beside it, such as --embedder minilm.");
  }

  @Test
  void comparedTablesAreSearchedForTextsWithTheModelThatIsNamed() throws Exception {
    String from = notes(texts(40), 384);
    assertDone(migrate(from));
    Path texts = Files.writeString(folder.resolve("texts.jsonl"), "{\"text\": \"text 7\"}\n");
    String[] search = {"--overlap", "1", "--queries", texts.toString(), "--embedder", "minilm"};
    List<String> words = new ArrayList<>(List.of("verify", "--from", from));
    words.addAll(List.of(search));

    Result compared = Cli.of(database).on(database, words.toArray(String[]::new));
    Result idle = Cli.of(database).on(database, "verify", "--from", from, "--embedder", "minilm");

    assertDone(compared);
    assertThat(compared.out())
        .contains("The same: 40 rows ")
        .containsPattern("notes\\.embedding  vector +exact  none +1  10  1\\.000  1\\.000 ");
    assertThat(idle.err())
        .isEqualToIgnoringNewLines(
            "[--embedder] nothing to embed: vectors are kept, expected --reembed or --embed-missing"
                + " beside it.");
    assertThat(idle.code()).isEqualTo(2);
  }

  private String refusal(Path file, String lines) throws Exception {
    Files.writeString(file, lines);
    Result result = verify("--overlap", "1", "--queries", file.toString());
    assertThat(result.code()).isEqualTo(2);
    return result.err().lines().findFirst().orElseThrow();
  }

  @ParameterizedTest
  @CsvSource(
      delimiter = '|',
      textBlock =
          """
          --reembed           | --reembed: without a source, expected --from beside it.
          --vector-type bit   | --vector-type: without a source, expected --from beside it.
          --reduce 3          | --reduce: without a source, expected --from beside it.
          --overlap 2         | Invalid value for option '--overlap': 2.0, expected 0 to 1.
          """)
  void optionsOfOtherWaysToVerifyAreRefused(String options, String message) {
    Result result = verify(options.split(" "));

    assertThat(result.err())
        .isEqualToIgnoringNewLines(message + "Try 'vector-migrate verify --help'.");
    assertThat(result.code()).isEqualTo(2);
  }
}
