/**
 * Shorter vectors: {@link dev.vectormigrate.reduce.Reduction} says which, {@link
 * dev.vectormigrate.reduce.PcaSample} fits a projection to vectors of the source, and {@link
 * dev.vectormigrate.reduce.Projection} is what an application keeps for its queries.
 */
@NullMarked
package dev.vectormigrate.reduce;

import org.jspecify.annotations.NullMarked;
