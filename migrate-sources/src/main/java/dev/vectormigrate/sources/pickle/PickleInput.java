package dev.vectormigrate.sources.pickle;

import dev.vectormigrate.sources.files.FileWindow;
import dev.vectormigrate.sources.numpy.ScratchWriter;
import dev.vectormigrate.sources.pickle.Pickled.Bytes;
import dev.vectormigrate.sources.pickle.Pickled.Text;
import java.io.Closeable;
import java.io.EOFException;
import java.io.IOException;
import java.math.BigInteger;
import java.nio.ByteBuffer;
import java.nio.ByteOrder;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.HashMap;
import java.util.List;
import java.util.Map;

/** The bytes of a pickle: from its start on, and again wherever a text or bytes are wanted. */
public final class PickleInput implements Closeable {

  private static final int BLOCK = 1 << 16;

  /** The keys of dictionaries occur early, and again and again. */
  private static final int MAX_CACHED = 4_096;

  private static final int MAX_CACHED_BYTES = 256;

  private final Map<Long, String> cache = new HashMap<>();
  private final Map<Long, Object> places = new HashMap<>();
  private final Path file;
  private final Parts blocks;
  private final Parts parts;
  private final List<FileWindow> open;
  private final long size;
  private ByteBuffer block = ByteBuffer.allocate(0);
  private long blockStart;

  /** Gives a part at the position of a big-endian buffer, which is valid until the next one. */
  private interface Parts {
    ByteBuffer at(long offset, int length) throws IOException;
  }

  /** Opens a pickle. */
  public PickleInput(Path file) throws IOException {
    FileWindow ahead = new FileWindow(file, BLOCK);
    FileWindow anywhere = new FileWindow(file, BLOCK);
    this.file = file;
    this.size = Files.size(file);
    this.blocks = ahead::at;
    this.parts = anywhere::at;
    this.open = List.of(ahead, anywhere);
  }

  /**
   * A pickle in memory, which must not change.
   *
   * @param file that it is from, for messages
   */
  public PickleInput(Path file, byte[] pickle) {
    this.file = file;
    this.size = pickle.length;
    this.blocks = (offset, length) -> partOf(pickle, offset, length);
    this.parts = blocks;
    this.open = List.of();
  }

  private static ByteBuffer partOf(byte[] pickle, long offset, int length) throws IOException {
    if (offset < 0 || offset + length > pickle.length) {
      throw new EOFException("ends early, at byte " + pickle.length);
    }
    return ByteBuffer.wrap(pickle).position((int) offset);
  }

  /** The pickle. */
  public Path file() {
    return file;
  }

  long position() {
    return blockStart + block.position();
  }

  long remaining() {
    return size - position();
  }

  private ByteBuffer require(int bytes) throws IOException {
    if (block.remaining() < bytes) {
      long at = position();
      if (size - at < bytes) {
        throw new EOFException("ends early, at byte " + size);
      }
      int length = (int) Math.min(BLOCK, size - at);
      block = blocks.at(at, length).slice().limit(length);
      blockStart = at;
    }
    return block;
  }

  int unsignedByte() throws IOException {
    return require(1).get() & 0xFF;
  }

  double bigEndianDouble() throws IOException {
    return require(Double.BYTES).getDouble();
  }

  long littleEndian(int bytes) throws IOException {
    ByteBuffer from = require(bytes);
    long value = 0;
    for (int i = 0; i < bytes; i++) {
      value |= (from.get() & 0xFFL) << (8 * i);
    }
    return value;
  }

  long signedInt() throws IOException {
    return Integer.reverseBytes(require(Integer.BYTES).getInt());
  }

  byte[] bytes(int length) throws IOException {
    byte[] bytes = new byte[length];
    require(length).get(bytes);
    return bytes;
  }

  String line(int most) throws IOException {
    StringBuilder line = new StringBuilder();
    int next = unsignedByte();
    while (next != '\n') {
      if (line.length() == most) {
        throw new IOException("a name of more than " + most + " bytes");
      }
      line.append((char) next);
      next = unsignedByte();
    }
    return line.toString();
  }

