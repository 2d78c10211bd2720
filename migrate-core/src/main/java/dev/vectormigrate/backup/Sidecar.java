package dev.vectormigrate.backup;

import com.fasterxml.jackson.core.JsonFactory;
import com.fasterxml.jackson.core.JsonGenerator;
import com.fasterxml.jackson.core.JsonParser;
import com.fasterxml.jackson.core.JsonProcessingException;
import com.fasterxml.jackson.core.JsonToken;
import com.fasterxml.jackson.core.StreamReadConstraints;
import com.fasterxml.jackson.core.StreamReadFeature;
import java.io.IOException;
import java.io.InputStream;
import java.nio.file.Files;
import java.nio.file.Path;
import java.time.DateTimeException;
import java.time.Instant;
import java.util.ArrayList;
import java.util.List;
import org.jspecify.annotations.Nullable;

/** The JSON file that describes a backup; without it, there is none. Not thread-safe. */
final class Sidecar {

  /** Goes up whenever a program that reads sidecars may have to change. */
  private static final int FORMAT = 1;

  private static final JsonFactory FACTORY =
      JsonFactory.builder()
          .streamReadConstraints(
              StreamReadConstraints.builder()
                  .maxDocumentLength(1L << 30)
                  .maxStringLength(1 << 20)
                  .maxNestingDepth(100)
                  .build())
          .enable(StreamReadFeature.STRICT_DUPLICATE_DETECTION)
          .disable(StreamReadFeature.INCLUDE_SOURCE_IN_LOCATION)
          .build();

  private final Path file;
  private @Nullable Long format;
  private @Nullable String id;
  private @Nullable String name;
  private @Nullable String source;
  private @Nullable String created;
  private @Nullable Long fileCount;
  private @Nullable Long totalBytes;
  private @Nullable Long archiveSize;
  private @Nullable String archiveSha256;
  private final List<String> directories = new ArrayList<>();
  private final List<BackedUpFile> files = new ArrayList<>();

  private Sidecar(Path file) {
    this.file = file;
  }

  /** Writes a new file and forces it to disk. */
  static void write(Backup backup, Path file) throws IOException {
    try (NewFile out = new NewFile(file);
        JsonGenerator json = FACTORY.createGenerator(out).useDefaultPrettyPrinter()) {
      json.writeStartObject();
      writeHead(json, backup);
      writeDirectories(json, backup.directories());
      writeFiles(json, backup.files());
      json.writeEndObject();
    }
    NewFile.force(file);
  }

  private static void writeHead(JsonGenerator json, Backup backup) throws IOException {
    json.writeNumberField("format", FORMAT);
    json.writeStringField("id", backup.id());
    json.writeStringField("name", backup.name());
    json.writeStringField("source", backup.source().toString());
    json.writeStringField("created", backup.created().toString());
    json.writeNumberField("fileCount", backup.fileCount());
    json.writeNumberField("totalBytes", backup.totalBytes());
    json.writeNumberField("archiveSize", backup.archiveSize());
    json.writeStringField("archiveSha256", backup.archiveSha256());
  }

  private static void writeDirectories(JsonGenerator json, List<String> directories)
      throws IOException {
    json.writeArrayFieldStart("directories");
    for (String path : directories) {
      json.writeString(path);
    }
    json.writeEndArray();
  }

  private static void writeFiles(JsonGenerator json, List<BackedUpFile> files) throws IOException {
    json.writeArrayFieldStart("files");
    for (BackedUpFile file : files) {
      json.writeStartObject();
      json.writeStringField("path", file.path());
      json.writeNumberField("size", file.size());
      json.writeStringField("sha256", file.sha256());
      json.writeEndObject();
    }
    json.writeEndArray();
  }

  /**
   * Reads a sidecar, whatever name it has by now.
   *
   * @throws BackupException if it is not one that this version can read
   * @throws IOException if the file cannot be read, for example since it was just removed
   */
  static Backup read(Path file, BackupFiles of) throws IOException {
    Sidecar sidecar = new Sidecar(file);
    try (InputStream in = Files.newInputStream(file);
        JsonParser json = FACTORY.createParser(in)) {
      sidecar.readAll(json);
      return sidecar.backup(of);
    } catch (JsonProcessingException e) {
      throw sidecar.unreadable("not JSON of the expected form" + position(e), e);
    } catch (IllegalArgumentException | DateTimeException e) {
      throw sidecar.unreadable(String.valueOf(e.getMessage()), e);
    }
  }

