package dev.vectormigrate.reduce;

import java.util.Comparator;
import java.util.stream.IntStream;
import org.ejml.data.DMatrixRMaj;
import org.ejml.dense.row.factory.DecompositionFactory_DDRM;
import org.ejml.interfaces.decomposition.EigenDecomposition_F64;

/**
 * The largest eigenvalues of a symmetric matrix, largest first, with their vectors of the length 1.
 */
final class SymmetricEigen {

  private final double[] values;
  private final double[][] vectors;

  private SymmetricEigen(double[] values, double[][] vectors) {
    this.values = values;
    this.vectors = vectors;
  }

  /** As many as were asked for; not to be changed. */
  double[] values() {
    return values;
  }

  /** One for each of the values; not to be changed. */
  double[][] vectors() {
    return vectors;
  }

  /**
   * @param matrix row by row, not needed any more
   * @param order its rows
   * @param count how many eigenvalues
   */
  static SymmetricEigen of(double[] matrix, int order, int count) {
    EigenDecomposition_F64<DMatrixRMaj> eigen = DecompositionFactory_DDRM.eig(order, true, true);
    if (!eigen.decompose(DMatrixRMaj.wrap(order, order, matrix))) {
      throw new IllegalStateException(
          "PCA: the eigenvalues of the sample don't converge. Take another size of the sample.");
    }
    int[] largest =
        IntStream.range(0, order)
            .boxed()
            .sorted(Comparator.comparingDouble(i -> -eigen.getEigenvalue(i).real))
            .limit(count)
            .mapToInt(Integer::intValue)
            .toArray();
    return new SymmetricEigen(
        IntStream.of(largest).mapToDouble(i -> eigen.getEigenvalue(i).real).toArray(),
        IntStream.of(largest).mapToObj(i -> eigen.getEigenVector(i).data).toArray(double[][]::new));
  }
}
