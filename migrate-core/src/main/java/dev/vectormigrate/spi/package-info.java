/**
 * What an implementer of a source, a target, an embedder or a verifier touches. Stores are
 * descriptions: immutable, thread-safe, holding nothing open. Sessions, readers and writers are
 * resources: used by one thread at a time and closed by the engine.
 *
 * <p>Implementations may throw any exception; exactly one place, the engine, wraps it and adds
 * where it happened. Two types carry a wish: {@link dev.vectormigrate.spi.TransientException} asks
 * for another try, {@link dev.vectormigrate.spi.RejectedRowException} refuses one row. Everything
 * else stops the run and keeps what is staged.
 */
@NullMarked
package dev.vectormigrate.spi;

import org.jspecify.annotations.NullMarked;
