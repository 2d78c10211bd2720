/**
 * Ready-made embedders. {@link dev.vectormigrate.embed.HttpEmbedder} calls a service, {@link
 * dev.vectormigrate.embed.MiniLm} runs a model inside the process, {@link
 * dev.vectormigrate.embed.LangChain4jEmbedder}, {@link dev.vectormigrate.embed.SpringAiEmbedder}
 * and {@link dev.vectormigrate.embed.FunctionEmbedder} ask what the application has already.
 *
 * <p>All are immutable and thread-safe. They try nothing twice: that is the engine's. No message
 * holds a key, a text or a vector.
 */
@NullMarked
package dev.vectormigrate.embed;

import org.jspecify.annotations.NullMarked;
