/**
 * Reads Python pickles as plain data. No class is loaded and no function called, whatever a file
 * asks for, and memory does not grow with the file.
 */
@NullMarked
package dev.vectormigrate.sources.pickle;

import org.jspecify.annotations.NullMarked;
