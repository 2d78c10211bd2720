package dev.vectormigrate.embed;

import com.fasterxml.jackson.core.JsonFactory;
import com.fasterxml.jackson.core.JsonGenerator;
import dev.vectormigrate.model.Vector;
import dev.vectormigrate.spi.TransientException;
import java.io.ByteArrayOutputStream;
import java.io.IOException;
import java.io.UncheckedIOException;
import java.net.URI;
import java.net.http.HttpClient;
import java.nio.charset.StandardCharsets;
import java.time.Duration;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Locale;
import java.util.Map;
import java.util.concurrent.atomic.AtomicInteger;
import java.util.function.Consumer;
import java.util.function.Supplier;
import org.jspecify.annotations.Nullable;

/**
 * Embeds with a service over HTTP: OpenAI's or one with the same interface, Voyage's, or Ollama's.
 * Immutable and thread-safe; every method {@code with...} and {@code at} gives another embedder.
 *
 * <pre>{@code
 * Embedder embedder = HttpEmbedder.openAi("text-embedding-3-small").withKey(secrets::openAiKey);
 * }</pre>
 *
 * <p>An answer is checked before anything of it is given on: as many vectors as texts, each once,
 * by its index, of the right dimension, finite. Texts that are too long for the model are refused
 * by the service, and not cut: Voyage and Ollama are told so, OpenAI never cuts.
 *
 * <p>Answers 429, 408 and 5xx, broken connections, time-outs and answers that are cut off become
 * {@link TransientException}, with the time of {@code Retry-After} or {@code retry-after-ms}. All
 * else is an {@link IllegalStateException}. Messages name host and model, and of what the service
 * said at most a code, such as {@code invalid_api_key}. Redirections are not followed.
 *
 * <p>The {@linkplain #modelId() id} is made of the interface and the model: {@code
 * openai:text-embedding-3-small}, with {@code /512} behind where vectors are shortened. Not the
 * address: a model behind a gateway is the same model. Where two addresses serve different models
 * under one name, such as another quantisation, {@link #withModelId} must tell them apart, or what
 * one gave is used for the other. An Ollama model without a tag has the tag {@code latest}; pulled
 * anew, it may be another model under the same id.
 */
public final class HttpEmbedder extends NamedModel {

  private static final JsonFactory FACTORY = new JsonFactory();
  private static final Duration CONNECT_TIMEOUT = Duration.ofSeconds(20);
  private static final Duration TIMEOUT = Duration.ofMinutes(2);

  /** For a number with its comma, and the spaces of a pretty printer. */
  private static final int MOST_BYTES_A_COMPONENT = 48;

  private static final int MOST_BYTES_BESIDE = 1 << 16;

  /** Made when it is first needed, for all embedders without one of the caller's. */
  private static final class Shared {

    static final HttpClient CLIENT =
        HttpClient.newBuilder()
            .followRedirects(HttpClient.Redirect.NEVER)
            .connectTimeout(CONNECT_TIMEOUT)
            .version(HttpClient.Version.HTTP_1_1)
            .build();

    private Shared() {}
  }

  /** What the methods set; never changed once an embedder has it. */
  private static final class Settings {

    final Service service;
    final String model;
    int declared;
    int shortened;
    URI address;
    Map<String, String> headers = Map.of();
    @Nullable Supplier<String> key;
    @Nullable HttpClient client;
    @Nullable Limits limits;
    @Nullable String modelId;
    Duration timeout = TIMEOUT;
    boolean numbers;

    Settings(Service service, String model) {
      this.service = service;
      this.model = model;
      this.address = URI.create(service.address);
    }

    Settings(Settings other) {
      this.service = other.service;
      this.model = other.model;
      this.declared = other.declared;
      this.shortened = other.shortened;
      this.address = other.address;
      this.headers = other.headers;
      this.key = other.key;
      this.client = other.client;
      this.limits = other.limits;
      this.modelId = other.modelId;
      this.timeout = other.timeout;
      this.numbers = other.numbers;
    }

    String id() {
      return modelId == null
          ? service.prefix + ":" + service.fullName(model) + (shortened == 0 ? "" : "/" + shortened)
          : modelId;
    }

    Limits limitsOrKnown() {
      return limits == null ? service.known(model).limits() : limits;
    }

    /** Zero where only an answer can tell. */
    int dimension() {
      if (shortened > 0) {
        return shortened;
      }
      return declared > 0 ? declared : service.known(model).dimension();
    }

    URI endpoint() {
      String path = String.valueOf(address.getRawPath()).replaceFirst("/+$", "");
      String whole = path.endsWith(service.path) ? path : path + service.path;
      String query = address.getRawQuery() == null ? "" : "?" + address.getRawQuery();
      return URI.create(address.getScheme() + "://" + address.getRawAuthority() + whole + query);
    }
  }

  private final Settings settings;

