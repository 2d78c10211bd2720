package dev.vectormigrate.report;

import static org.assertj.core.api.Assertions.assertThat;

import dev.vectormigrate.Outcome;
import dev.vectormigrate.model.Json;
import java.util.List;
import java.util.Map;
import org.junit.jupiter.api.Test;

class JsonReportTest {

  @Test
  void shows_everything() {
    assertThat(JsonReport.of(Reports.full()))
        .isEqualTo(
            """
            {
              "format" : 1,
              "migration" : "chat_2026 *x*",
              "outcome" : "different",
              "passed" : false,
              "sources" : [ "chroma:data/_chroma_", "sqlite:C:\\\\chat.db" ],
              "target" : "localhost:5432/chat",
              "backups" : [ {
                "id" : "chat_20261120_105959",
                "archive" : "/b/_x_/chat_20261120_105959.tar.gz"
              } ],
              "started" : "2026-11-20T11:00:00Z",
              "tookMillis" : 62999,
              "phaseMillis" : {
                "plan" : 4,
                "stage" : 61250
              },
              "datasets" : [ {
                "dataset" : "a|b\\n# <img src=x>",
                "table" : "vector_documents",
                "mode" : "append skip",
                "expected" : 1234570,
                "read" : 1234567,
                "written" : 1234560,
                "rejected" : 7,
                "filtered" : 0,
                "bytes" : 99,
                "digest" : "00000000000000010000000000000002"
              }, {
                "dataset" : "notes",
                "table" : "notes",
                "mode" : "create",
                "expected" : -1,
                "read" : 0,
                "written" : 0,
                "rejected" : 0,
                "filtered" : 0,
                "bytes" : 0,
                "digest" : "00000000000000000000000000000000"
              } ],
              "findings" : [ {
                "code" : "digest.mismatch",
                "severity" : "error",
                "message" : "table 'a|b' differs <b>"
              }, {
                "code" : "x.y",
                "severity" : "info",
                "message" : "all\\r\\nwell"
              } ],
              "rejects" : [ {
                "dataset" : "docs",
                "id" : "id|\\n| x | <script>alert(1)</script> \\\\| [a](http://x)",
                "position" : "7",
                "reason" : "`no` & \\"no\\"\\u001B[1m"
              } ],
              "checked" : [ "counts", "digest" ],
              "checks" : [ {
                "check" : "counts",
                "table" : "vector_documents",
                "verdict" : "passed",
                "figures" : "1,234,567 read|<b>"
              }, {
                "check" : "digest",
                "table" : "vector_documents",
                "verdict" : "failed",
                "figures" : ""
              }, {
                "check" : "digest",
                "table" : "n|tes",
                "verdict" : "warned",
                "figures" : "7 rows"
              }, {
                "check" : "tenants",
                "table" : "notes",
                "verdict" : "nothing_to_check",
                "figures" : "no tenants"
              } ],
              "notChecked" : [ "Not this." ],
              "statements" : [ "CREATE TABLE \\"a```b\\" (\\n  id text)", "SELECT 1" ],
              "measurements" : {
                "pace" : [ {
                  "phase" : "stage",
                  "atMillis" : 200,
                  "rows" : 1000,
                  "bytes" : 4000
                }, {
                  "phase" : "stage",
                  "atMillis" : 20000,
                  "rows" : 400000,
                  "bytes" : 1600000
                }, {
                  "phase" : "stage",
                  "atMillis" : 40000,
                  "rows" : 1000000,
                  "bytes" : 4000000
                }, {
                  "phase" : "stage",
                  "atMillis" : 60000,
                  "rows" : 1200000,
                  "bytes" : 4800000
                }, {
                  "phase" : "verify",
                  "atMillis" : 5,
                  "rows" : 1,
                  "bytes" : 4
                }, {
                  "phase" : "verify",
                  "atMillis" : 100,
                  "rows" : 50,
                  "bytes" : 200
                } ],
                "tenants" : [ {
                  "table" : "vector_documents",
                  "tenant" : "u<1>",
                  "others" : 0,
                  "rows" : 1234000
                }, {
                  "table" : "vector_documents",
                  "tenant" : "",
                  "others" : 0,
                  "rows" : 500
                }, {
                  "table" : "vector_documents",
                  "tenant" : "",
                  "others" : 60,
                  "rows" : 60
                } ],
                "vectors" : [ {
                  "table" : "vector_documents",
                  "column" : "embedding|x",
                  "source" : {
                    "count" : 3,
                    "smallestNorm" : 0.9999,
                    "largestNorm" : 1.5,
                    "norms" : [ {
                      "from" : 0.979,
                      "to" : 1.022,
                      "count" : 2
                    }, {
                      "from" : 1.445,
                      "to" : 1.509,
                      "count" : 1
                    } ],
                    "dimensions" : {
                      "2" : 3
                    }
                  },
                  "target" : {
                    "count" : 2,
                    "smallestNorm" : 0.9999,
                    "largestNorm" : 1.0,
                    "norms" : [ {
                      "from" : 0.979,
                      "to" : 1.022,
                      "count" : 2
                    } ],
                    "dimensions" : {
                      "2" : 1,
                      "3" : 1
                    }
                  }
                } ],
                "searches" : [ ]
              }
            }
            """);
  }

  @Test
  void is_json_that_a_program_reads() {
    assertThat(Json.parse(JsonReport.of(Reports.bare(Outcome.VERIFIED))).toJava())
        .isInstanceOfSatisfying(
            Map.class,
            report -> {
              assertThat(report.get("outcome")).isEqualTo("verified");
              assertThat(report.get("passed")).isEqualTo(true);
              assertThat(report.get("sources")).isEqualTo(List.of("s"));
            });
  }
}
