/**
 * Reads the persistent directory of a Chroma vector database, versions 0.4.0 to 1.x, without
 * running Chroma.
 */
@NullMarked
package dev.vectormigrate.sources.chroma;

import org.jspecify.annotations.NullMarked;