  private static String position(JsonProcessingException e) {
    return e.getLocation() == null ? "" : " near byte " + e.getLocation().getByteOffset();
  }

  private BackupException unreadable(String why, @Nullable Throwable cause) {
    return new BackupException(
        file,
        "sidecar cannot be read: " + why + ". Put the right file back, or remove the backup.",
        cause);
  }

  private void readAll(JsonParser json) throws IOException {
    require(json.nextToken() == JsonToken.START_OBJECT, "it is no JSON object");
    while (json.nextToken() == JsonToken.FIELD_NAME) {
      String field = json.currentName();
      json.nextToken();
      readField(field, json);
    }
    require(json.nextToken() == null, "there is more after its end");
  }

  private void readField(String field, JsonParser json) throws IOException {
    switch (field) {
      case "format" -> readFormat(json);
      case "id" -> id = text(json);
      case "name" -> name = text(json);
      case "source" -> source = text(json);
      case "created" -> created = text(json);
      case "fileCount" -> fileCount = number(json);
      case "totalBytes" -> totalBytes = number(json);
      case "archiveSize" -> archiveSize = number(json);
      case "archiveSha256" -> archiveSha256 = text(json);
      case "directories" -> readDirectories(json);
      case "files" -> readFiles(json);
      default -> json.skipChildren();
    }
  }

  /** It comes first in the file, so that nothing else of a newer format is looked at. */
  private void readFormat(JsonParser json) throws IOException {
    format = number(json);
    if (format > FORMAT) {
      throw new BackupException(
          file,
          "sidecar has format "
              + format
              + ", expected at most "
              + FORMAT
              + ". Use the newer version of this program that wrote it.");
    }
  }

  private static String text(JsonParser json) throws IOException {
    require(json.currentToken() == JsonToken.VALUE_STRING, json.currentName() + " is no text");
    return json.getText();
  }

  private static long number(JsonParser json) throws IOException {
    require(
        json.currentToken() == JsonToken.VALUE_NUMBER_INT, json.currentName() + " is no number");
    return json.getLongValue();
  }

  private void readDirectories(JsonParser json) throws IOException {
    require(json.currentToken() == JsonToken.START_ARRAY, "directories is no list");
    while (json.nextToken() != JsonToken.END_ARRAY) {
      require(json.currentToken() == JsonToken.VALUE_STRING, "a directory is no text");
      directories.add(json.getText());
    }
  }

  private void readFiles(JsonParser json) throws IOException {
    require(json.currentToken() == JsonToken.START_ARRAY, "files is no list");
    while (json.nextToken() != JsonToken.END_ARRAY) {
      require(json.currentToken() == JsonToken.START_OBJECT, "a file is no object");
      files.add(readFile(json));
    }
  }

  private static BackedUpFile readFile(JsonParser json) throws IOException {
    String path = null;
    Long size = null;
    String sha256 = null;
    while (json.nextToken() == JsonToken.FIELD_NAME) {
      String field = json.currentName();
      json.nextToken();
      switch (field) {
        case "path" -> path = text(json);
        case "size" -> size = number(json);
        case "sha256" -> sha256 = text(json);
        default -> json.skipChildren();
      }
    }
    return new BackedUpFile(
        present(path, "path"), present(size, "size"), present(sha256, "sha256"));
  }

  private Backup backup(BackupFiles of) {
    present(format, "format");
    requireSame("id", present(id, "id"), of.id());
    Backup backup =
        new Backup(
            of.id(),
            present(name, "name"),
            Path.of(present(source, "source")),
            of.archive(),
            present(archiveSize, "archiveSize"),
            present(archiveSha256, "archiveSha256"),
            Instant.parse(present(created, "created")),
            directories,
            files);
    requireSame("fileCount", present(fileCount, "fileCount"), (long) backup.fileCount());
    requireSame("totalBytes", present(totalBytes, "totalBytes"), backup.totalBytes());
    return backup;
  }

  private static <T> T present(@Nullable T value, String field) {
    if (value == null) {
      throw new IllegalArgumentException(field + " is missing");
    }
    return value;
  }

  private static void requireSame(String field, Object actual, Object expected) {
    require(actual.equals(expected), field + " is " + actual + ", expected " + expected);
  }

  private static void require(boolean fine, String what) {
    if (!fine) {
      throw new IllegalArgumentException(what);
    }
  }
}
