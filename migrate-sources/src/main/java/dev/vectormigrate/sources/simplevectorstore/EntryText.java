package dev.vectormigrate.sources.simplevectorstore;

import java.io.BufferedInputStream;
import java.io.IOException;
import java.io.InputStream;
import java.nio.channels.Channels;
import java.nio.channels.SeekableByteChannel;
import java.nio.file.Files;
import java.nio.file.Path;

/** The JSON text of metadata, wherever it comes from. Immutable; holds nothing open. */
interface EntryText {

  /** The text from one of its bytes on; the caller closes it. */
  InputStream from(long offset) throws IOException;

  /** The text of a file that is not encrypted. */
  static EntryText of(Path file) {
    return offset -> {
      SeekableByteChannel channel = Files.newByteChannel(file);
      channel.position(offset);
      return new BufferedInputStream(Channels.newInputStream(channel), 1 << 16);
    };
  }
}
