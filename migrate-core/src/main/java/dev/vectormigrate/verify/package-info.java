/** Ready-made verifiers. */
@NullMarked
package dev.vectormigrate.verify;

import org.jspecify.annotations.NullMarked;
