/**
 * Reads the directories of hand-made vector stores that keep one file of vectors and one of
 * metadata for each user and collection.
 */
@NullMarked
package dev.vectormigrate.sources.simplevectorstore;

import org.jspecify.annotations.NullMarked;
