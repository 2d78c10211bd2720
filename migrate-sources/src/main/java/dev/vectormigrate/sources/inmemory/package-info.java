/**
 * Reads the JSON files that in-memory vector stores of libraries are saved to: Spring AI's {@code
 * SimpleVectorStore}, LangChain4j's {@code InMemoryEmbeddingStore} and LangChain's {@code
 * InMemoryVectorStore}. They differ in where a record's parts are, which {@code StoreFormat} alone
 * knows.
 */
@NullMarked
package dev.vectormigrate.sources.inmemory;

import org.jspecify.annotations.NullMarked;
