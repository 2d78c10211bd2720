/** Ready-made layouts: the tables that applications and frameworks read. */
@NullMarked
package dev.vectormigrate.layout;

import org.jspecify.annotations.NullMarked;
