/** How a migration runs. Not for users: anything here may change without notice. */
@NullMarked
package dev.vectormigrate.internal;

import org.jspecify.annotations.NullMarked;
