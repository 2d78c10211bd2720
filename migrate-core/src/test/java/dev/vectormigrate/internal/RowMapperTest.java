package dev.vectormigrate.internal;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import dev.vectormigrate.ColumnValue;
import dev.vectormigrate.DatasetMapping;
import dev.vectormigrate.MigrationPlan;
import dev.vectormigrate.Tenant;
import dev.vectormigrate.model.Dataset;
import dev.vectormigrate.model.Field;
import dev.vectormigrate.model.FieldType;
import dev.vectormigrate.model.Finding;
import dev.vectormigrate.model.Json;
import dev.vectormigrate.model.Row;
import dev.vectormigrate.model.Schema;
import dev.vectormigrate.spi.RejectedRowException;
import dev.vectormigrate.testkit.InMemorySource;
import dev.vectormigrate.testkit.InMemoryTarget;
import java.time.LocalDateTime;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import java.util.OptionalLong;
import java.util.UUID;
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
  void tenants_come_from_namespace_dataset_field_and_function() throws Exception {
    assertThat(tenant(Tenant.fromNamespace("default"))).isEqualTo("ns");
    assertThat(tenant(Tenant.fromDataset())).isEqualTo("docs");
    assertThat(tenant(Tenant.fromField("text"))).isEqualTo("hello");
    assertThat(mapper(DOCS, d -> d.tenant(Tenant.fromField("uid"))).map(row("{\"uid\":7}")))
        .hasToString("row 7/a");
    assertThat(
            mapper(DOCS, d -> d.tenantColumn("owner").tenant(Tenant.constant("o")).onlyTenants("p"))
                .map(row("{}")))
        .isNull();
    assertThat(tenant(Tenant.computed("by id", row -> "owner of " + row.id())))
        .isEqualTo("owner of a");
    assertThat(tenant(Tenant.fromMetadata("uid").or("nobody"))).isEqualTo("nobody");
    assertThat(tenant(Tenant.computed("none", row -> "").or("nobody"))).isEqualTo("nobody");
  }

  private static Object tenant(Tenant tenant) throws Exception {
    return mapper(DOCS, d -> d.tenant("user", tenant)).map(row("{}")).value("user");
  }

  @Test
  void a_row_without_a_tenant_stops_the_run_where_the_plan_says_so() {
    RowMapper mapper = mapper(DOCS, d -> d.tenant("user", Tenant.fromMetadata("uid").orFail()));

    assertThatThrownBy(() -> mapper.map(row("{}")))
        .isInstanceOf(IllegalStateException.class)
        .hasMessage(
            "row 'a': metadata 'uid' or fail: no text or number there to take the tenant from. Mend"
                + " the row, or name a tenant for such rows.");
  }

  @Test
  void only_rows_of_the_wanted_tenants_are_taken() throws Exception {
    RowMapper mapper =
        mapper(DOCS, d -> d.tenant("user", Tenant.fromMetadata("uid")).onlyRows("user", "u1", "2"));

    assertThat(mapper.map(row("{\"uid\":\"u1\"}")).id()).isEqualTo("u1/a");
    assertThat(mapper.map(row("{\"uid\":2}")).id()).isEqualTo("2/a");
    assertThat(mapper.map(row("{\"uid\":\"u2\"}"))).isNull();
    refuses(
        d -> d.onlyRows("usr", "x"),
        "column 'usr': not there, expected one of [id, content, metadata] to choose rows by.");
  }

  @Test
  void columns_are_computed_of_json_members_and_what_is_left_out_is_counted() throws Exception {
    RowMapper mapper =
        mapper(
            DOCS,
            d ->
                d.onlyColumns()
                    .column("key", ColumnValue.uuid("space", ColumnValue.field("id")))
                    .column("n", ColumnValue.json("metadata", "n").as(FieldType.INTEGER_32))
                    .column(
                        "made",
                        ColumnValue.json("metadata", "at", "time")
                            .as(FieldType.TIMESTAMP)
                            .wholeSeconds())
                    .column(
                        "parts",
                        ColumnValue.json("metadata", "parts").as(FieldType.TEXT).split("<SEP>"))
                    .column(
                        "lang",
                        ColumnValue.json("metadata", "lang")
                            .as(FieldType.TEXT)
                            .or(ColumnValue.constant("en")))
                    .ignore("metadata", "known")
                    .key("key"));

    Row mapped =
        mapper.map(
            row(
                "{\"n\":7,\"at\":{\"time\":1700000000.75},\"parts\":\"a<SEP>b<SEP>\","
                    + "\"known\":1,\"other\":1,\"gone\":null}"));

    assertThat(mapper.schema())
        .hasToString(
            "(key uuid not null, n integer(4), made timestamp(1000000), parts texts, lang text not"
                + " null) key (key)");
    assertThat(mapped)
        .isEqualTo(
            Row.of(
                mapper.schema(),
                UUID.fromString("39eab662-2448-55b4-aff7-d6a7a95d89a0"),
                7L,
                LocalDateTime.parse("2023-11-14T22:13:20"),
                List.of("a", "b", ""),
                "en"));
    assertThat(mapper.map(row(null)).value("lang")).isEqualTo("en");
    assertThat(mapper.unmapped("docs"))
        .contains(
            Finding.warning(
                "mapping.unmapped",
                "dataset 'docs': the table has no column for metadata.other (1 rows), text (2 rows)."
                    + " Add columns, or ignore them in the plan."));
  }

  @Test
  void the_rest_of_an_object_is_what_no_other_column_took() throws Exception {
    RowMapper mapper =
        mapper(
            DOCS,
            d ->
                d.column("rest", ColumnValue.rest("metadata"))
                    .column("n", ColumnValue.json("metadata", "n"))
                    .ignore("metadata", "known")
                    .drop("metadata"));

    assertThat(mapper.map(row("{\"n\":[1],\"known\":2,\"x\":{\"y\":3}}")))
        .isEqualTo(
            Row.of(
                mapper.schema(), "a", "hello", Json.parse("{\"x\":{\"y\":3}}"), Json.parse("[1]")));
    assertThat(mapper.map(row(null)).value("rest")).isEqualTo(Json.parse("{}"));
  }

  @Test
  void members_of_an_object_can_be_made_plain_or_lose_their_nulls() throws Exception {
    RowMapper mapper =
        mapper(
            DOCS,
            d ->
                d.onlyColumns()
                    .column("id", ColumnValue.field("id"))
                    .column("plain", ColumnValue.field("metadata").plainMembers())
                    .column("full", ColumnValue.field("metadata").withoutNulls())
                    .column("text", ColumnValue.field("metadata").jsonText()));

    Row mapped =
        mapper.map(
            row(
                "{\"t\":\"x\",\"i\":7,\"f\":1.0,\"b\":true,\"n\":null,\"l\":[1,null,\"it's\"],"
                    + "\"o\":{\"k\":null},\"big\":12345678901234567890}"));

    assertThat(mapped)
        .isEqualTo(
            Row.of(
                mapper.schema(),
                "a",
                Json.parse(
                    "{\"t\":\"x\",\"i\":7,\"f\":1.0,\"b\":\"true\",\"l\":\"[1,null,\\\"it's\\\"]\","
                        + "\"o\":\"{\\\"k\\\":null}\",\"big\":\"12345678901234567890\"}"),
                Json.parse(
                    "{\"t\":\"x\",\"i\":7,\"f\":1.0,\"b\":true,\"l\":[1,null,\"it's\"],"
                        + "\"o\":{\"k\":null},\"big\":12345678901234567890}"),
                "{\"b\":true,\"f\":1.0,\"i\":7,\"l\":[1,null,\"it's\"],\"n\":null,"
                    + "\"o\":{\"k\":null},\"t\":\"x\",\"big\":12345678901234567890}"));
    assertThat(mapper.map(row(null))).isEqualTo(Row.of(mapper.schema(), "a", null, null, null));
    assertThatThrownBy(() -> mapper.map(row("[1]")))
        .isInstanceOf(RejectedRowException.class)
        .hasMessage("column 'plain': JSON that is no object, expected one");
    refuses(
        d -> d.column("x", ColumnValue.field("text").withoutNulls()),
        "column 'x': value of type text: expected json. Convert it with as(...).");
    refuses(
        d -> d.column("x", ColumnValue.field("text").jsonText()),
        "column 'x': value of type text: expected json or a vector to write as text.");
  }

  @Test
  void what_cannot_be_computed_refuses_the_row_with_its_reason() {
    RowMapper mapper =
        mapper(
            DOCS,
            d ->
                d.column("made", ColumnValue.json("metadata", "at").as(FieldType.TIMESTAMP))
                    .column("text", ColumnValue.json("metadata", "t").required()));

    assertThatThrownBy(() -> mapper.map(row("{\"at\":\"yesterday\",\"t\":1}")))
        .isInstanceOf(RejectedRowException.class)
        .hasMessage(
            "column 'made': a text, expected a time of ISO 8601 such as 2024-05-01T10:00:00+00:00");
    assertThatThrownBy(() -> mapper.map(row("{}")))
        .isInstanceOf(RejectedRowException.class)
        .hasMessage("column 'text': no value, expected one");
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

  @Test
  void numbers_of_metadata_become_the_texts_that_java_gives_them() throws Exception {
    RowMapper mapper =
        mapper(
            DOCS,
            d ->
                d.onlyColumns()
                    .column("id", ColumnValue.field("id"))
                    .column("texts", ColumnValue.field("metadata").textMembers()));
    Map<String, Object> numbers = new LinkedHashMap<>();
    Map<String, Object> texts = new LinkedHashMap<>();
    for (double number :
        new double[] {
          0, 1, -1, 7.5, 0.001, 0.00099, -0.000123, 9_999_999.5, 1e7, -1.25e10, 1e300, 1e-300
        }) {
      numbers.put("d" + numbers.size(), number);
      texts.put("d" + texts.size(), Double.toString(number));
    }
    for (float number : new float[] {0.1f, 1e10f, 3.4e-5f}) {
      numbers.put("f" + numbers.size(), number);
      texts.put("f" + texts.size(), Float.toString(number));
    }
    numbers.put("l", Long.MIN_VALUE);
    texts.put("l", Long.toString(Long.MIN_VALUE));
    numbers.put("b", true);
    texts.put("b", "true");
    numbers.put("t", "1.50");
    texts.put("t", "1.50");
    numbers.put("n", null);

    Row mapped = mapper.map(Row.of(DOCS, "a", "hello", Json.of(numbers)));

    assertThat(((Json) mapped.value("texts")).toJava()).isEqualTo(Json.of(texts).toJava());
  }
}
