package dev.vectormigrate.sources.sqlite;

import java.util.Locale;

/** How SQLite stores a value, whatever its column was declared as. */
enum StorageClass {
  NULL,
  INTEGER,
  REAL,
  TEXT,
  BLOB;

  /** The class whose name begins with the given letter, as SQLite's {@code typeof} gives it. */
  static StorageClass ofLetter(char letter) {
    return switch (letter) {
      case 'n' -> NULL;
      case 'i' -> INTEGER;
      case 'r' -> REAL;
      case 't' -> TEXT;
      default -> BLOB;
    };
  }

  /** As SQLite's {@code typeof} names it. */
  String word() {
    return name().toLowerCase(Locale.ROOT);
  }
}
