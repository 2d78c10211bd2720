package dev.vectormigrate.report;

import static org.assertj.core.api.Assertions.assertThat;

import java.io.StringReader;
import java.util.Locale;
import javax.xml.parsers.DocumentBuilderFactory;
import org.junit.jupiter.api.Test;
import org.xml.sax.InputSource;

/** What every form of a report says of searches. */
class SearchReportTest {

  private static final String MARKDOWN =
      """
      ## Searches

      | table | column | check | compared | found by | queries | k | found on average | found at worst | median | 95 % within |
      | --- | --- | --- | --- | --- | ---: | ---: | ---: | ---: | ---: | ---: |
      | a\\|b | embedding&lt;x> | query_overlap | halfvec | exact | 1,000 | 10 | 0.850 | 0.500 | 1.2 ms | 20.0 ms |
      | a\\|b | embedding&lt;x> | latency | bit, 100 ranked again | exact, as the index was not chosen | 1,000 | 10 |  |  | 1.2 ms | 20.0 ms |

      """;

  private static final String SPREAD =
      """
      <h3>What part each search found</h3>
      <p class="legend">Searches in ascending order; the dashed line is the average.</p>
      <div class="charts">
      <div>
      <p>halfvec<small><bdi>a|b</bdi>, <bdi>embedding&lt;x&gt;</bdi>, exact, 10 nearest</small></p>
      <figure class="chart low">
      <div class="y" aria-hidden="true"><span>1</span><span>0.5</span><span>0</span></div>
      <svg class="plot" viewBox="0 0 1000 100" preserveAspectRatio="none" role="img" aria-label="Part found by each search, in ascending order: 0.500 at worst, 0.850 on average."><g class="grid"><line x1="0" x2="1000" y1="0" y2="0"/><line x1="0" x2="1000" y1="50" y2="50"/><line x1="0" x2="1000" y1="100" y2="100"/></g><path class="area" d="M0 100V50H250V10H500V0H750V0H1000V100Z"/><line class="rule" x1="0" x2="1000" y1="15" y2="15"/></svg>
      <div class="x" aria-hidden="true"><span>worst search</span><span>best</span></div>
      </figure>
      </div>
      </div>
      </section>
      """;

  @Test
  void markdown_has_a_table() {
    assertThat(MarkdownReport.of(Reports.searched())).contains(MARKDOWN);
  }

  @Test
  void numbers_do_not_depend_on_the_country() {
    Locale before = Locale.getDefault();
    Locale.setDefault(Locale.forLanguageTag("ar-EG-u-nu-arab"));
    try {
      assertThat(MarkdownReport.of(Reports.searched())).contains(MARKDOWN);
    } finally {
      Locale.setDefault(before);
    }
  }

  @Test
  void json_has_every_number() {
    assertThat(JsonReport.of(Reports.searched()))
        .contains(
            """
                "searches" : [ {
                  "check" : "query_overlap",
                  "table" : "a|b",
                  "column" : "embedding<x>",
                  "compared" : "halfvec",
                  "access" : "exact",
                  "index" : "none",
                  "queries" : 1000,
                  "k" : 10,
                  "meanFound" : 0.85,
                  "worstFound" : 0.5,
                  "found" : [ {
                    "part" : 0.5,
                    "queries" : 1
                  }, {
                    "part" : 0.9,
                    "queries" : 1
                  }, {
                    "part" : 1.0,
                    "queries" : 2
                  } ],
                  "medianMicros" : 1234,
                  "slowMicros" : 20000
                }, {
                  "check" : "latency",
                  "table" : "a|b",
                  "column" : "embedding<x>",
                  "compared" : "bit, 100 ranked again",
                  "access" : "index",
                  "index" : "not_chosen",
                  "queries" : 1000,
                  "k" : 10,
                  "found" : [ ],
                  "medianMicros" : 1234,
                  "slowMicros" : 20000
                } ]
            """);
  }

  @Test
  void a_build_server_sees_them_with_their_check() {
    assertThat(JUnitReport.of(Reports.searched()))
        .contains(
            """
              <testcase name="query_overlap" classname="m.checks" time="0">
                <system-out>a|b.embedding&lt;x&gt;, halfvec, exact: 0.850 of the 10 nearest found on average, 0.500 at worst, median 1.2 ms, 95 % within 20.0 ms, of 1,000</system-out>
              </testcase>
              <testcase name="latency" classname="m.checks" time="0">
                <system-out>a|b.embedding&lt;x&gt;, bit, 100 ranked again, exact, as the index was not chosen: median 1.2 ms, 95 % within 20.0 ms, of 1,000</system-out>
              </testcase>
            """);
  }

  @Test
  void a_page_has_a_bar_to_the_worst_and_to_the_average_and_a_chart_of_every_search()
      throws Exception {
    String page = HtmlReport.of(Reports.searched());

    assertThat(page)
        .contains(
            """
            <tr><th scope="row">halfvec<small>exact</small><svg class="strip" viewBox="0 0 1000 8" preserveAspectRatio="none" aria-hidden="true"><rect class="ground" width="1000" height="8"/><rect class="one" x="0" width="500" height="8"/><rect class="mute" x="500" width="350" height="8"/></svg></th>
            <td class="n">0.850</td>
            <td class="n">0.500</td>
            <td class="n">1.2 ms</td>
            <td class="n">20.0 ms</td>
            <td class="n">1,000<small>10 nearest</small></td>
            <td><bdi>a|b</bdi>, <bdi>embedding&lt;x&gt;</bdi><small><code>query_overlap</code></small></td></tr>
            """)
        .contains(SPREAD);
    DocumentBuilderFactory.newInstance()
        .newDocumentBuilder()
        .parse(new InputSource(new StringReader(page)));
  }
}