  void skip(long length) throws IOException {
    if (length < 0 || length > remaining()) {
      throw new EOFException(
          "%d bytes of text or data, %d are left".formatted(length, remaining()));
    }
    if (length <= block.remaining()) {
      block.position(block.position() + (int) length);
    } else {
      blockStart = position() + length;
      block = ByteBuffer.allocate(0);
    }
  }

  private ByteBuffer part(long offset, int length) throws IOException {
    if (offset >= blockStart && offset + length <= blockStart + block.limit()) {
      return block.duplicate().position((int) (offset - blockStart));
    }
    return parts.at(offset, length);
  }

  /** Finds the text or the bytes again whose opcode stands at the given byte. */
  Object textOrBytesAt(long opcodeAt) throws IOException {
    Object known = places.get(opcodeAt);
    if (known != null) {
      return known;
    }
    Object found = findTextOrBytesAt(opcodeAt);
    if (places.size() < MAX_CACHED) {
      places.put(opcodeAt, found);
    }
    return found;
  }

  private Object findTextOrBytesAt(long opcodeAt) throws IOException {
    int length = (int) Math.min(1 + Long.BYTES, size - opcodeAt);
    ByteBuffer start = part(opcodeAt, length);
    int opcode = start.get() & 0xFF;
    int lengthBytes =
        switch (opcode) {
          case 0x8c, 'C', 'U' -> 1;
          case 'X', 'B', 'T' -> 4;
          default -> 8;
        };
    long bytes = 0;
    for (int i = 0; i < lengthBytes; i++) {
      bytes |= (start.get() & 0xFFL) << (8 * i);
    }
    long at = opcodeAt + 1 + lengthBytes;
    boolean text = opcode == 'X' || opcode == 0x8c || opcode == 0x8d;
    return text ? new Text(opcodeAt, at, bytes) : new Bytes(opcodeAt, at, bytes, false);
  }

  /**
   * Reads a text.
   *
   * @param most bytes that it may take
   * @throws IOException if it is longer or not UTF-8; lone surrogates are read as they are
   */
  public String read(Text text, int most) throws IOException {
    boolean often = text.length() <= MAX_CACHED_BYTES && text.offset() < blockStart;
    String known = often ? cache.get(text.offset()) : null;
    if (known != null && text.length() <= most) {
      return known;
    }
    String decoded = PythonText.decode(read(text.offset(), text.length(), most));
    if (often && cache.size() < MAX_CACHED) {
      cache.put(text.offset(), decoded);
    }
    return decoded;
  }

  /**
   * Reads bytes.
   *
   * @param most bytes that they may take in the file
   */
  public byte[] read(Bytes bytes, int most) throws IOException {
    byte[] stored = read(bytes.offset(), bytes.length(), most);
    return bytes.escaped() ? PythonText.unescape(stored, stored.length) : stored;
  }

  private byte[] read(long offset, long length, int most) throws IOException {
    if (length > most) {
      throw new IOException("%d bytes, expected at most %d".formatted(length, most));
    }
    byte[] bytes = new byte[(int) length];
    part(offset, bytes.length).get(bytes);
    return bytes;
  }

  /** Copies bytes to a scratch file, as they are meant. */
  public void copy(Bytes bytes, ScratchWriter target) throws IOException {
    long at = bytes.offset();
    long end = at + bytes.length();
    while (at < end) {
      byte[] stored = new byte[(int) Math.min(BLOCK, end - at)];
      parts.at(at, stored.length).get(stored);
      int used = bytes.escaped() ? PythonText.completeLength(stored) : stored.length;
      if (used == 0) {
        throw new IOException("bytes cut off inside a character");
      }
      byte[] meant = bytes.escaped() ? PythonText.unescape(stored, used) : stored;
      target.write(meant, meant.length);
      at += used;
    }
  }

  /** Reads a number of two's complement and any length, least significant byte first. */
  BigInteger bigInteger(int length) throws IOException {
    byte[] bytes = bytes(length);
    ByteBuffer reversed = ByteBuffer.allocate(length).order(ByteOrder.BIG_ENDIAN);
    for (int i = length - 1; i >= 0; i--) {
      reversed.put(bytes[i]);
    }
    return length == 0 ? BigInteger.ZERO : new BigInteger(reversed.array());
  }

  @Override
  public void close() throws IOException {
    for (FileWindow window : open) {
      window.close();
    }
  }
}
