/** An application that migrates at its start, with what AWS knows of its database and its user. */
@NullMarked
package dev.vectormigrate.examples.aws;

import org.jspecify.annotations.NullMarked;
