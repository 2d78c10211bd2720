/**
 * For tests of stores: a source and a target in memory, a target that fails where a test wants it
 * to, and the contract that every source keeps.
 */
@NullMarked
package dev.vectormigrate.testkit;

import org.jspecify.annotations.NullMarked;
