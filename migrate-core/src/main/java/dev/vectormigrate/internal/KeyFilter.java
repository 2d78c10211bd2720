package dev.vectormigrate.internal;

import dev.vectormigrate.model.Digest;
import java.util.BitSet;

/**
 * Remembers keys in a fixed number of bits: it never forgets one, and may take another for one. (A
 * Bloom filter; the hashes are the key's own.)
 */
final class KeyFilter {

  private static final int HASHES = 4;

  private final int mask;
  private final BitSet bits;

  /**
   * @param bits a power of two
   */
  KeyFilter(int bits) {
    mask = bits - 1;
    this.bits = new BitSet(bits);
  }

  void add(Digest key) {
    for (int i = 0; i < HASHES; i++) {
      bits.set(bit(key, i));
    }
  }

  boolean mayContain(Digest key) {
    for (int i = 0; i < HASHES; i++) {
      if (!bits.get(bit(key, i))) {
        return false;
      }
    }
    return true;
  }

  private int bit(Digest key, int number) {
    long mixed = key.high() + number * key.low();
    return (int) (mixed >>> Integer.SIZE) & mask;
  }
}
