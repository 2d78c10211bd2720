/**
 * Files that NumPy writes: arrays in {@code .npy} and archives of them in {@code .npz}. Nothing
 * here runs code of a file, and no array is held in memory.
 */
@NullMarked
package dev.vectormigrate.sources.numpy;

import org.jspecify.annotations.NullMarked;
