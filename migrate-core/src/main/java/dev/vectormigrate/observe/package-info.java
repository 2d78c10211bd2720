/** Ready-made listeners that tell metrics and traces what a run does. */
@NullMarked
package dev.vectormigrate.observe;

import org.jspecify.annotations.NullMarked;
