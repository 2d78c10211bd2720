package dev.vectormigrate.report;

import static org.assertj.core.api.Assertions.assertThat;

import dev.vectormigrate.MigrationPlan;
import dev.vectormigrate.MigrationReport;
import dev.vectormigrate.Outcome;
import dev.vectormigrate.model.Row;
import dev.vectormigrate.model.Vector;
import dev.vectormigrate.testkit.Docs;
import dev.vectormigrate.testkit.InMemorySource;
import dev.vectormigrate.testkit.InMemoryTarget;
import java.io.IOException;
import java.io.InputStream;
import java.io.StringReader;
import java.nio.charset.StandardCharsets;
import java.util.ArrayList;
import java.util.List;
import java.util.Locale;
import java.util.Set;
import java.util.TreeSet;
import java.util.regex.Matcher;
import java.util.regex.Pattern;
import java.util.stream.Stream;
import javax.xml.parsers.DocumentBuilderFactory;
import org.junit.jupiter.api.Test;
import org.w3c.dom.Document;
import org.w3c.dom.Element;
import org.w3c.dom.Node;
import org.w3c.dom.NodeList;
import org.xml.sax.InputSource;

/** {@code full.html} beside this test is the page of a fixed report, without its style sheet. */
class HtmlReportTest {

  private static final Pattern STYLE = Pattern.compile("<style>\n(.*)</style>", Pattern.DOTALL);

  private static String golden() throws IOException {
    try (InputStream file = HtmlReportTest.class.getResourceAsStream("full.html")) {
      return new String(file.readAllBytes(), StandardCharsets.UTF_8);
    }
  }

  private static String withoutStyle(String page) {
    return STYLE.matcher(page).replaceFirst("<style></style>");
  }

  private static Document parsed(String page) throws Exception {
    return DocumentBuilderFactory.newInstance()
        .newDocumentBuilder()
        .parse(new InputSource(new StringReader(page)));
  }

  private static Stream<Element> elements(Document page) {
    NodeList all = page.getElementsByTagName("*");
    return Stream.iterate(0, i -> i < all.getLength(), i -> i + 1).map(i -> (Element) all.item(i));
  }

  @Test
  void shows_everything() throws IOException {
    assertThat(withoutStyle(HtmlReport.of(Reports.full()))).isEqualTo(golden());
  }

  @Test
  void numbers_do_not_depend_on_the_country() throws IOException {
    Locale before = Locale.getDefault();
    Locale.setDefault(Locale.forLanguageTag("ar-EG-u-nu-arab"));
    try {
      assertThat(withoutStyle(HtmlReport.of(Reports.full()))).isEqualTo(golden());
    } finally {
      Locale.setDefault(before);
    }
  }

  @Test
  void what_a_store_holds_is_text_and_makes_no_element() throws Exception {
    Document page = parsed(HtmlReport.of(Reports.full()));
    Set<String> names = new TreeSet<>();
    Set<String> attributes = new TreeSet<>();
    elements(page)
        .forEach(
            element -> {
              names.add(element.getTagName());
              for (int i = 0; i < element.getAttributes().getLength(); i++) {
                attributes.add(element.getAttributes().item(i).getNodeName());
              }
            });

    assertThat(names).doesNotContain("script", "img", "a", "b", "link", "iframe", "object", "form");
    assertThat(attributes)
        .doesNotContain("href", "src", "style", "srcset", "action", "xlink:href")
        .noneMatch(name -> name.startsWith("on"));
    assertThat(elements(page).filter(e -> e.getTagName().equals("bdi")).map(Node::getTextContent))
        .contains("a|b\n# <img src=x>", "id|\n| x | <script>alert(1)</script> \\| [a](http://x)");
  }

  @Test
  void the_browser_may_load_and_run_nothing() {
    Matcher style = STYLE.matcher(HtmlReport.of(Reports.full()));

    assertThat(style.find()).isTrue();
    assertThat(style.group(1)).doesNotContain("url(", "@import", "<", "&");
    assertThat(HtmlReport.of(Reports.full()))
        .contains(
            "<meta http-equiv=\"Content-Security-Policy\" content=\"default-src 'none'; style-src"
                + " 'unsafe-inline'\"/>");
  }

