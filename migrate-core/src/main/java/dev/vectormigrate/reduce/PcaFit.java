package dev.vectormigrate.reduce;

import dev.vectormigrate.model.Distance;
import dev.vectormigrate.model.Vector;
import java.util.stream.IntStream;

/**
 * The components of a sample: the eigenvectors of the products of its dimensions with each other
 * or, where there are fewer vectors than dimensions, of its vectors with each other. Every number
 * is summed by one thread in one order, so that threads don't show in the result.
 */
final class PcaFit {

  /**
   * A direction counts if the variance along it is more than this part of the largest: below, it is
   * rounding of single precision floats.
   */
  private static final double LEAST_VARIANCE = 1e-10;

  /** What rounding leaves of the square of equal numbers after their mean was subtracted. */
  private static final double LEAST_OF_SQUARES = 1e-24;

  /** Lines that stay in a near cache while all their products are added; a multiple of eight. */
  private static final int BLOCK = 32;

  private final float[][] vectors;
  private final int dimension;
  private final int target;
  private final boolean centred;
  private final double[] mean;
  private final double[] origin;
  private final double[] scale;

  PcaFit(float[][] vectors, int target, Distance distance) {
    this.vectors = vectors;
    this.dimension = vectors[0].length;
    this.target = target;
    this.centred = distance == Distance.L2;
    this.mean = mean(vectors);
    this.origin = centred ? mean : new double[dimension];
    this.scale = new double[vectors.length];
    for (int i = 0; i < vectors.length; i++) {
      scale[i] = distance == Distance.COSINE ? 1 / Vector.wrap(vectors[i]).norm() : 1;
    }
  }

  private static double[] mean(float[][] vectors) {
    double[] mean = new double[vectors[0].length];
    for (float[] vector : vectors) {
      for (int i = 0; i < mean.length; i++) {
        mean[i] += vector[i];
      }
    }
    for (int i = 0; i < mean.length; i++) {
      mean[i] /= vectors.length;
    }
    return mean;
  }

  /** What is thrown where the sample spans too few directions. */
  interface TooFlat {
    IllegalStateException of(int vectors, int directions);
  }

  Projection projection(TooFlat tooFlat) {
    boolean byDimension = vectors.length >= dimension;
    double[] products = byDimension ? ofDimensions() : ofVectors();
    int order = byDimension ? dimension : vectors.length;
    double total = trace(products, order);
    SymmetricEigen eigen = SymmetricEigen.of(products, order, target);
    int directions = directions(eigen.values());
    if (directions < target) {
      throw tooFlat.of(vectors.length, directions);
    }
    double[][] rows = byDimension ? eigen.vectors() : toDimensions(eigen);
    double kept = 0;
    for (int i = 0; i < target; i++) {
      kept += eigen.values()[i];
    }
    double share = Math.min(1, kept / total);
    return Projection.pca(centred, share, floats(mean), parts(rows));
  }

  private static double trace(double[] products, int order) {
    double trace = 0;
    for (int i = 0; i < order; i++) {
      trace += products[i * order + i];
    }
    return trace;
  }

  private int directions(double[] values) {
    double least = Math.max(values[0] * LEAST_VARIANCE, LEAST_OF_SQUARES * squares());
    int count = 0;
    while (count < values.length && values[count] > least) {
      count++;
    }
    return count;
  }

  private double squares() {
    double squares = 0;
    for (int i = 0; i < vectors.length; i++) {
      double length = Vector.wrap(vectors[i]).norm() * scale[i];
      squares += length * length;
    }
    return squares;
  }

  private double value(int vector, int component) {
    return (vectors[vector][component] - origin[component]) * scale[vector];
  }

  private double[] ofDimensions() {
    return products(vectors.length, dimension, this::value);
  }

  private double[] ofVectors() {
    return products(dimension, vectors.length, (component, vector) -> value(vector, component));
  }

  private interface Values {
    double at(int line, int column);
  }

