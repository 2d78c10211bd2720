package dev.vectormigrate.spi;

/**
 * A row that could not be moved.
 *
 * @param id how the source names the row
 * @param position where it stands in its split
 * @param reason why, without any vector or text of it
 */
public record Reject(String id, Position position, String reason) {}
