package dev.vectormigrate.pgvector.testing;

import java.io.IOException;
import java.io.UncheckedIOException;
import java.nio.charset.StandardCharsets;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.concurrent.TimeUnit;
import java.util.regex.Matcher;
import java.util.regex.Pattern;
import java.util.stream.Stream;

/** The binaries of a PostgreSQL server on this machine. */
record InstalledPostgres(int major, Path bin, Path share) {

  /** DROP DATABASE ... WITH (FORCE) came with it. */
  static final int OLDEST_MAJOR = 13;

  private static final Path DEBIAN_ROOT = Path.of("/usr/lib/postgresql");
  private static final Path DEBIAN_SHARE = Path.of("/usr/share/postgresql");
  private static final Pattern VERSION = Pattern.compile("PostgreSQL (\\d+).*");

  static List<InstalledPostgres> onThisMachine(Map<String, String> environment) {
    List<InstalledPostgres> all = new ArrayList<>(packaged(DEBIAN_ROOT, DEBIAN_SHARE));
    onPath(environment).filter(found -> !all.contains(found)).ifPresent(all::add);
    return all;
  }

  /** The layout of Debian's packages: a folder for each major version. */
  static List<InstalledPostgres> packaged(Path root, Path share) {
    try (Stream<Path> folders = Files.isDirectory(root) ? Files.list(root) : Stream.empty()) {
      return folders
          .filter(folder -> folder.getFileName().toString().matches("\\d+"))
          .map(folder -> inFolder(folder, share))
          .filter(InstalledPostgres::hasServer)
          .toList();
    } catch (IOException e) {
      throw new UncheckedIOException(e);
    }
  }

  private static InstalledPostgres inFolder(Path folder, Path share) {
    String major = folder.getFileName().toString();
    return new InstalledPostgres(
        Integer.parseInt(major), folder.resolve("bin"), share.resolve(major));
  }

  private static Optional<InstalledPostgres> onPath(Map<String, String> environment) {
    return Stream.of(environment.getOrDefault("PATH", "").split(":"))
        .map(folder -> Path.of(folder, "pg_config"))
        .filter(Files::isExecutable)
        .findFirst()
        .flatMap(InstalledPostgres::ask)
        .filter(InstalledPostgres::hasServer);
  }

  private static Optional<InstalledPostgres> ask(Path pgConfig) {
    List<String> answers = run(pgConfig.toString(), "--version", "--bindir", "--sharedir");
    if (answers.size() != 3) {
      return Optional.empty();
    }
    Matcher version = VERSION.matcher(answers.get(0));
    return version.matches()
        ? Optional.of(
            new InstalledPostgres(
                Integer.parseInt(version.group(1)),
                Path.of(answers.get(1)),
                Path.of(answers.get(2))))
        : Optional.empty();
  }

  private static List<String> run(String... command) {
    try {
      Process process =
          new ProcessBuilder(command).redirectError(ProcessBuilder.Redirect.DISCARD).start();
      boolean ended = process.waitFor(10, TimeUnit.SECONDS);
      if (!ended) {
        process.destroyForcibly();
        return List.of();
      }
      return new String(process.getInputStream().readAllBytes(), StandardCharsets.UTF_8)
          .lines()
          .toList();
    } catch (IOException e) {
      // A pg_config that cannot run names no server; the search goes on without it.
      return List.of();
    } catch (InterruptedException e) {
      Thread.currentThread().interrupt();
      return List.of();
    }
  }

  private boolean hasServer() {
    return Stream.of("postgres", "initdb", "pg_ctl")
        .allMatch(program -> Files.isExecutable(bin.resolve(program)));
  }

  boolean hasPgvector() {
    return major >= OLDEST_MAJOR && Files.isRegularFile(share.resolve("extension/vector.control"));
  }

  Path root() {
    Path parent = bin.getParent();
    return parent == null ? bin : parent;
  }
}
