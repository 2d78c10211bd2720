package dev.vectormigrate.sources.pickle;

import dev.vectormigrate.sources.files.WorkDirectoryException;
import dev.vectormigrate.sources.numpy.ScratchFiles;
import dev.vectormigrate.sources.pickle.PickleContent.Kind;
import dev.vectormigrate.sources.pickle.PickleFrame.Streamed;
import dev.vectormigrate.sources.pickle.Pickled.Bytes;
import dev.vectormigrate.sources.pickle.Pickled.Constant;
import dev.vectormigrate.sources.pickle.Pickled.Dictionary;
import dev.vectormigrate.sources.pickle.Pickled.Name;
import dev.vectormigrate.sources.pickle.Pickled.Sequence;
import dev.vectormigrate.sources.pickle.Pickled.Sequence.Form;
import dev.vectormigrate.sources.pickle.Pickled.Text;
import java.io.IOException;
import java.math.BigInteger;
import java.util.ArrayDeque;
import java.util.ArrayList;
import java.util.Deque;
import java.util.List;
import org.jspecify.annotations.Nullable;

/**
 * Reads a pickle of protocol 2 to 5, as the Python module {@code pickle} writes it: a program for a
 * machine with a stack and a memo.
 *
 * <p>Only the opcodes that make plain data are known. Names of classes and functions are taken from
 * an allow-list and remain names: nothing is loaded or called. Every length is checked against the
 * rest of the file before it is believed; depth, stack and memo are bounded. Large lists and
 * dictionaries go to sinks, item by item. Of one thread.
 */
public final class PickleReader {

  private static final int MAX_DEPTH = 256;
  private static final long MAX_HELD = 1_000_000;
  private static final int MAX_NAME_BYTES = 512;
  private static final int MAX_INTEGER_BYTES = 1_024;

  private final PickleInput input;
  private final PickleContent content;
  private final PickleMemo memo;
  private final Deque<PickleFrame> frames = new ArrayDeque<>();
  private final PickleContent.Waiting waiting = new TopOfStack();
  private PickleFrame top = new PickleFrame(null, 0);
  private long held;
  private long memoized;

  /** Where the opcode stands that is being executed. */
  private long opcodeAt;

  private PickleReader(PickleInput input, PickleContent content, PickleMemo memo) {
    this.input = input;
    this.content = content;
    this.memo = memo;
    frames.push(top);
  }

  /**
   * Reads a pickle.
   *
   * @param scratch where references are kept that are too many for memory
   * @return what it holds; a sink where {@code content} chose one for it
   * @throws IOException if it is cut off, or holds anything else than {@code content} allows
   */
  public static Object read(PickleInput input, PickleContent content, ScratchFiles scratch)
      throws IOException {
    try (PickleMemo memo = new PickleMemo(() -> scratch.newFile("memo"))) {
      return new PickleReader(input, content, memo).run();
    }
  }

  private Object run() throws IOException {
    try {
      checkProtocol();
      int opcode = input.unsignedByte();
      while (opcode != '.') {
        opcodeAt = input.position() - 1;
        execute(opcode);
        opcode = input.unsignedByte();
      }
      opcodeAt = input.position() - 1;
      Object root = top.pop();
      if (frames.size() > 1 || !top.isEmpty()) {
        throw new IOException("more than one value at the end");
      }
      return PickleFrame.unwrapped(root);
    } catch (WorkDirectoryException e) {
      throw e;
    } catch (IOException e) {
      throw new IOException("%s: byte %d: %s".formatted(input.file(), opcodeAt, e.getMessage()), e);
    }
  }

  private void checkProtocol() throws IOException {
    if (input.remaining() < 2 || input.unsignedByte() != 0x80) {
      throw new IOException(
          "not a pickle of protocol 2 to 5, expected " + content.expected() + ". Check the file");
    }
    int protocol = input.unsignedByte();
    if (protocol < 2 || protocol > 5) {
      throw new IOException("pickle protocol " + protocol + ", expected 2 to 5");
    }
  }

  private void execute(int opcode) throws IOException {
    switch (opcode) {
      case 'G' -> number(input.bigEndianDouble());
      case 'K' -> number(input.unsignedByte());
      case 'M' -> number(input.littleEndian(2));
      case 'J' -> number(input.signedInt());
      case 0x8a -> bigNumber(input.unsignedByte());
      case 0x8b -> bigNumber(input.littleEndian(4));
      case 'N' -> push(Constant.NONE);
      case 0x88 -> push(true);
      case 0x89 -> push(false);
      case ']' -> container(Kind.LIST);
      case '}' -> container(Kind.DICTIONARY);
      case 0x8f -> container(Kind.SET);
      case '(' -> mark();
      case 'e', 0x90 -> addItems(false);
      case 'u' -> addItems(true);
      case 'a' -> append();
      case 's' -> setItem();
      case '0' -> top.pop();
      case '1' -> popMark();
      default -> executeRarer(opcode);
    }
  }

