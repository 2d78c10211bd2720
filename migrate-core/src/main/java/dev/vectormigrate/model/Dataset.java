package dev.vectormigrate.model;

import java.util.List;
import java.util.Objects;
import java.util.OptionalLong;

/**
 * One table-shaped part of a source, as its inspection found it.
 *
 * @param namespace what the name is unique in, outermost first, such as tenant and database; may be
 *     empty
 * @param name what people call it
 * @param schema its fields
 * @param rows how many rows it has; empty where counting would mean reading everything
 * @param fingerprint changes whenever the content may have changed, and is the same as long as
 *     nothing did; at most 1,000 characters
 * @param findings what the inspection noticed, such as values the store itself has lost
 * @param constraints what a relational store says of it beside its schema
 */
public record Dataset(
    List<String> namespace,
    String name,
    Schema schema,
    OptionalLong rows,
    String fingerprint,
    List<Finding> findings,
    Constraints constraints) {

  /** A dataset without constraints beside its key. */
  public Dataset(
      List<String> namespace,
      String name,
      Schema schema,
      OptionalLong rows,
      String fingerprint,
      List<Finding> findings) {
    this(namespace, name, schema, rows, fingerprint, findings, Constraints.NONE);
  }

  public Dataset {
    namespace = List.copyOf(namespace);
    findings = List.copyOf(findings);
    Objects.requireNonNull(schema, "schema");
    Objects.requireNonNull(rows, "rows");
    Objects.requireNonNull(fingerprint, "fingerprint");
    Objects.requireNonNull(constraints, "constraints");
    if (name.isEmpty()) {
      throw new IllegalArgumentException("name of a dataset: empty, expected some text");
    }
  }

  /** The name with its namespace, joined with {@code /}: unique in its source. */
  public String qualifiedName() {
    return namespace.isEmpty() ? name : String.join("/", namespace) + "/" + name;
  }
}
