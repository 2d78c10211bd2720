package dev.vectormigrate.cli;

import java.util.Locale;
import java.util.regex.Pattern;

/** What must never be shown. */
final class Credentials {

  private static final Pattern USER_INFO = Pattern.compile("://\\S*@");
  private static final Pattern PARAMETER =
      Pattern.compile("(?i)([\\w.-]*(?:pass|pwd|secret|token)[\\w.-]*=)[^&\\s'\"]+");

  private Credentials() {}

  /** Whether a connection parameter of this name can hold one. */
  static boolean isIn(String parameter) {
    return PARAMETER.matcher(parameter.toLowerCase(Locale.ROOT) + "=x").matches();
  }

  /** Text that may quote a URL, without what the URL must keep to itself. */
  static String removedFrom(String text) {
    String anonymous = USER_INFO.matcher(text).replaceAll("://***@");
    return PARAMETER.matcher(anonymous).replaceAll("$1***");
  }
}
