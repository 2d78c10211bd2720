/** A command line over the public API: one class a command, and the options they share. */
@NullMarked
package dev.vectormigrate.cli;

import org.jspecify.annotations.NullMarked;
