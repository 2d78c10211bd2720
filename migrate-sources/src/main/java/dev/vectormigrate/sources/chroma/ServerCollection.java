package dev.vectormigrate.sources.chroma;

import java.util.List;

/**
 * One collection as a server describes it.
 *
 * @param id its UUID
 * @param dimension components of its vectors, 0 where the server does not say
 */
record ServerCollection(
    String id, String tenant, String database, String name, int dimension, DistanceSpace space) {

  List<String> namespace() {
    return List.of(tenant, database);
  }

  String qualifiedName() {
    return tenant + "/" + database + "/" + name;
  }
}
