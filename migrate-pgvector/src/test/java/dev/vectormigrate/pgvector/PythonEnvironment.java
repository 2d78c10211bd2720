package dev.vectormigrate.pgvector;

import static org.junit.jupiter.api.Assumptions.assumeTrue;

import java.io.IOException;
import java.nio.charset.StandardCharsets;
import java.nio.file.Files;
import java.nio.file.Path;
import java.security.MessageDigest;
import java.security.NoSuchAlgorithmException;
import java.util.ArrayList;
import java.util.HashMap;
import java.util.HexFormat;
import java.util.List;
import java.util.Map;
import java.util.concurrent.TimeUnit;
import java.util.regex.Matcher;
import java.util.regex.Pattern;
import org.jspecify.annotations.Nullable;

/**
 * A virtual environment of Python with pinned packages below {@code target/python}, made by {@code
 * python3} of the path when it is not there yet. Where it can't be made, the test that asks for it
 * is left out by an assumption, whose reason {@code dev/test} prints.
 */
final class PythonEnvironment {

  private static final Path SCRIPTS = Path.of("src", "test", "python");
  private static final Pattern VERSION = Pattern.compile("Python 3\\.(\\d+)\\..*");
  private static final int OLDEST_MINOR = 10;
  private static final long LONGEST_MINUTES = 5;

  private static @Nullable String missing;

  private final Path python;

  private PythonEnvironment(Path python) {
    this.python = python;
  }

  /** Why there is no environment. */
  private static final class MissingException extends Exception {
    private static final long serialVersionUID = 1;

    MissingException(String reason) {
      super(reason);
    }
  }

  /**
   * The environment with the packages of {@code src/test/python/<requirements>}, and these alone.
   */
  static synchronized PythonEnvironment with(String requirements) throws Exception {
    // What failed once fails again, and slowly where there is no network.
    assumeTrue(missing == null, missing);
    try {
      return made(SCRIPTS.resolve(requirements).toAbsolutePath());
    } catch (MissingException e) {
      missing = e.getMessage();
      assumeTrue(false, missing);
      throw e;
    }
  }

  private static PythonEnvironment made(Path requirements) throws Exception {
    String name = digest(version(), Files.readAllBytes(requirements));
    Path folder = Path.of("target", "python", name).toAbsolutePath();
    Path complete = folder.resolve("complete");
    if (!Files.exists(complete)) {
      make(folder, requirements);
      Files.createFile(complete);
    }
    return new PythonEnvironment(folder.resolve(Path.of("bin", "python")));
  }

  private static String version() throws Exception {
    String expected = "expected 3." + OLDEST_MINOR + " or newer";
    String found;
    try {
      found = run(Path.of(""), Map.of(), List.of("python3", "--version")).output().strip();
    } catch (IOException e) {
      throw new MissingException("python3: not on the path, " + expected);
    }
    Matcher version = VERSION.matcher(found);
    if (!version.matches() || Integer.parseInt(version.group(1)) < OLDEST_MINOR) {
      throw new MissingException("python3: " + found + ", " + expected);
    }
    return found;
  }

  private static String digest(String version, byte[] requirements)
      throws NoSuchAlgorithmException {
    MessageDigest digest = MessageDigest.getInstance("SHA-256");
    digest.update(version.getBytes(StandardCharsets.UTF_8));
    return HexFormat.of().formatHex(digest.digest(requirements), 0, 8);
  }

  private static void make(Path folder, Path requirements) throws Exception {
    Files.createDirectories(folder.getParent());
    require("python3 -m venv", List.of("python3", "-m", "venv", "--clear", folder.toString()));
    require(
        "pip install of " + requirements.getFileName(),
        List.of(
            folder.resolve(Path.of("bin", "python")).toString(),
            "-m",
            "pip",
            "install",
            "--quiet",
            "--disable-pip-version-check",
            "--no-input",
            "--no-deps",
            "--only-binary=:all:",
            "--retries=1",
            "--timeout=20",
            "--requirement",
            requirements.toString()));
  }

  private static void require(String what, List<String> command) throws Exception {
    Result result = run(Path.of(""), Map.of(), command);
    if (result.code() != 0) {
      throw new MissingException(what + ": failed: " + lastLine(result.output()));
    }
  }

  private static String lastLine(String output) {
    List<String> lines = output.lines().filter(line -> !line.isBlank()).toList();
    return lines.isEmpty() ? "no output" : lines.get(lines.size() - 1).strip();
  }

  /**
   * Runs a script of {@code src/test/python} in a folder; of the environment's variables it sees
   * only the path and the given ones.
   *
   * @throws IllegalStateException with all that it printed, when it fails
   */
  void run(String script, Path folder, Map<String, String> variables, String... arguments)
      throws Exception {
    List<String> command = new ArrayList<>();
    command.add(python.toString());
    command.add(SCRIPTS.resolve(script).toAbsolutePath().toString());
    command.addAll(List.of(arguments));
    Map<String, String> all = new HashMap<>(variables);
    all.put("PATH", System.getenv("PATH"));
    all.put("HOME", folder.toString());
    all.put("PYTHONUTF8", "1");
    Result result = run(folder, all, command);
    if (result.code() != 0) {
      throw new IllegalStateException(
          "%s: exit code %d, expected 0:%n%s".formatted(script, result.code(), result.output()));
    }
  }

  private record Result(int code, String output) {}

  /** With no variables at all, the process has those of this one: pip needs its configuration. */
  private static Result run(Path folder, Map<String, String> variables, List<String> command)
      throws Exception {
    Path output = Files.createTempFile("python", ".log");
    try {
      ProcessBuilder builder =
          new ProcessBuilder(command)
              .directory(folder.toAbsolutePath().toFile())
              .redirectErrorStream(true)
              .redirectOutput(output.toFile());
      if (!variables.isEmpty()) {
        builder.environment().clear();
        builder.environment().putAll(variables);
      }
      Process process = builder.start();
      process.getOutputStream().close();
      if (!process.waitFor(LONGEST_MINUTES, TimeUnit.MINUTES)) {
        process.destroyForcibly().waitFor();
        return new Result(-1, "still running after " + LONGEST_MINUTES + " minutes");
      }
      return new Result(process.exitValue(), Files.readString(output));
    } finally {
      Files.delete(output);
    }
  }
}
