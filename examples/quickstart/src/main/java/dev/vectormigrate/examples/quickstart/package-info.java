/** A first migration, from a directory that comes with it into a database of its own. */
@NullMarked
package dev.vectormigrate.examples.quickstart;

import org.jspecify.annotations.NullMarked;
