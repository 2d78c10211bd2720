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

/**
 * A virtual environment of Python with pinned packages below {@code target/python}, made by {@code
 * python3} of the path when it is not there yet. Where it can't be made, the test that asks for it
 * is left out by an assumption, whose reason {@code dev/test} prints.
 */
final class PythonEnvironment {

  private static final Path SCRIPTS = Path.of("src", "test", "python");
  private static final Pattern VERSION = Pattern.compile("Python (\\d+)\\.(\\d+)\\..*");
  private static final int OLDEST_MINOR = 10;
  private static final long LONGEST_MINUTES = 5;

  private final Path python;

  private PythonEnvironment(Path python) {
    this.python = python;
  }

  /**
   * The environment with the packages of {@code src/test/python/<requirements>}, and these alone.
   */
  static PythonEnvironment with(String requirements) throws Exception {
    Path pinned = SCRIPTS.resolve(requirements).toAbsolutePath();
    String version = version();
    Path folder =
        Path.of("target", "python", digest(version, Files.readAllBytes(pinned))).toAbsolutePath();
    Path complete = folder.resolve("complete");
    if (!Files.exists(complete)) {
      make(folder, pinned);
      Files.createFile(complete);
    }
    return new PythonEnvironment(folder.resolve(Path.of("bin", "python")));
  }

  private static String version() throws Exception {
    Result result;
    try {
      result = run(Path.of(""), Map.of(), List.of("python3", "--version"));
    } catch (IOException e) {
      assumeTrue(
          false, "python3: not on the path, expected one of 3." + OLDEST_MINOR + " or newer");
      throw e;
    }
    Matcher version = VERSION.matcher(result.output().strip());
    boolean newEnough =
        version.matches()
            && Integer.parseInt(version.group(1)) == 3
            && Integer.parseInt(version.group(2)) >= OLDEST_MINOR;
    assumeTrue(
        newEnough,
        "python3: %s, expected 3.%d or newer".formatted(result.output().strip(), OLDEST_MINOR));
    return result.output();
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
    assumeTrue(result.code() == 0, what + ": failed: " + lastLine(result.output()));
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
