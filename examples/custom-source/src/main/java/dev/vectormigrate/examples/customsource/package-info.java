/** An application that migrates a store that only it knows. */
@NullMarked
package dev.vectormigrate.examples.customsource;

import org.jspecify.annotations.NullMarked;
