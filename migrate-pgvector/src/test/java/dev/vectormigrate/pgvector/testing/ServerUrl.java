package dev.vectormigrate.pgvector.testing;

import java.net.URLDecoder;
import java.nio.charset.StandardCharsets;
import java.util.Arrays;
import java.util.Optional;
import java.util.function.Predicate;
import java.util.regex.Matcher;
import java.util.regex.Pattern;
import java.util.stream.Collectors;

/**
 * A JDBC URL of PostgreSQL, taken apart so that another database can be put into it.
 *
 * @param prefix all before the database
 * @param query all after it: empty, or from the question mark on
 */
record ServerUrl(String prefix, String database, String query) {

  private static final Pattern FORM =
      Pattern.compile("(jdbc:postgresql:(?://[^/?]*/)?)([^/?]*)(\\?.*)?");
  private static final Predicate<String> CREDENTIAL =
      Pattern.compile("(user|password)=.*").asMatchPredicate();

  static ServerUrl parse(String where, String url) {
    Matcher form = FORM.matcher(url);
    if (!form.matches()) {
      // The URL itself can hold a password.
      throw new IllegalStateException(
          "[%s] the JDBC URL: not one of PostgreSQL, expected jdbc:postgresql://host:port/database. Correct it."
              .formatted(where));
    }
    String database = form.group(2).isEmpty() ? "postgres" : form.group(2);
    return new ServerUrl(form.group(1), database, form.group(3) == null ? "" : form.group(3));
  }

  Optional<String> parameter(String name) {
    return Arrays.stream(parameters())
        .filter(parameter -> parameter.startsWith(name + "="))
        .map(parameter -> parameter.substring(name.length() + 1))
        .map(value -> URLDecoder.decode(value, StandardCharsets.UTF_8))
        .findFirst();
  }

  /** This URL with another database, and without user and password. */
  String toDatabase(String name) {
    String kept =
        Arrays.stream(parameters())
            .filter(CREDENTIAL.negate())
            .filter(parameter -> !parameter.isEmpty())
            .collect(Collectors.joining("&"));
    return prefix + name + (kept.isEmpty() ? "" : "?" + kept);
  }

  private String[] parameters() {
    return query.isEmpty() ? new String[0] : query.substring(1).split("&");
  }

  @Override
  public String toString() {
    return toDatabase(database);
  }
}
