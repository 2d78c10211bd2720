package dev.vectormigrate.sources.pickle;

import java.io.IOException;

/** Takes what is in one list or dictionary, item by item, so that it need not be held. */
public abstract class PickleSink {

  /** Whether {@link #number} is called for plain numbers, instead of {@link #item}. */
  protected boolean takesNumbers() {
    return false;
  }

  /** Takes a number of a list. */
  protected void number(double value) throws IOException {
    item(value);
  }

  /** Takes a number of a list. */
  protected void number(long value) throws IOException {
    item(value);
  }

  /** Takes an item of a list; may be another sink, whose content is complete then. */
  protected void item(Object value) throws IOException {
    throw new IOException("a list, expected a dictionary");
  }

  /** Takes an entry of a dictionary. */
  protected void entry(Object key, Object value) throws IOException {
    throw new IOException("a dictionary, expected a list");
  }
}
