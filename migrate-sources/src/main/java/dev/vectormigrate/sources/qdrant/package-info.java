/**
 * Reads Qdrant: servers through the official client's gRPC services, and the directories of the
 * Python client's local mode.
 *
 * <p>Facts about the server are those of Qdrant 1.19 and of the protocol of its client 1.18; facts
 * about directories are those of the Python client 1.18.
 */
@NullMarked
package dev.vectormigrate.sources.qdrant;

import org.jspecify.annotations.NullMarked;
