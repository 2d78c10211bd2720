/** For tests of stores: a source in memory, and the contract that every source keeps. */
@NullMarked
package dev.vectormigrate.testkit;

import org.jspecify.annotations.NullMarked;