  /** The dimension, zero until an answer tells it. */
  private final AtomicInteger dimension;

  private HttpEmbedder(Settings settings) {
    super(settings.id(), settings.limitsOrKnown());
    this.settings = settings;
    this.dimension = new AtomicInteger(settings.dimension());
  }

  private HttpEmbedder with(Consumer<Settings> change) {
    Settings changed = new Settings(settings);
    change.accept(changed);
    return new HttpEmbedder(changed);
  }

  private static HttpEmbedder of(Service service, String model) {
    if (model.isBlank()) {
      throw new IllegalArgumentException("model: blank, expected a name. Name the model");
    }
    return new HttpEmbedder(new Settings(service, model));
  }

  /**
   * A model of OpenAI, or of a server with the same interface, see {@link #at}. Dimension and
   * limits of {@code text-embedding-3-small}, {@code text-embedding-3-large} and {@code
   * text-embedding-ada-002} are known; other models get 32 texts a call, and {@link #dimension()}
   * asks.
   */
  public static HttpEmbedder openAi(String model) {
    return of(Service.OPENAI, model);
  }

  /** As {@link #openAi(String)}, of a model whose dimension is declared. */
  public static HttpEmbedder openAi(String model, int dimension) {
    return openAi(model).withDimension(dimension);
  }

  /**
   * A model of Voyage, for documents: queries are to be embedded with {@code input_type} {@code
   * query}, by the application. Dimension and limits of the models 4, 3.5, 3-large and code-3 are
   * known; with others {@link #dimension()} asks.
   */
  public static HttpEmbedder voyage(String model) {
    return of(Service.VOYAGE, model);
  }

  /**
   * A model of Ollama, at {@code http://localhost:11434} unless {@link #at} says otherwise. {@link
   * #dimension()} asks.
   */
  public static HttpEmbedder ollama(String model) {
    return of(Service.OLLAMA, model);
  }

  /**
   * The same at another address.
   *
   * @param address what comes before {@code /embeddings}, such as {@code http://localhost:8080/v1},
   *     or before {@code /api/embed} for Ollama, or the whole; a query is kept
   * @throws IllegalArgumentException if it is not one of http or https, or has a user's name in it
   */
  public HttpEmbedder at(URI address) {
    String scheme = String.valueOf(address.getScheme()).toLowerCase(Locale.ROOT);
    if (!scheme.matches("https?") || address.getHost() == null) {
      throw new IllegalArgumentException(
          "address: not one of http or https with a host, expected such. Give http://HOST/v1");
    }
    if (address.getRawUserInfo() != null) {
      throw new IllegalArgumentException(
          "address: a user's name in it, expected none. Give a key or a header");
    }
    return with(changed -> changed.address = address);
  }

  /**
   * The same with a key, sent as {@code Authorization: Bearer}; white space around it is left out.
   *
   * @param key asked before every call
   */
  public HttpEmbedder withKey(Supplier<String> key) {
    return with(changed -> changed.key = key);
  }

  /** As {@link #withKey(Supplier)}, with a key that doesn't change. */
  public HttpEmbedder withKey(String key) {
    return withKey(() -> key);
  }

  /** The same with one more header, such as {@code api-key}; its value is shown nowhere. */
  public HttpEmbedder withHeader(String name, String value) {
    try {
      java.net.http.HttpRequest.newBuilder().header(name, value);
    } catch (IllegalArgumentException e) {
      // Without the cause, whose message holds the value.
      throw new IllegalArgumentException(
          "header: not allowed by its name or a character of its value, expected another. Change it");
    }
    Map<String, String> headers = new LinkedHashMap<>(settings.headers);
    headers.put(name, value);
    return with(changed -> changed.headers = Map.copyOf(headers));
  }

  /** The same with a declared dimension, with which every answer must agree. */
  public HttpEmbedder withDimension(int dimension) {
    checkDimension(dimension);
    return with(changed -> changed.declared = dimension);
  }

  /**
   * The same with shorter vectors, which the service is asked for, as {@code dimensions} or {@code
   * output_dimension}. Not every model does that.
   */
  public HttpEmbedder shortenedTo(int components) {
    checkDimension(components);
    return with(changed -> changed.shortened = components);
  }

  private static void checkDimension(int dimension) {
    if (dimension < 1 || dimension > VectorList.MOST_COMPONENTS) {
      throw new IllegalArgumentException(
          "dimension: %d, expected 1 to %d".formatted(dimension, VectorList.MOST_COMPONENTS));
    }
  }

  /** The same with other limits. */
  public HttpEmbedder withLimits(Limits limits) {
    return with(changed -> changed.limits = limits);
  }

  /** The same with another time for a whole answer; 2 minutes by default. */
  public HttpEmbedder withTimeout(Duration timeout) {
    if (timeout.toMillis() < 1) {
      throw new IllegalArgumentException(
          "timeout: %s, expected a millisecond or more".formatted(timeout));
    }
    return with(changed -> changed.timeout = timeout);
  }