  /** The products of columns with each other, summed over all lines. */
  private static double[] products(int lines, int columns, Values values) {
    double[] products = new double[Math.multiplyExact(columns, columns)];
    double[][] block = new double[BLOCK][columns];
    for (int from = 0; from < lines; from += BLOCK) {
      int start = from;
      IntStream.range(0, BLOCK).parallel().forEach(b -> fill(block[b], start + b, lines, values));
      IntStream.range(0, columns).parallel().forEach(row -> add(products, row, block));
    }
    for (int row = 0; row < columns; row++) {
      for (int column = 0; column < row; column++) {
        products[row * columns + column] = products[column * columns + row];
      }
    }
    return products;
  }

  /** A line after the last is one of zeros, which add nothing. */
  private static void fill(double[] into, int line, int lines, Values values) {
    for (int column = 0; column < into.length; column++) {
      into[column] = line < lines ? values.at(line, column) : 0;
    }
  }

  private static void add(double[] products, int row, double[][] block) {
    int columns = block[0].length;
    double[] factors = new double[BLOCK];
    for (int b = 0; b < BLOCK; b++) {
      factors[b] = block[b][row];
    }
    for (int b = 0; b < BLOCK; b += 8) {
      addEight(products, row * columns, row, columns, block, b, factors);
    }
  }

  /** In the form that the compiler turns into vector instructions, which keep the order. */
  private static void addEight(
      double[] sums, int offset, int from, int to, double[][] lines, int at, double[] factors) {
    double[] l0 = lines[at];
    double[] l1 = lines[at + 1];
    double[] l2 = lines[at + 2];
    double[] l3 = lines[at + 3];
    double[] l4 = lines[at + 4];
    double[] l5 = lines[at + 5];
    double[] l6 = lines[at + 6];
    double[] l7 = lines[at + 7];
    double f0 = factors[at];
    double f1 = factors[at + 1];
    double f2 = factors[at + 2];
    double f3 = factors[at + 3];
    double f4 = factors[at + 4];
    double f5 = factors[at + 5];
    double f6 = factors[at + 6];
    double f7 = factors[at + 7];
    for (int i = from; i < to; i++) {
      sums[offset + i] +=
          ((f0 * l0[i] + f1 * l1[i]) + (f2 * l2[i] + f3 * l3[i]))
              + ((f4 * l4[i] + f5 * l5[i]) + (f6 * l6[i] + f7 * l7[i]));
    }
  }

  /** From combinations of the sample's vectors to the directions that they are. */
  private double[][] toDimensions(SymmetricEigen eigen) {
    double[][] lines = new double[(vectors.length + 7) / 8 * 8][target];
    for (int j = 0; j < target; j++) {
      double length = Math.sqrt(eigen.values()[j]);
      for (int v = 0; v < vectors.length; v++) {
        lines[v][j] = eigen.vectors()[j][v] / length;
      }
    }
    double[][] rows = new double[target][dimension];
    IntStream.range(0, dimension).parallel().forEach(i -> combine(rows, i, lines));
    return rows;
  }

  private void combine(double[][] rows, int component, double[][] lines) {
    double[] factors = new double[lines.length];
    for (int v = 0; v < vectors.length; v++) {
      factors[v] = value(v, component);
    }
    double[] sums = new double[target];
    for (int at = 0; at < lines.length; at += 8) {
      addEight(sums, 0, 0, target, lines, at, factors);
    }
    for (int j = 0; j < target; j++) {
      rows[j][component] = sums[j];
    }
  }

  /** Turned so that the largest number of each is positive: an eigenvector has no sign. */
  private static float[][] parts(double[][] rows) {
    float[][] parts = new float[rows[0].length][rows.length];
    for (int j = 0; j < rows.length; j++) {
      double sign = Math.signum(largest(rows[j]));
      for (int i = 0; i < parts.length; i++) {
        parts[i][j] = (float) (sign * rows[j][i]);
      }
    }
    return parts;
  }

  private static double largest(double[] row) {
    double largest = 0;
    for (double value : row) {
      largest = Math.abs(value) > Math.abs(largest) ? value : largest;
    }
    return largest;
  }

  private static float[] floats(double[] values) {
    float[] floats = new float[values.length];
    for (int i = 0; i < values.length; i++) {
      floats[i] = (float) values[i];
    }
    return floats;
  }
}
