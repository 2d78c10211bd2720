/** Reads the JSON files of nano-vectordb, also as LightRAG and nano-graphrag write them. */
@NullMarked
package dev.vectormigrate.sources.nanovectordb;

import org.jspecify.annotations.NullMarked;
