package dev.vectormigrate.cli;

/** How a command shows how far it has come. */
enum ProgressKind {
  /** Not at all. */
  NONE,
  /** A line now and then. */
  PLAIN,
  /** A line that is drawn again and again. */
  BAR,
  /** A bar on a terminal, else plain lines. */
  AUTO;

  ProgressKind on(Terminal terminal) {
    if (this != AUTO) {
      return this;
    }
    return terminal.live() ? BAR : PLAIN;
  }
}
