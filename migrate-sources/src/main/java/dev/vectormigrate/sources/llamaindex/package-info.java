/** Reads the folder that LlamaIndex persists its simple stores to: vectors joined with nodes. */
@NullMarked
package dev.vectormigrate.sources.llamaindex;

import org.jspecify.annotations.NullMarked;
