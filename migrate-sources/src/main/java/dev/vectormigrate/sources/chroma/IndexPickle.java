package dev.vectormigrate.sources.chroma;

import dev.vectormigrate.sources.files.FileWindow;
import java.io.EOFException;
import java.io.IOException;
import java.nio.charset.StandardCharsets;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.ArrayDeque;
import java.util.Arrays;
import java.util.Deque;
import org.jspecify.annotations.Nullable;

/**
 * Streams {@code index_metadata.pickle}, which says which element of the vector index belongs to
 * which id. Not thread-safe.
 *
 * <p>Chroma 0.4.0 to 0.6.3 pickles an instance of its class {@code PersistentData} (protocol 4 or
 * 5), 1.x a plain dictionary (protocol 3). Only the opcodes these need are known; any other one is
 * an error and nothing is ever instantiated. Of the dictionaries, {@code id_to_label} is passed on
 * entry by entry and the others are skipped without being stored, so that memory does not grow with
 * the file.
 */
final class IndexPickle {

  /** Takes the entries of {@code id_to_label}. */
  interface Entries {
    void accept(byte[] idUtf8, long label) throws IOException;
  }

  /** The file ends early or holds something that Chroma does not write there. */
  static final class DamagedException extends IOException {

    private static final long serialVersionUID = 1L;

    DamagedException(String message) {
      super(message);
    }
  }

  private enum Thing {
    NONE,
    CLASS,
    EMPTY_TUPLE,
    OBJECT,
    OTHER,
    STATE,
    ID_TO_LABEL,
    SKIPPED;

    boolean isDictionary() {
      return this == STATE || this == ID_TO_LABEL || this == SKIPPED;
    }
  }

  /** What stands on the stack above one mark; complete pairs go to the target dictionary. */
  private static final class Frame {

    private final Thing target;
    private final Deque<Object> items = new ArrayDeque<>(8);

    Frame(Thing target) {
      this.target = target;
    }
  }

  /** One pair may wait below a second one that SETITEM claims for a dictionary of its own. */
  private static final int PENDING_ITEMS = 4;

  private static final int MAX_DEPTH = 8;
  private static final int USUAL_STRING_BYTES = 256;
  private static final int MAX_STRING_BYTES = 16 << 20;
  private static final int MEMO_ENTRIES = 1024;
  private static final int MEMO_STRING_BYTES = 256;

  private static final byte[] MODULE = ascii("chromadb.segment.impl.vector.local_persistent_hnsw");
  private static final byte[] CLASS_NAME = ascii("PersistentData");
  private static final byte[] ID_TO_LABEL = ascii("id_to_label");
  private static final byte[] MAX_SEQ_ID = ascii("max_seq_id");

  private final FileWindow in;
  private final long size;
  private final Entries entries;
  private final Deque<Frame> frames = new ArrayDeque<>();
  private final @Nullable Object[] memo = new @Nullable Object[MEMO_ENTRIES];
  private long memoized;
  private long position;
  private long maxSeqId = -1;

  private IndexPickle(FileWindow in, long size, Entries entries) {
    this.in = in;
    this.size = size;
    this.entries = entries;
  }

  /**
   * Reads the whole file.
   *
   * @return the attribute {@code max_seq_id}, the last queue entry the index contains, or -1 where
   *     the file has none
   * @throws DamagedException if it is cut off or not what Chroma writes
   */
  static long read(Path file, Entries entries) throws IOException {
    try (FileWindow in = new FileWindow(file, USUAL_STRING_BYTES)) {
      IndexPickle pickle = new IndexPickle(in, Files.size(file), entries);
      pickle.run();
      return pickle.maxSeqId;
    } catch (EOFException e) {
      throw new DamagedException("ends early");
    }
  }

  private void run() throws IOException {
    frames.push(new Frame(Thing.OTHER));
    if (unsignedByte() != 0x80) {
      throw damaged("no pickle header");
    }
    checkProtocol(unsignedByte());
    int opcode = unsignedByte();
    while (opcode != '.') {
      execute(opcode);
      opcode = unsignedByte();
    }
    if (frames.size() != 1 || !holdsState()) {
      throw damaged("stops without its state");
    }
  }

  private void checkProtocol(int protocol) throws DamagedException {
    if (protocol < 2 || protocol > 5) {
      throw damaged("pickle protocol " + protocol + ", expected 2 to 5");
    }
  }

  private boolean holdsState() {
    Object result = top().items.peekLast();
    return top().items.size() == 1 && (result == Thing.STATE || result == Thing.OBJECT);
  }

  private void execute(int opcode) throws IOException {
    switch (opcode) {
      case 0x95 -> frame();
      case 0x8c -> pushString(unsignedByte());
      case 'X' -> pushString(littleEndian(4));
      case 0x8d -> pushString(littleEndian(8));
      case 'K' -> push((long) unsignedByte());
      case 'M' -> push(littleEndian(2));
      case 'J' -> push((long) (int) littleEndian(4));
      case 0x8a -> push(longOf(unsignedByte()));
      case 'N' -> push(Thing.NONE);
      case ')' -> push(Thing.EMPTY_TUPLE);
      case '}' -> push(dictionary());
      case '(' -> mark();
      case 'u' -> setItems();
      case 's' -> setItem();
      case 'b' -> build();
      case 0x81 -> newObject();
      case 0x93 -> classReference();
      case 0x94 -> memoize(memoized);
      case 'q' -> memoize(unsignedByte());
      case 'r' -> memoize(littleEndian(4));
      case 'h' -> push(remembered(unsignedByte()));
      case 'j' -> push(remembered(littleEndian(4)));
      default -> throw damaged("opcode 0x%02x, which Chroma does not write".formatted(opcode));
    }
  }