  private void executeRarer(int opcode) throws IOException {
    switch (opcode) {
      case 'X' -> text(input.littleEndian(4));
      case 0x8c -> text(input.unsignedByte());
      case 0x8d -> text(input.littleEndian(8));
      case 'C', 'U' -> bytes(input.unsignedByte());
      case 'B', 'T' -> bytes(input.littleEndian(4));
      case 0x8e, 0x96 -> bytes(input.littleEndian(8));
      case ')' -> push(new Sequence(Form.TUPLE, List.of()));
      case 't' -> push(new Sequence(Form.TUPLE, popMark()));
      case 0x91 -> push(new Sequence(Form.SET, popMark()));
      case 0x85 -> tuple(1);
      case 0x86 -> tuple(2);
      case 0x87 -> tuple(3);
      case 'q' -> memoize(input.unsignedByte());
      case 'r' -> memoize(input.littleEndian(4));
      case 0x94 -> memoize(memoized);
      case 'h' -> recall(input.unsignedByte());
      case 'j' -> recall(input.littleEndian(4));
      case 0x95 -> checkFrame(input.littleEndian(8));
      case 'c' -> name(input.line(MAX_NAME_BYTES), input.line(MAX_NAME_BYTES), "GLOBAL");
      case 0x93 -> stackName();
      case 'R' -> call(1, "REDUCE");
      case 0x81 -> call(1, "NEWOBJ");
      case 0x92 -> call(2, "NEWOBJ_EX");
      case 'b' -> fill();
      default -> throw refused("opcode 0x%02x".formatted(opcode));
    }
  }

  private IOException refused(String what) {
    return new IOException(
        what
            + ", expected "
            + content.expected()
            + ". Nothing of it was run; save the data in another format");
  }

  private void checkFrame(long length) throws IOException {
    if (length < 0 || length > input.remaining()) {
      throw new IOException(
          "frame of %d bytes, %d are left. The file is cut off; restore it from a backup"
              .formatted(length, input.remaining()));
    }
  }

  private void number(double value) throws IOException {
    PickleSink sink = top.numbers();
    if (sink == null) {
      push(value);
    } else {
      sink.number(value);
    }
  }

  private void number(long value) throws IOException {
    PickleSink sink = top.numbers();
    if (sink == null) {
      push(value);
    } else {
      sink.number(value);
    }
  }

  private void bigNumber(long length) throws IOException {
    if (length < 0 || length > MAX_INTEGER_BYTES) {
      throw new IOException(
          "number of %d bytes, expected at most %d".formatted(length, MAX_INTEGER_BYTES));
    }
    BigInteger value = input.bigInteger((int) length);
    if (value.bitLength() < Long.SIZE) {
      number(value.longValue());
    } else {
      push(value);
    }
  }

  private void text(long length) throws IOException {
    long start = input.position();
    input.skip(length);
    push(new Text(opcodeAt, start, length));
  }

  private void bytes(long length) throws IOException {
    long start = input.position();
    input.skip(length);
    push(new Bytes(opcodeAt, start, length, false));
  }

  private void container(Kind kind) throws IOException {
    PickleSink sink = content.sinkFor(kind, waiting);
    if (sink != null) {
      push(new Streamed(kind, sink));
    } else if (kind == Kind.DICTIONARY) {
      push(new Dictionary());
    } else {
      push(new Sequence(kind == Kind.SET ? Form.SET : Form.LIST, new ArrayList<>()));
    }
  }

  private void mark() throws IOException {
    if (frames.size() == MAX_DEPTH) {
      throw new IOException("more than " + MAX_DEPTH + " levels, expected fewer");
    }
    top = new PickleFrame(top.value(0), held);
    frames.push(top);
  }

  private List<Object> popMark() throws IOException {
    PickleFrame frame = popFrame();
    return frame.all();
  }

  private PickleFrame popFrame() throws IOException {
    if (frames.size() == 1) {
      throw new IOException("no mark");
    }
    PickleFrame frame = frames.pop();
    top = frames.element();
    return frame;
  }

