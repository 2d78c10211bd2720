package dev.vectormigrate.sources.faiss;

import dev.vectormigrate.model.Json;
import dev.vectormigrate.sources.files.FileWindow;
import dev.vectormigrate.sources.numpy.ScratchWriter;
import java.io.IOException;
import java.nio.ByteBuffer;
import java.nio.charset.StandardCharsets;
import org.jspecify.annotations.Nullable;

/**
 * A document as it waits in a scratch file: its text and metadata, or why it cannot be moved.
 *
 * @param problem null where it can be moved
 * @param text null where it has none
 * @param metadata null where it cannot be moved
 */
record StoredDocument(@Nullable String problem, @Nullable String text, @Nullable Json metadata) {

  private static final int NONE = -1;

  static StoredDocument refused(String problem) {
    return new StoredDocument(problem, null, null);
  }

  void writeTo(ScratchWriter out) throws IOException {
    write(out, problem == null ? null : problem.getBytes(StandardCharsets.UTF_8));
    write(out, text == null ? null : text.getBytes(StandardCharsets.UTF_8));
    write(out, metadata == null ? null : metadata.utf8());
  }

  private static void write(ScratchWriter out, byte @Nullable [] bytes) throws IOException {
    out.writeInt(bytes == null ? NONE : bytes.length);
    if (bytes != null) {
      out.write(bytes, bytes.length);
    }
  }

  static StoredDocument readAt(FileWindow in, long offset) throws IOException {
    Parts parts = new Parts(in, offset);
    String problem = parts.text();
    String text = parts.text();
    byte[] metadata = parts.next();
    return new StoredDocument(problem, text, metadata == null ? null : Json.parse(metadata));
  }

  private static final class Parts {

    private final FileWindow in;
    private long offset;

    Parts(FileWindow in, long offset) {
      this.in = in;
      this.offset = offset;
    }

    byte @Nullable [] next() throws IOException {
      int length = in.at(offset, Integer.BYTES).getInt();
      offset += Integer.BYTES;
      if (length == NONE) {
        return null;
      }
      byte[] bytes = new byte[length];
      ByteBuffer part = in.at(offset, length);
      part.get(bytes);
      offset += length;
      return bytes;
    }

    @Nullable String text() throws IOException {
      byte[] bytes = next();
      return bytes == null ? null : new String(bytes, StandardCharsets.UTF_8);
    }
  }
}
