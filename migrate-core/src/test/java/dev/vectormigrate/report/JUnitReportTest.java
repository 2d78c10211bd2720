package dev.vectormigrate.report;

import static org.assertj.core.api.Assertions.assertThat;

import dev.vectormigrate.Outcome;
import java.io.StringReader;
import java.util.Locale;
import javax.xml.parsers.DocumentBuilderFactory;
import org.junit.jupiter.api.Test;
import org.w3c.dom.Element;
import org.xml.sax.InputSource;

class JUnitReportTest {

  @Test
  void numbers_do_not_depend_on_the_country() {
    String usual = JUnitReport.of(Reports.full());
    Locale before = Locale.getDefault();
    Locale.setDefault(Locale.forLanguageTag("ar-EG-u-nu-arab"));
    try {
      assertThat(JUnitReport.of(Reports.full())).isEqualTo(usual);
    } finally {
      Locale.setDefault(before);
    }
  }

  @Test
  void shows_checks_datasets_findings_and_what_was_not_checked_as_cases() {
    assertThat(JUnitReport.of(Reports.full()))
        .isEqualTo(
            """
            <?xml version="1.0" encoding="UTF-8"?>
            <testsuite name="vector-migrate.chat_2026 *x*" time="62.999" tests="6" errors="0" skipped="1" failures="1">
              <properties>
                <property name="outcome" value="different"/>
                <property name="sources" value="chroma:data/_chroma_, sqlite:C:\\chat.db"/>
                <property name="target" value="localhost:5432/chat"/>
                <property name="started" value="2026-11-20T11:00:00Z"/>
              </properties>
              <testcase name="counts" classname="chat_2026 *x*.checks" time="0">
                <system-out>table vector_documents: passed: 1,234,567 read|&lt;b&gt;</system-out>
              </testcase>
              <testcase name="digest" classname="chat_2026 *x*.checks" time="0">
                <failure message="table &#39;a|b&#39; differs &lt;b&gt;" type="digest.mismatch">table &#39;a|b&#39; differs &lt;b&gt;</failure>
                <system-out>table vector_documents: failed
            table n|tes: warned: 7 rows</system-out>
              </testcase>
              <testcase name="a|b&#10;# &lt;img src=x&gt;" classname="chat_2026 *x*.datasets" time="0">
                <system-out>a|b # &lt;img src=x&gt; -&gt; vector_documents: 1234567 read, 1234560 written, 7 rejected, 0 filtered</system-out>
              </testcase>
              <testcase name="notes" classname="chat_2026 *x*.datasets" time="0">
                <system-out>notes -&gt; notes: 0 read, 0 written, 0 rejected, 0 filtered</system-out>
              </testcase>
              <testcase name="x.y" classname="chat_2026 *x*.findings" time="0">
                <system-out>info x.y: all well</system-out>
              </testcase>
              <testcase name="Not this." classname="chat_2026 *x*.not checked" time="0">
                <skipped message="Not this."/>
              </testcase>
            </testsuite>
            """);
  }

  @Test
  void a_report_without_errors_has_no_failure() throws Exception {
    Element suite =
        DocumentBuilderFactory.newInstance()
            .newDocumentBuilder()
            .parse(
                new InputSource(new StringReader(JUnitReport.of(Reports.bare(Outcome.MIGRATED)))))
            .getDocumentElement();

    assertThat(suite.getAttribute("tests")).isEqualTo("1");
    assertThat(suite.getAttribute("failures")).isEqualTo("0");
    assertThat(suite.getElementsByTagName("failure").getLength()).isZero();
    assertThat(suite.getElementsByTagName("system-out").item(0).getTextContent())
        .isEqualTo("d -> d: 1000 read, 1000 written, 0 rejected, 0 filtered");
  }
}
