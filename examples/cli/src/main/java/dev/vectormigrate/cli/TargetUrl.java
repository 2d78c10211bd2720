package dev.vectormigrate.cli;

import dev.vectormigrate.PlanException;
import java.net.URLDecoder;
import java.net.URLEncoder;
import java.nio.charset.StandardCharsets;
import java.util.Arrays;
import java.util.LinkedHashMap;
import java.util.Map;
import java.util.Set;
import java.util.TreeMap;
import java.util.function.Predicate;
import java.util.function.UnaryOperator;
import java.util.regex.Matcher;
import java.util.regex.Pattern;
import java.util.stream.Collectors;
import javax.sql.DataSource;
import org.jspecify.annotations.Nullable;
import org.postgresql.ds.PGSimpleDataSource;

/**
 * A database of a PostgreSQL server, and who connects to it.
 *
 * @param hosts with their ports, separated by commas
 * @param database its name; empty for that of the user
 * @param user empty for the driver's default
 * @param password empty where there is none
 * @param parameters further ones, named as in a JDBC URL
 */
record TargetUrl(
    String hosts, String database, String user, String password, Map<String, String> parameters) {

  private static final Pattern JDBC =
      Pattern.compile(
          "jdbc:postgresql:(?://(?<authority>[^/?]*))?/?(?<database>[^/?@]*)(?:\\?(?<query>.*))?");
  // Python's SQLAlchemy names its driver in the scheme.
  private static final Pattern LIBPQ =
      Pattern.compile(
          "postgres(?:ql)?(?:\\+\\w+)?://(?<authority>[^/?]*)(?:/(?<database>[^/?@]*))?(?:\\?(?<query>.*))?");
  private static final Pattern HOSTS =
      Pattern.compile("(?:(?:^|,)(?:[^\\s:,\\[\\]@]+|\\[[^\\s\\]]+])(?::\\d{1,5})?)+");
  private static final Map<String, String> JDBC_NAMES =
      Map.of(
          "application_name", "ApplicationName",
          "channel_binding", "channelBinding",
          "connect_timeout", "connectTimeout");
  // The driver ignores them and would connect to another place than the one that was meant.
  private static final Set<String> ELSEWHERE =
      Set.of("host", "hostaddr", "port", "dbname", "service");

  TargetUrl {
    parameters = Map.copyOf(parameters);
  }

  /**
   * Reads {@code jdbc:postgresql://host:port/database}, {@code postgresql://user@host/database} or
   * {@code postgres://...}.
   *
   * @param where names the text in messages, which never quote it
   */
  static TargetUrl parse(String where, String text) {
    try {
      Matcher jdbc = JDBC.matcher(text);
      if (jdbc.matches()) {
        return of(jdbc, TargetUrl::decodedForm);
      }
      Matcher libpq = LIBPQ.matcher(text);
      if (libpq.matches()) {
        return of(libpq, TargetUrl::decodedPercent);
      }
      throw new IllegalArgumentException("not a PostgreSQL URL");
    } catch (IllegalArgumentException e) {
      throw unreadable(where, e);
    }
  }

  /** Of values that are already apart. */
  static TargetUrl of(String where, String hosts, String database, String user, String password) {
    try {
      return new TargetUrl(hosts(hosts), database, user, password, Map.of());
    } catch (IllegalArgumentException e) {
      throw unreadable(where, e);
    }
  }

  private static PlanException unreadable(String where, IllegalArgumentException e) {
    return new PlanException(
        where,
        e.getMessage()
            + ", expected jdbc:postgresql://host:port/database or"
            + " postgresql://user:password@host:port/database. Correct it.",
        null);
  }

  private static TargetUrl of(Matcher url, UnaryOperator<String> decoder) {
    String authority = orEmpty(url.group("authority"));
    int at = authority.lastIndexOf('@');
    String[] userInfo = authority.substring(0, Math.max(0, at)).split(":", 2);
    Map<String, String> parameters = parameters(orEmpty(url.group("query")), decoder);
    String user = parameters.remove("user");
    String password = parameters.remove("password");
    return new TargetUrl(
        hosts(authority.substring(at + 1)),
        decoder.apply(orEmpty(url.group("database"))),
        user != null ? user : decodedPercent(userInfo[0]),
        password != null ? password : userInfo.length < 2 ? "" : decodedPercent(userInfo[1]),
        parameters);
  }

  private static String hosts(String hosts) {
    if (hosts.isEmpty()) {
      return "localhost";
    }
    if (!HOSTS.matcher(hosts).matches()) {
      throw new IllegalArgumentException("no host and port that can be read");
    }
    return hosts;
  }

  private static Map<String, String> parameters(String query, UnaryOperator<String> decoder) {
    Map<String, String> parameters = new LinkedHashMap<>();
    Arrays.stream(query.split("&"))
        .filter(Predicate.not(String::isEmpty))
        .map(parameter -> parameter.split("=", 2))
        .forEach(
            parameter ->
                parameters.put(
                    jdbcName(decoder.apply(parameter[0])),
                    parameter.length < 2 ? "" : decoder.apply(parameter[1])));
    return parameters;
  }

  private static String jdbcName(String name) {
    if (ELSEWHERE.contains(name)) {
      throw new IllegalArgumentException(
          "parameter '" + name + "' is not supported: the place stands before the question mark");
    }
    return JDBC_NAMES.getOrDefault(name, name);
  }

  /** As JDBC URLs are decoded, where a plus sign stands for a space. */
  private static String decodedForm(String text) {
    try {
      return URLDecoder.decode(text, StandardCharsets.UTF_8);
    } catch (IllegalArgumentException e) {
      // Its own message quotes the text.
      throw new IllegalArgumentException("a percent sign without two hexadecimal digits", e);
    }
  }

  private static String decodedPercent(String text) {
    return decodedForm(text.replace("+", "%2B"));
  }

  private static String orEmpty(@Nullable String text) {
    return text == null ? "" : text;
  }

  /** This place with another user or password where it has none. */
  TargetUrl withDefaults(String otherUser, String otherPassword) {
    return new TargetUrl(
        hosts,
        database,
        user.isEmpty() ? otherUser : user,
        password.isEmpty() ? otherPassword : password,
        parameters);
  }

  /** How messages and reports name this place. */
  String place() {
    return hosts + "/" + database;
  }

  /** For the driver; user and password are passed beside it. */
  String jdbcUrl() {
    return url(parameters);
  }

  /** The same server with another database. */
  TargetUrl withDatabase(String other) {
    return new TargetUrl(hosts, other, user, password, parameters);
  }

  /** Without a pool: each of its connections is a new one. */
  DataSource dataSource() {
    PGSimpleDataSource dataSource = new PGSimpleDataSource();
    dataSource.setUrl(jdbcUrl());
    if (!user.isEmpty()) {
      dataSource.setUser(user);
    }
    if (!password.isEmpty()) {
      dataSource.setPassword(password);
    }
    return dataSource;
  }

  /** For people; holds nothing that is secret. */
  String shown() {
    Map<String, String> harmless = new TreeMap<>(parameters);
    harmless.keySet().removeIf(Credentials::isIn);
    return url(harmless);
  }

  private String url(Map<String, String> shown) {
    String query =
        new TreeMap<>(shown)
            .entrySet().stream()
                .map(parameter -> encoded(parameter.getKey()) + "=" + encoded(parameter.getValue()))
                .collect(Collectors.joining("&"));
    String place = "jdbc:postgresql://" + hosts + "/" + encoded(database);
    return query.isEmpty() ? place : place + "?" + query;
  }

  private static String encoded(String text) {
    return URLEncoder.encode(text, StandardCharsets.UTF_8);
  }

  /** Names the place alone. */
  @Override
  public String toString() {
    return shown();
  }
}
