/** Reads the folders that LangChain saves its FAISS vector store to. */
@NullMarked
package dev.vectormigrate.sources.faiss;

import org.jspecify.annotations.NullMarked;
