package dev.vectormigrate.sources.numpy;

import java.io.BufferedInputStream;
import java.io.IOException;
import java.io.InputStream;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.List;
import java.util.Map;
import java.util.NavigableMap;
import java.util.Optional;
import java.util.TreeMap;
import java.util.function.Predicate;
import java.util.stream.Collectors;
import java.util.zip.ZipEntry;
import java.util.zip.ZipException;
import java.util.zip.ZipFile;

/**
 * An archive of named arrays in NumPy's format, {@code .npz}: a ZIP file whose members are {@code
 * .npy} files, stored or deflated. Immutable; holds nothing open.
 */
public final class NpzFile {

  private static final String MEMBER = ".npy";
  private static final int MAX_MEMBERS = 1_000;

  /** Vectors hardly shrink; what shrinks further than this is meant to fill a disk. */
  private static final int MAX_RATIO = 200;

  /** Below this nothing is worth refusing. */
  private static final long HARMLESS_BYTES = 16L << 20;

  private final Path file;
  private final NavigableMap<String, String> members;

  private NpzFile(Path file, NavigableMap<String, String> members) {
    this.file = file;
    this.members = members;
  }

  /**
   * Lists the arrays of a file.
   *
   * @throws IOException if it is no archive, or one that SciPy wrote for a sparse matrix
   */
  public static NpzFile open(Path file) throws IOException {
    ZipDirectory.check(file);
    try (ZipFile zip = new ZipFile(file.toFile())) {
      if (zip.size() > MAX_MEMBERS) {
        throw new IOException(
            "%s: %d members, expected at most %d".formatted(file, zip.size(), MAX_MEMBERS));
      }
      NavigableMap<String, String> members =
          zip.stream()
              .map(ZipEntry::getName)
              .filter(name -> name.endsWith(MEMBER))
              .collect(
                  Collectors.toMap(NpzFile::arrayName, name -> name, (a, b) -> a, TreeMap::new));
      if (members.keySet().containsAll(List.of("data", "format", "shape"))) {
        throw new IOException(
            file
                + ": a sparse matrix of SciPy, expected dense vectors. Save the matrix's"
                + " toarray()");
      }
      return new NpzFile(file, members);
    } catch (ZipException e) {
      throw new IOException(file + ": not a ZIP archive, expected NumPy's. Check the file", e);
    }
  }

  private static String arrayName(String member) {
    return member.substring(0, member.length() - MEMBER.length());
  }

  /** The names of the arrays, sorted. */
  public List<String> names() {
    return List.copyOf(members.keySet());
  }

  /**
   * Copies one array to a scratch file.
   *
   * @throws IOException if there is none of that name, or its size is not what is declared, or it
   *     is deflated far more than vectors can be
   */
  public NpyFile extract(String name, ScratchFiles scratch) throws IOException {
    String member = members.get(name);
    if (member == null) {
      throw new IOException(file + ": no array '" + name + "', expected one of " + names());
    }
    try (ZipFile zip = new ZipFile(file.toFile())) {
      ZipEntry entry = zip.getEntry(member);
      if (entry == null) {
        throw new IOException("missing, expected it as it was listed");
      }
      return NpyFile.open(copy(zip, entry, scratch.newFile("array")));
    } catch (IOException e) {
      throw new IOException(file + ": array '" + name + "': " + e.getMessage(), e);
    }
  }

  private static Path copy(ZipFile zip, ZipEntry entry, Path target) throws IOException {
    long declared = entry.getSize();
    checkRatio(declared, entry.getCompressedSize());
    checkHeader(zip, entry);
    try (InputStream in = zip.getInputStream(entry);
        ScratchWriter out = new ScratchWriter(target)) {
      byte[] buffer = new byte[1 << 16];
      int read = in.read(buffer);
      while (read >= 0) {
        out.write(buffer, read);
        if (out.position() > declared) {
          throw new IOException("more than the %d bytes declared".formatted(declared));
        }
        read = in.read(buffer);
      }
    }
    return target;
  }

  private static void checkRatio(long declared, long compressed) throws IOException {
    if (declared > HARMLESS_BYTES && declared / MAX_RATIO > compressed) {
      throw new IOException(
          "%d bytes out of %d, expected at most %d times as many. Save it with numpy.savez"
              .formatted(declared, compressed, MAX_RATIO));
    }
  }

  private static void checkHeader(ZipFile zip, ZipEntry entry) throws IOException {
    try (InputStream in = new BufferedInputStream(zip.getInputStream(entry))) {
      NpyHeader header = NpyHeader.read(in);
      if (header.totalLength() != entry.getSize()) {
        throw new IOException(
            "%d bytes declared, expected %d for shape %s"
                .formatted(entry.getSize(), header.totalLength(), header.shape()));
      }
    }
  }

  /** The names of arrays of floats in two dimensions, sorted. */
  public List<String> tables() throws IOException {
    return namesWhere(
        header -> header.type().kind() == ElementType.Kind.FLOAT && header.shape().size() == 2);
  }

  /** The names of arrays with so many texts or integers, sorted. */
  public List<String> columns(long length) throws IOException {
    return namesWhere(
        header ->
            header.type().kind() != ElementType.Kind.FLOAT
                && header.shape().equals(List.of(length)));
  }

  /** An array that cannot be read, such as one of Python objects, is none of them. */
  private List<String> namesWhere(Predicate<NpyHeader> condition) throws IOException {
    List<String> names = new ArrayList<>();
    try (ZipFile zip = new ZipFile(file.toFile())) {
      for (Map.Entry<String, String> member : members.entrySet()) {
        Optional<NpyHeader> header = header(zip, member.getValue());
        if (header.filter(condition).isPresent()) {
          names.add(member.getKey());
        }
      }
    }
    return names;
  }

  private static Optional<NpyHeader> header(ZipFile zip, String member) {
    try (InputStream in = new BufferedInputStream(zip.getInputStream(new ZipEntry(member)))) {
      return Optional.of(NpyHeader.read(in));
    } catch (IOException e) {
      return Optional.empty();
    }
  }

  /** The array of vectors: the only one, or the one with a name that tells. */
  public NpyFile extractVectors(ScratchFiles scratch) throws IOException {
    for (String name : List.of("embeddings", "vectors", "arr_0")) {
      if (members.containsKey(name)) {
        return extract(name, scratch);
      }
    }
    if (members.size() == 1) {
      return extract(members.firstKey(), scratch);
    }
    throw new IOException(
        file + ": arrays " + names() + ", expected one called embeddings or vectors");
  }
}
