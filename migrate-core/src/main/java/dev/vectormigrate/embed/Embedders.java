package dev.vectormigrate.embed;

import dev.vectormigrate.spi.Embedder;
import java.net.URI;
import java.util.function.Function;
import java.util.regex.Matcher;
import java.util.regex.Pattern;
import org.jspecify.annotations.Nullable;

/**
 * Makes embedders of short texts, such as those of a command line.
 *
 * <table>
 * <caption>Forms</caption>
 * <tr><td>{@code minilm}</td><td>{@link MiniLm}</td></tr>
 * <tr><td>{@code openai:MODEL}</td><td>key from {@code OPENAI_API_KEY}</td></tr>
 * <tr><td>{@code openai:MODEL@URL}</td><td>any server of that interface; the key goes there if the
 *     environment has one</td></tr>
 * <tr><td>{@code voyage:MODEL}, {@code voyage:MODEL@URL}</td><td>key from {@code VOYAGE_API_KEY}
 *     </td></tr>
 * <tr><td>{@code ollama:MODEL}, {@code ollama:MODEL@URL}</td><td>no key</td></tr>
 * </table>
 *
 * <p>A number behind a model, as in {@code openai:text-embedding-3-large/1024}, shortens vectors.
 * What follows the first {@code @http://} or {@code @https://} is the URL, so that models may hold
 * {@code @}, {@code :} and {@code /}.
 */
public final class Embedders {

  private static final Pattern FORM =
      Pattern.compile("(openai|voyage|ollama):(.+?)(?:/([0-9]{1,5}))?(?:@(https?://.*))?");

  private static final String FORMS =
      "minilm, openai:MODEL, voyage:MODEL or ollama:MODEL, with @URL behind where it is elsewhere";

  private Embedders() {}

  /**
   * Makes an embedder; nothing is sent.
   *
   * @param form one of the forms above
   * @param environment gives the value of a variable by its name, or null: {@code System::getenv}
   * @throws IllegalArgumentException if the form is not one of them, or a key is missing; the
   *     message doesn't repeat a URL
   * @throws IllegalStateException if {@code minilm} is not on the class path
   */
  public static Embedder parse(String form, Function<String, @Nullable String> environment) {
    if (form.equals("minilm")) {
      return MiniLm.load();
    }
    Matcher parts = FORM.matcher(form);
    if (!parts.matches()) {
      throw new IllegalArgumentException("embedder: %s, expected %s".formatted(kind(form), FORMS));
    }
    HttpEmbedder named = named(parts.group(1), parts.group(2));
    HttpEmbedder shortened =
        parts.group(3) == null ? named : named.shortenedTo(Integer.parseInt(parts.group(3)));
    HttpEmbedder placed =
        parts.group(4) == null ? shortened : shortened.at(address(parts.group(4)));
    return withKey(placed, parts.group(1), parts.group(4) != null, environment);
  }

  private static String kind(String form) {
    String kind = form.split(":", 2)[0];
    return kind.matches("[A-Za-z0-9_-]{1,20}") ? "'" + kind + "' in another form" : "another form";
  }

  private static HttpEmbedder named(String service, String model) {
    return switch (service) {
      case "voyage" -> HttpEmbedder.voyage(model);
      case "ollama" -> HttpEmbedder.ollama(model);
      default -> HttpEmbedder.openAi(model);
    };
  }

  private static URI address(String text) {
    try {
      return URI.create(text);
    } catch (IllegalArgumentException e) {
      // Without the cause, whose message holds the text.
      throw new IllegalArgumentException(
          "embedder: a URL that is none, expected http://HOST or https://HOST. Check it");
    }
  }

  private static HttpEmbedder withKey(
      HttpEmbedder embedder,
      String service,
      boolean elsewhere,
      Function<String, @Nullable String> environment) {
    if (service.equals("ollama")) {
      return embedder;
    }
    String variable = service.equals("voyage") ? "VOYAGE_API_KEY" : "OPENAI_API_KEY";
    String key = environment.apply(variable);
    if (key != null && !key.isBlank()) {
      return embedder.withKey(key);
    }
    if (!elsewhere) {
      throw new IllegalArgumentException(
          "embedder: no %s in the environment, expected the key of the service. Set it"
              .formatted(variable));
    }
    return embedder;
  }
}
