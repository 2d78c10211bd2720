package dev.vectormigrate.internal;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import dev.vectormigrate.DatasetMapping;
import dev.vectormigrate.MigrationPlan;
import dev.vectormigrate.Tenant;
import dev.vectormigrate.model.Dataset;
import dev.vectormigrate.model.Field;
import dev.vectormigrate.model.FieldType;
import dev.vectormigrate.model.Json;
import dev.vectormigrate.model.Row;
import dev.vectormigrate.model.Schema;
import dev.vectormigrate.spi.RejectedRowException;
import dev.vectormigrate.testkit.InMemorySource;
import dev.vectormigrate.testkit.InMemoryTarget;
import java.util.List;
import java.util.OptionalLong;
import java.util.function.Consumer;
import org.junit.jupiter.api.Test;

class RowMapperTest {

  private static final Schema DOCS =
      new Schema(
          List.of(
              Field.required("id", FieldType.TEXT),
              Field.optional("text", FieldType.TEXT),
              Field.optional("metadata", FieldType.JSON)),
          List.of("id"));

  private static RowMapper mapper(Schema schema, Consumer<DatasetMapping.Builder> mapping) {
    MigrationPlan plan =
        MigrationPlan.builder("m")
            .from(InMemorySource.empty())
            .into(InMemoryTarget.empty())
            .eachDataset(mapping)
            .build();
    Dataset dataset =
        new Dataset(List.of("ns"), "docs", schema, OptionalLong.empty(), "", List.of());
    return RowMapper.of(dataset, plan.mapping(null));
  }

  private static Row row(String metadata) {
    return Row.of(DOCS, "a", "hello", metadata == null ? null : Json.parse(metadata));
  }

  private static void refuses(Consumer<DatasetMapping.Builder> mapping, String message) {
    assertThatThrownBy(() -> mapper(DOCS, mapping))
        .isInstanceOf(IllegalArgumentException.class)
        .hasMessage(message);
  }

  @Test
  void by_default_only_text_is_renamed() throws Exception {
    RowMapper mapper = mapper(DOCS, d -> {});

    assertThat(mapper.schema())
        .hasToString("(id text not null, content text, metadata json) key (id)");
    assertThat(mapper.map(row("{}")))
        .isEqualTo(Row.of(mapper.schema(), "a", "hello", Json.parse("{}")));
  }

  @Test
  void a_dataset_without_text_needs_no_rename() {
    Schema pairs =
        new Schema(
            List.of(Field.required("k", FieldType.TEXT), Field.optional("v", FieldType.JSON)),
            List.of("k"));

    assertThat(mapper(pairs, d -> {}).schema()).isEqualTo(pairs);
  }

  @Test
  void tenant_comes_first_and_constants_last() throws Exception {
    RowMapper mapper =
        mapper(
            DOCS,
            d ->
                d.tenant("user", Tenant.constant("u1"))
                    .constant("z", "2")
                    .constant("origin", "chroma")
                    .rename("id", "key")
                    .rename("text", "body")
                    .drop("metadata"));

    assertThat(mapper.schema())
        .hasToString(
            "(user text not null, key text not null, body text, origin text not null,"
                + " z text not null) key (user, key)");
    assertThat(mapper.map(row(null)))
        .isEqualTo(Row.of(mapper.schema(), "u1", "a", "hello", "chroma", "2"));
  }

  @Test
  void a_tenant_is_taken_from_text_or_number_also_of_dropped_metadata() throws Exception {
    RowMapper mapper =
        mapper(DOCS, d -> d.tenant("user", Tenant.fromMetadata("uid")).drop("metadata"));

    assertThat(mapper.map(row("{\"uid\":\"u1\"}")).id()).isEqualTo("u1/a");
    assertThat(mapper.map(row("{\"uid\":42}")).id()).isEqualTo("42/a");
    assertThat(mapper.map(row("{\"uid\":1.5}")).id()).isEqualTo("1.5/a");
  }

  @Test
  void a_row_without_a_tenant_is_refused() {
    RowMapper mapper = mapper(DOCS, d -> d.tenant("user", Tenant.fromMetadata("uid")));

    for (String metadata :
        new String[] {
          null,
          "{}",
          "{\"uid\":null}",
          "{\"uid\":true}",
          "{\"uid\":[\"u\"]}",
          "{\"UID\":\"u\"}",
          "{\"uid\":\"\"}"
        }) {
      assertThatThrownBy(() -> mapper.map(row(metadata)))
          .as(metadata)
          .isInstanceOfSatisfying(
              RejectedRowException.class, e -> assertThat(e.id()).isEqualTo("a"))
          .hasMessage(
              "column 'user': metadata 'uid': no text or number there to take the tenant from");
    }
  }

  @Test
  void a_row_whose_metadata_is_no_object_is_refused() {
    RowMapper mapper = mapper(DOCS, d -> d.tenant("user", Tenant.fromMetadata("uid")));

    for (String metadata : new String[] {"[\"uid\"]", "\"uid\""}) {
      assertThatThrownBy(() -> mapper.map(row(metadata)))
          .isInstanceOf(RejectedRowException.class)
          .hasMessage("column 'user': field 'metadata': no JSON object, expected one");
    }
  }

  @Test
  void a_mapping_of_what_is_not_there_is_refused() {
    refuses(
        d -> d.rename("txet", "body"),
        "field 'txet': not there, expected one of [id, text, metadata].");
    refuses(
        d -> d.drop("embedding"),
        "field 'embedding': not there, expected one of [id, text, metadata].");
    refuses(d -> d.drop("id"), "field 'id': dropped, but it is part of the key. Keep it.");
  }

  @Test
  void a_tenant_from_metadata_needs_metadata() {
    Schema bare = new Schema(List.of(Field.required("id", FieldType.TEXT)), List.of("id"));

    assertThatThrownBy(() -> mapper(bare, d -> d.tenant("user", Tenant.fromMetadata("uid"))))
        .isInstanceOf(IllegalArgumentException.class)
        .hasMessage("field 'metadata': not there, expected one of [id].");
  }

  @Test
  void two_columns_of_one_name_are_refused() {
    String remedy = " Rename or drop one of them.";
    refuses(d -> d.rename("text", "id"), "column 'id': twice, expected once." + remedy);
    refuses(d -> d.constant("id", "x"), "column 'id': twice, expected once." + remedy);
    refuses(
        d -> d.tenant("content", Tenant.constant("x")),
        "column 'content': twice, expected once." + remedy);
  }
}
