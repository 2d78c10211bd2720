package dev.vectormigrate.embed;

import com.fasterxml.jackson.core.JsonFactory;
import com.fasterxml.jackson.core.JsonParser;
import com.fasterxml.jackson.core.JsonToken;
import dev.vectormigrate.spi.RetryAfter;
import dev.vectormigrate.spi.TransientException;
import java.io.IOException;
import java.util.List;
import java.util.Set;
import org.jspecify.annotations.Nullable;

/**
 * Says what an answer without vectors means. Of its body only a short code is repeated: the
 * messages of services quote texts and parts of keys.
 */
final class Refusal {

  private static final JsonFactory FACTORY = new JsonFactory();

  /** Answers 429 that no waiting changes. */
  private static final Set<String> SPENT =
      Set.of("insufficient_quota", "billing_hard_limit_reached", "billing_not_active");

  private final String host;
  private final String model;
  private final Endpoint.Answer answer;
  private final @Nullable String code;

  Refusal(String host, String model, Endpoint.Answer answer) {
    this.host = host;
    this.model = model;
    this.answer = answer;
    this.code = code(answer.body());
  }

  IllegalStateException thrown() throws TransientException {
    int status = answer.status();
    if (status == 429 && code != null && SPENT.contains(code)) {
      return lasting("The quota is used up: waiting does not help. Look at the account");
    }
    if (status == 429) {
      throw passing("The service asks to slow down");
    }
    if (status == 408 || status == 425 || (status >= 500 && status != 501 && status != 505)) {
      throw passing("The service is busy or away");
    }
    return lasting(advice(status));
  }

  private String advice(int status) {
    return switch (status) {
      case 301, 302, 303, 307, 308 ->
          "A redirection is not followed, since the key would go along. Give the address it leads to";
      case 400, 422 ->
          "Check the name of the model, its dimension, and that no text is longer than it takes";
      case 401, 403 -> "Check the key and what it may do";
      case 404, 405, 410, 501 -> "Check the address and the name of the model";
      case 413 -> "Give fewer texts a call";
      default -> "Check the address";
    };
  }

  private TransientException passing(String advice) {
    return new TransientException(
        message(advice), RetryAfter.of(answer.headers()::firstValue), null);
  }

  private IllegalStateException lasting(String advice) {
    return new IllegalStateException(message(advice));
  }

  private String message(String advice) {
    return "[%s] %s: HTTP %d%s, expected 200. %s"
        .formatted(host, model, answer.status(), code == null ? "" : " (" + code + ")", advice);
  }

  /** The code, else the type of an error, if it is a word as programs use them. */
  static @Nullable String code(byte[] body) {
    String code = null;
    String type = null;
    try (JsonParser parser = FACTORY.createParser(body)) {
      while (parser.nextToken() != null) {
        if (parser.currentToken() == JsonToken.VALUE_STRING && isOfError(parser)) {
          String value = parser.getText();
          boolean word = value.matches("[a-z][a-z_]{2,39}");
          code = word && "code".equals(parser.currentName()) ? value : code;
          type = word && "type".equals(parser.currentName()) ? value : type;
        }
      }
    } catch (IOException e) {
      // Not JSON, or cut off: what was found until there.
      return code == null ? type : code;
    }
    return code == null ? type : code;
  }

  private static boolean isOfError(JsonParser parser) {
    String path = parser.getParsingContext().pathAsPointer().toString();
    return List.of("/error/code", "/error/type", "/code", "/type").contains(path);
  }
}
