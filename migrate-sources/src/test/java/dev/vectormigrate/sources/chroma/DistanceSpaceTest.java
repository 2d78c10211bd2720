package dev.vectormigrate.sources.chroma;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import org.junit.jupiter.api.Test;

/** Chroma says the space in several places, and some are wrong. */
class DistanceSpaceTest {

  private static final String CONFIG =
      "{\"vector_index\":{\"hnsw\":{\"space\":\"%s\",\"ef_construction\":%d}}}";

  private static final String SCHEMA =
      "{\"%s\":{%s\"float_list\":{\"vector_index\":{\"config\":{\"space\":\"%s\",\"hnsw\":{}}}}%s}}";

  @Test
  void isL2WhereNobodySays() throws Exception {
    assertThat(DistanceSpace.of(null, null, null)).isEqualTo(DistanceSpace.L2);
    assertThat(DistanceSpace.of(null, "{}", null)).isEqualTo(DistanceSpace.L2);
  }

  @Test
  void isThatOfTheMetadataInTheOldestVersions() throws Exception {
    assertThat(DistanceSpace.of(null, null, "ip")).isEqualTo(DistanceSpace.IP);
  }

  @Test
  void isNotThatOfTheMisleadingConfiguration() throws Exception {
    String lie = "{\"hnsw_configuration\":{\"space\":\"l2\",\"_type\":\"x\"},\"_type\":\"y\"}";
    assertThat(DistanceSpace.of(null, lie, "cosine")).isEqualTo(DistanceSpace.COSINE);
    assertThat(DistanceSpace.of(null, lie, null)).isEqualTo(DistanceSpace.L2);
  }

  @Test
  void isThatOfTheConfigurationUnlessItIsTheDefault() throws Exception {
    assertThat(DistanceSpace.of(null, CONFIG.formatted("cosine", 100), "ip"))
        .isEqualTo(DistanceSpace.COSINE);
    assertThat(DistanceSpace.of(null, CONFIG.formatted("l2", 40), "ip"))
        .isEqualTo(DistanceSpace.L2);
    assertThat(DistanceSpace.of(null, CONFIG.formatted("l2", 100), "ip"))
        .isEqualTo(DistanceSpace.IP);
  }

  @Test
  void isThatOfTheSchemaFirst() throws Exception {
    String ofKey = SCHEMA.formatted("keys", "\"#embedding\":{", "ip", "}");
    String ofDefaults = SCHEMA.formatted("defaults", "", "cosine", "");
    assertThat(DistanceSpace.of(ofKey, CONFIG.formatted("cosine", 1), null))
        .isEqualTo(DistanceSpace.IP);
    assertThat(DistanceSpace.of(ofDefaults, null, null)).isEqualTo(DistanceSpace.COSINE);
  }

  @Test
  void isRefusedWhereItIsUnknown() {
    assertThatThrownBy(() -> DistanceSpace.of(null, null, "hamming"))
        .hasMessage("space: 'hamming', expected l2, ip or cosine");
    assertThatThrownBy(() -> DistanceSpace.of("{", null, null))
        .hasMessageStartingWith("configuration: not JSON");
  }
}
