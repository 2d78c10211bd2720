package dev.vectormigrate.sources.nanovectordb;

import java.io.ByteArrayOutputStream;
import java.nio.ByteBuffer;
import java.nio.ByteOrder;
import java.util.ArrayList;
import java.util.Base64;
import java.util.List;
import java.util.zip.DeflaterOutputStream;

/** The text of a small file as nano-vectordb and LightRAG write it. */
final class VectorFileText {

  private final List<String> records = new ArrayList<>();
  private final ByteArrayOutputStream matrix = new ByteArrayOutputStream();
  private String dimension = "\"embedding_dim\": 2, ";

  static String base64(float... components) {
    ByteBuffer bytes = ByteBuffer.allocate(4 * components.length).order(ByteOrder.LITTLE_ENDIAN);
    bytes.asFloatBuffer().put(components);
    return Base64.getEncoder().encodeToString(bytes.array());
  }

  /** What LightRAG writes as {@code vector}, of the bits of half precision floats. */
  static String compressed(int... halves) throws Exception {
    ByteArrayOutputStream bytes = new ByteArrayOutputStream();
    try (DeflaterOutputStream zlib = new DeflaterOutputStream(bytes)) {
      for (int half : halves) {
        zlib.write(half);
        zlib.write(half >> 8);
      }
    }
    return Base64.getEncoder().encodeToString(bytes.toByteArray());
  }

  VectorFileText record(String json) {
    records.add(json);
    return this;
  }

  VectorFileText row(float... components) {
    matrix.writeBytes(Base64.getDecoder().decode(base64(components)));
    return this;
  }

  VectorFileText dimension(String member) {
    dimension = member;
    return this;
  }

  String matrix() {
    return Base64.getEncoder().encodeToString(matrix.toByteArray());
  }

  @Override
  public String toString() {
    String data = String.join(", ", records);
    return "{%s\"data\": [%s], \"matrix\": \"%s\"}".formatted(dimension, data, matrix());
  }
}
