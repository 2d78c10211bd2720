/**
 * Reads Chroma vector databases: the persistent directory of versions 0.4.0 to 1.x, without running
 * Chroma, and servers over HTTP.
 */
@NullMarked
package dev.vectormigrate.sources.chroma;

import org.jspecify.annotations.NullMarked;
