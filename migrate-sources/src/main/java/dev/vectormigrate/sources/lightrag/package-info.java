/**
 * Reads the working directory of LightRAG with its default storages: JSON for keys and values,
 * nano-vectordb for vectors, GraphML for the graph.
 */
@NullMarked
package dev.vectormigrate.sources.lightrag;

import org.jspecify.annotations.NullMarked;
