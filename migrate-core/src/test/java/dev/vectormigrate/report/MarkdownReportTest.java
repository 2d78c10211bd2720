package dev.vectormigrate.report;

import static org.assertj.core.api.Assertions.assertThat;

import dev.vectormigrate.Outcome;
import java.util.Locale;
import java.util.stream.Stream;
import org.junit.jupiter.api.Test;

class MarkdownReportTest {

  private static final String FULL =
      """
      # Migration chat_2026 \\*x\\*: verification failed

      - Sources: chroma:data/\\_chroma\\_, sqlite:C:\\\\chat.db
      - Target: localhost:5432/chat
      - Backup: chat_20261120_105959, in /b/\\_x\\_/chat_20261120_105959.tar.gz
      - Started: 2026-11-20T11:00:00Z
      - Took: 63.0 s

      ## Datasets

      | dataset | table | mode | read | written | rejected | filtered | digest |
      | --- | --- | --- | ---: | ---: | ---: | ---: | --- |
      | a\\|b # &lt;img src=x> | vector_documents | append skip | 1,234,567 | 1,234,560 | 7 | 0 | `00000000000000010000000000000002` |
      | notes | notes | create | 0 | 0 | 0 | 0 | `00000000000000000000000000000000` |

      ## Tenants

      | table | tenant | rows |
      | --- | --- | ---: |
      | vector_documents | u&lt;1> | 1,234,000 |
      | vector_documents | (no tenant) | 500 |
      | vector_documents | (60 other tenants) | 60 |

      ## Phases

      | phase | took |
      | --- | ---: |
      | plan | 0.0 s |
      | stage | 61.3 s |

      ## Checks

      | check | table | verdict | figures |
      | --- | --- | --- | --- |
      | counts | vector_documents | passed | 1,234,567 read\\|&lt;b> |
      | digest | vector_documents | failed |  |
      | digest | n\\|tes | warned | 7 rows |
      | tenants | notes | nothing to check | no tenants |

      ## Findings

      - **error** `digest.mismatch`: table 'a\\|b' differs &lt;b>
      - **info** `x.y`: all well

      ## Rejected rows

      | dataset | id | position | reason |
      | --- | --- | --- | --- |
      | docs | id\\| \\| x \\| &lt;script>alert(1)&lt;/script> \\\\\\| \\[a\\](http://x) | 7 | \\`no\\` &amp; "no" \\[1m |

      ## Not checked

      - Not this.

      ## Statements

      ````sql
      CREATE TABLE "a```b" (
        id text);
      SELECT 1;
      ````
      """;

  @Test
  void shows_everything_and_lets_no_name_or_id_break_out() {
    assertThat(MarkdownReport.of(Reports.full())).isEqualTo(FULL);
  }

  @Test
  void numbers_do_not_depend_on_the_country() {
    Locale before = Locale.getDefault();
    Locale.setDefault(Locale.forLanguageTag("ar-EG-u-nu-arab"));
    try {
      assertThat(MarkdownReport.of(Reports.full())).isEqualTo(FULL);
    } finally {
      Locale.setDefault(before);
    }
  }

  @Test
  void the_title_says_how_it_ended() {
    assertThat(
            Stream.of(Outcome.values())
                .map(o -> MarkdownReport.of(Reports.bare(o)).lines().findFirst()))
        .extracting(line -> line.orElseThrow())
        .containsExactly(
            "# Migration m: 1,000 rows migrated and verified",
            "# Migration m: already migrated, nothing done",
            "# Migration m: dry run, nothing changed",
            "# Migration m: verified, no difference",
            "# Migration m: verification failed",
            "# Migration m: compared, no difference",
            "# Migration m: compared, rows were added since the migration");
  }

  @Test
  void what_is_empty_has_no_heading() {
    assertThat(MarkdownReport.of(Reports.bare(Outcome.MIGRATED)))
        .isEqualTo(
            """
            # Migration m: 1,000 rows migrated and verified

            - Sources: s
            - Target: t
            - Backup: none was made
            - Started: 1970-01-01T00:00:00Z
            - Took: 0.0 s

            ## Datasets

            | dataset | table | mode | read | written | rejected | filtered | digest |
            | --- | --- | --- | ---: | ---: | ---: | ---: | --- |
            | d | d | create | 1,000 | 1,000 | 0 | 0 | `00000000000000000000000000000000` |

            """);
  }
}
