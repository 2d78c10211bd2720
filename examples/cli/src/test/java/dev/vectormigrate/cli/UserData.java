package dev.vectormigrate.cli;

import java.io.IOException;
import java.net.URISyntaxException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.HexFormat;
import java.util.Map;
import java.util.Objects;
import java.util.TreeMap;
import java.util.stream.Stream;

/** A directory of simple vector stores, of users with equal content. */
final class UserData {

  private static final String STORE = "vector_store_personal_assistant";

  private UserData() {}

  /** Gives a user a store that has more vectors than entries, so that rows are refused. */
  static void addStoreWithRefusedRows(Path root, String user) throws IOException {
    String store = "vector_store_more_vectors";
    copy(original("carol/" + store), root.resolve(user).resolve(store));
  }

  /** Makes it below a folder and returns it. */
  static Path of(Path folder, String... users) throws IOException {
    Path root = Files.createDirectory(folder.resolve("user_data"));
    for (String user : users) {
      copy(original("alice/" + STORE), root.resolve(user).resolve(STORE));
    }
    return root;
  }

  private static void copy(Path from, Path to) throws IOException {
    Files.createDirectories(to);
    try (Stream<Path> files = Files.list(from)) {
      for (Path file : files.toList()) {
        Files.copy(file, to.resolve(file.getFileName().toString()));
      }
    }
  }

  private static Path original(String store) {
    String name = "/simplevectorstore/user_data/" + store;
    try {
      return Path.of(Objects.requireNonNull(UserData.class.getResource(name), name).toURI());
    } catch (URISyntaxException e) {
      throw new IllegalStateException(e);
    }
  }

  /** Cuts the pickle of a user in the middle. */
  static void damage(Path root, String user) throws IOException {
    Path pickle = root.resolve(user).resolve(STORE).resolve("vectors.pkl");
    byte[] whole = Files.readAllBytes(pickle);
    byte[] half = new byte[whole.length / 2];
    System.arraycopy(whole, 0, half, 0, half.length);
    Files.write(pickle, half);
  }

  /** Every file and its bytes, as text. */
  static Map<String, String> contents(Path root) throws IOException {
    Map<String, String> contents = new TreeMap<>();
    try (Stream<Path> files = Files.walk(root)) {
      for (Path file : files.filter(Files::isRegularFile).toList()) {
        contents.put(
            root.relativize(file).toString(), HexFormat.of().formatHex(Files.readAllBytes(file)));
      }
    }
    return contents;
  }
}