  /**
   * The same with a client of the caller, such as one with a proxy; it is not closed.
   *
   * @throws IllegalArgumentException if it follows redirections, which would take the key along
   */
  public HttpEmbedder withClient(HttpClient client) {
    if (client.followRedirects() != HttpClient.Redirect.NEVER) {
      throw new IllegalArgumentException(
          "client: follows redirections, expected none that does. Build it with Redirect.NEVER");
    }
    return with(changed -> changed.client = client);
  }

  /** The same under another id. */
  public HttpEmbedder withModelId(String modelId) {
    return with(changed -> changed.modelId = modelId);
  }

  /**
   * The same with vectors sent as numbers, for servers that know no base64. Answers are read in
   * both forms anyway, and both hold the same floats.
   */
  public HttpEmbedder withNumbers() {
    return with(changed -> changed.numbers = true);
  }

  /**
   * The dimension: shortened, declared, known, or that of the first answer. If there was none yet,
   * one short text is embedded.
   *
   * @throws IllegalStateException if that fails, with what {@link #embed} threw as its cause
   */
  @Override
  public int dimension() {
    if (dimension.get() == 0) {
      ask();
    }
    return dimension.get();
  }

  private void ask() {
    try {
      embed(List.of("dimension"));
    } catch (TransientException e) {
      throw new IllegalStateException(e.getMessage(), e);
    } catch (InterruptedException e) {
      Thread.currentThread().interrupt();
      throw new IllegalStateException("[" + modelId() + "] dimension: interrupted", e);
    }
  }

  /**
   * Embeds texts.
   *
   * @throws TransientException if the same call may succeed later
   * @throws IllegalArgumentException if there are more texts than {@link #maxBatch()}, or one is
   *     empty or holds a lone surrogate
   * @throws IllegalStateException if the service refuses, or its answer is not one of vectors
   */
  @Override
  public List<Vector> embed(List<String> texts) throws TransientException, InterruptedException {
    checkCount(texts);
    if (texts.isEmpty()) {
      return List.of();
    }
    checkTexts(texts);
    Endpoint endpoint = endpoint();
    Endpoint.Answer answer = endpoint.post(request(texts), mostBytes(texts.size()));
    if (answer.status() != 200) {
      throw new Refusal(endpoint.host(), settings.model, answer).thrown();
    }
    List<Vector> vectors =
        VectorList.read(endpoint.host(), answer.body(), settings.service.vectors, texts.size());
    vectors.forEach(vector -> checkDimension(endpoint.host(), vector));
    return vectors;
  }

  private void checkTexts(List<String> texts) {
    for (int i = 0; i < texts.size(); i++) {
      boolean empty = texts.get(i).isEmpty();
      if (empty || !StandardCharsets.UTF_8.newEncoder().canEncode(texts.get(i))) {
        throw new IllegalArgumentException(
            "[%s] text %d of %d: %s, expected Unicode text. Leave it out"
                .formatted(
                    modelId(), i + 1, texts.size(), empty ? "empty" : "holds a lone surrogate"));
      }
    }
  }

  private Endpoint endpoint() {
    return new Endpoint(
        settings.endpoint(),
        settings.headers,
        settings.key,
        settings.client == null ? Shared.CLIENT : settings.client,
        settings.timeout);
  }

  private byte[] request(List<String> texts) {
    ByteArrayOutputStream out = new ByteArrayOutputStream();
    try (JsonGenerator json = FACTORY.createGenerator(out)) {
      json.writeStartObject();
      json.writeStringField("model", settings.model);
      json.writeArrayFieldStart("input");
      for (String text : texts) {
        json.writeString(text);
      }
      json.writeEndArray();
      settings.service.writeOptions(json, settings.shortened, settings.numbers);
      json.writeEndObject();
    } catch (IOException e) {
      throw new UncheckedIOException(e);
    }
    return out.toByteArray();
  }

  private int mostBytes(int texts) {
    int known = dimension.get();
    long each =
        (known == 0 ? VectorList.MOST_COMPONENTS : known) * (long) MOST_BYTES_A_COMPONENT + 1024;
    return (int) Math.min(1 << 30, MOST_BYTES_BESIDE + texts * each);
  }

  private void checkDimension(String host, Vector vector) {
    int actual = vector.dimension();
    boolean isFirst = dimension.compareAndSet(0, actual);
    if (!isFirst && actual != dimension.get()) {
      throw new IllegalStateException(
          "[%s] %s: vectors of dimension %d, expected %d. Declare the dimension that the model has"
              .formatted(host, settings.model, actual, dimension.get()));
    }
  }

  /** Names the model; no address, no key. */
  @Override
  public String toString() {
    return modelId();
  }
}