  private void addItems(boolean pairs) throws IOException {
    PickleFrame frame = popFrame();
    if (frame.sink != null) {
      if (pairs != frame.dictionary) {
        throw new IOException("items of another kind than the container's");
      }
      frame.finish();
      release(frame.heldBefore);
      return;
    }
    List<Object> values = frame.all();
    if (pairs && values.size() % 2 != 0) {
      throw new IOException("a dictionary with half an entry");
    }
    for (int i = 0; i < values.size(); i += pairs ? 2 : 1) {
      add(frame.target, values.get(i), pairs ? values.get(i + 1) : null);
    }
  }

  private void append() throws IOException {
    Object value = top.pop();
    add(top.value(0), value, null);
  }

  private void setItem() throws IOException {
    Object value = top.pop();
    Object key = top.pop();
    add(top.value(0), key, value);
  }

  private void add(@Nullable Object target, Object first, @Nullable Object second)
      throws IOException {
    if (target instanceof Dictionary dictionary && second != null) {
      dictionary.put(first, second);
    } else if (target instanceof Sequence list && list.form() != Form.TUPLE && second == null) {
      list.items().add(first);
    } else if (target instanceof Streamed streamed) {
      addTo(streamed, first, second);
    } else {
      throw new IOException("an item of something that is no container");
    }
  }

  private static void addTo(Streamed target, Object first, @Nullable Object second)
      throws IOException {
    Object item = PickleFrame.unwrapped(first);
    if (second == null) {
      target.sink().item(item);
    } else {
      target.sink().entry(item, PickleFrame.unwrapped(second));
    }
  }

  private void push(Object value) throws IOException {
    held++;
    if (held > MAX_HELD) {
      throw new IOException("more than %d values held, expected fewer".formatted(MAX_HELD));
    }
    if (top.push(value)) {
      release(top.heldBefore);
    }
  }

  private void release(long heldBefore) {
    memo.itemDone(held - heldBefore);
    held = heldBefore;
  }

  private void tuple(int size) throws IOException {
    Object[] items = new Object[size];
    for (int i = size - 1; i >= 0; i--) {
      items[i] = top.pop();
    }
    push(new Sequence(Form.TUPLE, List.of(items)));
  }

  private void memoize(long index) throws IOException {
    Object value = top.value(0);
    if (value == null || index < 0 || index > input.position()) {
      throw new IOException("a memo of nothing");
    }
    memoized++;
    if (value instanceof Text text) {
      memo.putPlace(index, text.place());
    } else if (value instanceof Bytes bytes && !bytes.escaped()) {
      memo.putPlace(index, bytes.place());
    } else if (value instanceof Name || content.isSmall(value)) {
      memo.pin(index, value);
    } else {
      memo.hold(index, value);
    }
  }

  private void recall(long index) throws IOException {
    Object value = memo.get(index);
    if (value == Constant.FORGOTTEN) {
      long place = memo.place(index);
      value = place == 0 ? value : input.textOrBytesAt(place);
    }
    push(value);
  }

  private void name(String module, String name, String opcode) throws IOException {
    Name full = new Name(module, name);
    if (!content.allows(full)) {
      throw refused(opcode + " of " + full);
    }
    push(full);
  }

  private void stackName() throws IOException {
    Object name = top.pop();
    Object module = top.pop();
    if (!(name instanceof Text n) || !(module instanceof Text m)) {
      throw new IOException("a name that is no text");
    }
    name(input.read(m, MAX_NAME_BYTES), input.read(n, MAX_NAME_BYTES), "STACK_GLOBAL");
  }

  private void call(int argumentLists, String opcode) throws IOException {
    List<Object> arguments = new ArrayList<>();
    for (int i = 0; i < argumentLists; i++) {
      arguments.add(0, top.pop());
    }
    if (!(top.pop() instanceof Name name)) {
      throw refused(opcode + " of something that is no name");
    }
    boolean plain = argumentLists == 1 && arguments.get(0) instanceof Sequence;
    push(content.call(name, plain ? items(arguments.get(0)) : arguments, input));
  }

  private static List<Object> items(Object sequence) {
    return sequence instanceof Sequence s ? s.items() : List.of();
  }

  private void fill() throws IOException {
    Object state = top.pop();
    Object object = top.value(0);
    if (object == null || object instanceof Streamed) {
      throw new IOException("a state of something that has none");
    }
    content.fill(object, PickleFrame.unwrapped(state));
  }

  private final class TopOfStack implements PickleContent.Waiting {

    @Override
    public @Nullable Object target() {
      return top.target == null ? null : PickleFrame.unwrapped(top.target);
    }

    @Override
    public @Nullable Object value(int fromNewest) {
      Object value = top.value(fromNewest);
      return value == null ? null : PickleFrame.unwrapped(value);
    }

    @Override
    public boolean isEmpty() {
      return frames.size() == 1 && top.isEmpty();
    }
  }
}