  @Test
  void pages_of_calls_draw_within_their_pictures() throws Exception {
    List<Row> rows = new ArrayList<>(Docs.rows(50));
    rows.add(Row.of(Docs.SCHEMA, "zero", null, null, Vector.of(0, 0, 0)));
    rows.add(Row.of(Docs.SCHEMA, "huge", null, null, Vector.of(Float.MAX_VALUE, 1, 1)));
    MigrationPlan plan =
        MigrationPlan.builder("m")
            .from(InMemorySource.empty().with("docs", Docs.SCHEMA, rows))
            .into(InMemoryTarget.empty())
            .build();

    for (MigrationReport report : List.of(plan.dryRun(), plan.run(), plan.run(), plan.verify())) {
      Document page = parsed(HtmlReport.of(report));
      assertThat(elements(page).filter(e -> e.getTagName().equals("rect")))
          .allSatisfy(HtmlReportTest::isInside);
    }
  }

  private static void isInside(Element rect) {
    double x = rect.hasAttribute("x") ? Double.parseDouble(rect.getAttribute("x")) : 0;
    double y = rect.hasAttribute("y") ? Double.parseDouble(rect.getAttribute("y")) : 0;
    double width = Double.parseDouble(rect.getAttribute("width"));
    double height = Double.parseDouble(rect.getAttribute("height"));

    assertThat(x).isNotNegative();
    assertThat(y).isNotNegative();
    assertThat(width).isPositive();
    assertThat(height).isPositive();
    assertThat(x + width).isLessThanOrEqualTo(1_000);
    assertThat(y + height).isLessThanOrEqualTo(100);
  }

  /** Readers of the page jump from heading to heading, and hear which cell they are in. */
  @Test
  void headings_go_down_by_one_and_tables_name_their_rows_and_columns() throws Exception {
    Document page = parsed(HtmlReport.of(Reports.full()));
    int before = 0;
    for (Element heading : elements(page).filter(e -> e.getTagName().matches("h[1-6]")).toList()) {
      int level = heading.getTagName().charAt(1) - '0';
      assertThat(level).as(heading.getTextContent()).isBetween(1, before + 1);
      before = level;
    }

    assertThat(elements(page).filter(e -> e.getTagName().equals("h1"))).hasSize(1);
    assertThat(elements(page).filter(e -> e.getTagName().equals("th")))
        .isNotEmpty()
        .allMatch(e -> e.hasAttribute("scope"));
    assertThat(elements(page).filter(e -> e.getTagName().equals("svg")))
        .isNotEmpty()
        .allMatch(e -> e.hasAttribute("aria-label") || e.hasAttribute("aria-hidden"));
  }

  @Test
  void the_outcome_comes_first_in_one_sentence() throws Exception {
    assertThat(Stream.of(Outcome.values()).map(HtmlReportTest::outcome))
        .containsExactly(
            "Passed 1,000 rows of 1 dataset are live after 0 ms, but nothing was checked.",
            "Passed 1,000 rows of 1 dataset had been migrated before, and nothing was done.",
            "Dry run A run would migrate 1,000 rows of 1 dataset; nothing was changed.",
            "Passed 1,000 rows of 1 dataset are what was read, but nothing was checked.",
            "Failed The target does not hold what was read.",
            "Passed Source and target hold the same rows.",
            "Grown Rows were added since the migration; nothing else differs.");
  }

  private static String outcome(Outcome outcome) {
    try {
      return elements(parsed(HtmlReport.of(Reports.bare(outcome))))
          .filter(element -> element.getAttribute("class").startsWith("outcome"))
          .findFirst()
          .orElseThrow()
          .getTextContent();
    } catch (Exception e) {
      throw new AssertionError(e);
    }
  }
}