  private void frame() throws IOException {
    long length = littleEndian(8);
    if (length < 0 || length > size - position) {
      throw damaged("frame of " + length + " bytes, " + (size - position) + " are left");
    }
  }

  private void pushString(long length) throws IOException {
    if (length < 0 || length > size - position) {
      throw damaged("text of " + length + " bytes, " + (size - position) + " are left");
    }
    if (top().target == Thing.SKIPPED) {
      position += length;
      push(Thing.OTHER);
    } else {
      push(bytes(length));
    }
  }

  private byte[] bytes(long length) throws IOException {
    if (length > MAX_STRING_BYTES) {
      throw damaged("text of " + length + " bytes, expected at most " + MAX_STRING_BYTES);
    }
    byte[] text = new byte[(int) length];
    in.at(position, text.length).get(text);
    position += length;
    return text;
  }

  private Thing dictionary() {
    if (frames.size() == 1) {
      return Thing.STATE;
    }
    boolean wanted =
        top().target == Thing.STATE
            && top().items.peekLast() instanceof byte[] key
            && Arrays.equals(key, ID_TO_LABEL);
    return wanted ? Thing.ID_TO_LABEL : Thing.SKIPPED;
  }

  private void mark() throws DamagedException {
    Object target = top().items.peekLast();
    if (!(target instanceof Thing thing) || !thing.isDictionary() || frames.size() == MAX_DEPTH) {
      throw damaged("a mark outside a dictionary");
    }
    frames.push(new Frame(thing));
  }

  private void setItems() throws IOException {
    Frame frame = frames.pop();
    if (frames.isEmpty() || frame.items.size() % 2 != 0) {
      throw damaged("a dictionary with half an entry");
    }
    while (!frame.items.isEmpty()) {
      setFirst(frame);
    }
  }

  private void setFirst(Frame frame) throws IOException {
    Object key = frame.items.removeFirst();
    set(frame.target, key, frame.items.removeFirst());
  }

  private void setItem() throws IOException {
    Object value = pop();
    Object key = pop();
    if (!(top().items.peekLast() instanceof Thing target) || !target.isDictionary()) {
      throw damaged("an entry outside a dictionary");
    }
    set(target, key, value);
  }

  private void set(Thing target, Object key, Object value) throws IOException {
    if (target == Thing.ID_TO_LABEL) {
      if (!(key instanceof byte[] id) || !(value instanceof Long label)) {
        throw damaged("an entry of id_to_label that is not text and a number");
      }
      entries.accept(id, label);
    } else if (target == Thing.STATE && isMaxSeqId(key) && value instanceof Long seqId) {
      maxSeqId = seqId;
    }
  }

  private static boolean isMaxSeqId(Object key) {
    return key instanceof byte[] name && Arrays.equals(name, MAX_SEQ_ID);
  }

  private void build() throws DamagedException {
    if (pop() != Thing.STATE || top().items.peekLast() != Thing.OBJECT) {
      throw damaged("a state without an object");
    }
  }

  private void newObject() throws IOException {
    if (pop() != Thing.EMPTY_TUPLE || pop() != Thing.CLASS) {
      throw damaged("an object of something else than a class");
    }
    push(Thing.OBJECT);
  }

  private void classReference() throws IOException {
    Object name = pop();
    Object module = pop();
    boolean known =
        name instanceof byte[] n
            && module instanceof byte[] m
            && Arrays.equals(n, CLASS_NAME)
            && Arrays.equals(m, MODULE);
    if (!known) {
      throw damaged("a class other than PersistentData");
    }
    push(Thing.CLASS);
  }

  /** Ids are memoized too, but only short early strings are ever referred to where it matters. */
  private void memoize(long index) throws DamagedException {
    Object item = top().items.peekLast();
    if (item == null) {
      throw damaged("a memo of nothing");
    }
    memoized++;
    if (index < MEMO_ENTRIES && item instanceof byte[] text && text.length <= MEMO_STRING_BYTES) {
      memo[(int) index] = text;
    }
  }

  private Object remembered(long index) {
    Object item = index < MEMO_ENTRIES ? memo[(int) index] : null;
    return item == null ? Thing.OTHER : item;
  }

  private Frame top() {
    return frames.element();
  }

  private void push(Object item) throws IOException {
    Frame frame = top();
    if (frame.items.size() == PENDING_ITEMS) {
      if (!frame.target.isDictionary()) {
        throw damaged("more on the stack than Chroma puts there");
      }
      setFirst(frame);
    }
    frame.items.addLast(item);
  }

  private Object pop() throws DamagedException {
    Object item = top().items.pollLast();
    if (item == null) {
      throw damaged("an empty stack");
    }
    return item;
  }

  private int unsignedByte() throws IOException {
    int value = in.at(position, 1).get() & 0xff;
    position++;
    return value;
  }

  private long littleEndian(int length) throws IOException {
    long value = 0;
    for (int i = 0; i < length; i++) {
      value |= (long) unsignedByte() << (8 * i);
    }
    return value;
  }

  private long longOf(int length) throws IOException {
    if (length > Long.BYTES) {
      throw damaged("a number of " + length + " bytes, expected at most 8");
    }
    int unused = Long.SIZE - 8 * length;
    return length == 0 ? 0 : littleEndian(length) << unused >> unused;
  }

  private DamagedException damaged(String what) {
    return new DamagedException(what + " at byte " + position);
  }

  private static byte[] ascii(String text) {
    return text.getBytes(StandardCharsets.US_ASCII);
  }
}
