package dev.vectormigrate.cli;

import java.io.BufferedOutputStream;
import java.io.ByteArrayOutputStream;
import java.io.DataOutputStream;
import java.io.IOException;
import java.net.URISyntaxException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.HexFormat;
import java.util.Map;
import java.util.Objects;
import java.util.TreeMap;
import java.util.stream.Collectors;
import java.util.stream.IntStream;
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

  /**
   * Adds a store as the application writes it: a pickle of protocol 4, a list of lists of doubles,
   * filled by the thousand, and an array of entries, {@code doc_0} and on.
   */
  static Path addStore(Path root, String user, String collection, float[][] vectors)
      throws IOException {
    Path store = Files.createDirectories(root.resolve(user).resolve("vector_store_" + collection));
    Files.writeString(
        store.resolve("metadata.json"),
        IntStream.range(0, vectors.length)
            .mapToObj(
                i -> "{\"id\": \"doc_%1$d\", \"text\": \"Text %1$d\", \"page\": %1$d}".formatted(i))
            .collect(Collectors.joining(", ", "[", "]")));
    ByteArrayOutputStream frame = new ByteArrayOutputStream();
    DataOutputStream codes = new DataOutputStream(frame);
    writeList(
        codes,
        vectors.length,
        i ->
            writeList(
                codes,
                vectors[i].length,
                c -> {
                  codes.write('G');
                  codes.writeDouble(vectors[i][c]);
                }));
    codes.write('.');
    try (DataOutputStream out =
        new DataOutputStream(
            new BufferedOutputStream(Files.newOutputStream(store.resolve("vectors.pkl"))))) {
      out.write(new byte[] {(byte) 0x80, 4, (byte) 0x95});
      out.writeLong(Long.reverseBytes(frame.size()));
      frame.writeTo(out);
    }
    return root;
  }

  private interface Item {
    void write(int number) throws IOException;
  }

  private static void writeList(DataOutputStream codes, int size, Item item) throws IOException {
    codes.write(']');
    codes.write(0x94);
    for (int i = 0; i < size; i++) {
      if (i % 1_000 == 0) {
        codes.write('(');
      }
      item.write(i);
      if (i % 1_000 == 999 || i == size - 1) {
        codes.write('e');
      }
    }
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
