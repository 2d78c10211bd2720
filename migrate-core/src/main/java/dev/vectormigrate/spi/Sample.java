package dev.vectormigrate.spi;

/**
 * The fingerprints of one row's values, kept to explain later which value differs.
 *
 * @param id the row's {@link dev.vectormigrate.model.Row#id()}
 * @param values one short fingerprint a field or JSON key, as text; holds no content
 */
public record Sample(String id, String values) {}
