package dev.vectormigrate.report;

import dev.vectormigrate.Measurements.Pace;
import dev.vectormigrate.MigrationReport;
import dev.vectormigrate.MigrationReport.DatasetReport;
import dev.vectormigrate.Phase;
import dev.vectormigrate.spi.SearchQuality;
import java.time.Duration;
import java.util.ArrayList;
import java.util.List;
import java.util.Locale;
import java.util.Map;
import java.util.TreeMap;

/**
 * The pictures of a page. Shapes are SVG that stretches to the width it gets; words and numbers
 * stand beside it in HTML, so that they keep their size on every screen.
 */
final class Charts {

  private static final int WIDTH = 1_000;
  private static final int HEIGHT = 100;

  /** More than a screen shows well. */
  private static final int MOST_STEPS = 60;

  /** Fewer tell nothing about how a phase went on. */
  private static final int FEWEST_POINTS = 4;

  private Charts() {}

  /** A swatch with its meaning. */
  static String key(String style, String meaning) {
    return "<span class=\"key\"><svg class=\"swatch\" viewBox=\"0 0 10 10\" aria-hidden=\"true\">"
        + "<rect class=\"%s\" width=\"10\" height=\"10\"/></svg>%s</span>"
            .formatted(style, meaning);
  }

  /** A bar of what became of a dataset's rows; the longest dataset has the whole width. */
  static String rows(DatasetReport dataset, long most) {
    double stored = part(dataset.written(), most);
    double rejected = visible(part(dataset.rejected(), most));
    double filtered = part(dataset.filtered(), most);
    return strip(
        rect("one", 0, stored)
            + rect("mute", stored, filtered)
            + rect("bad", Math.min(stored + filtered, WIDTH - rejected), rejected));
  }

  /** A bar; the longest has the whole width. */
  static String bar(long count, long most) {
    return strip(rect("one", 0, visible(part(count, most))));
  }

  /**
   * A bar of what searches find: as far as the worst of them, and as far as they all on average.
   */
  static String found(SearchQuality search) {
    double worst = WIDTH * search.worst();
    return strip(rect("one", 0, worst) + rect("mute", worst, WIDTH * search.mean() - worst));
  }

  /** What part of the nearest rows each search found, the searches in ascending order. */
  static String spread(SearchQuality search) {
    List<Double> found = search.found();
    double[] parts = new double[Math.min(MOST_STEPS, found.size())];
    for (int i = 0; i < parts.length; i++) {
      parts[i] = found.get(i * found.size() / parts.length);
    }
    return """
        <figure class="chart low">
        <div class="y" aria-hidden="true"><span>1</span><span>0.5</span><span>0</span></div>
        <svg class="plot" viewBox="0 0 1000 100" preserveAspectRatio="none" role="img" aria-label="Part found by each search, in ascending order: %s at worst, %s on average.">%s<path class="area" d="%s"/>%s</svg>
        <div class="x" aria-hidden="true"><span>worst search</span><span>best</span></div>
        </figure>
        """
        .formatted(
            Wording.part(search.worst()),
            Wording.part(search.mean()),
            grid(),
            steps(parts, 1),
            rule(search.mean()));
  }

  /** A dashed line across a chart. */
  private static String rule(double part) {
    return "<line class=\"rule\" x1=\"0\" x2=\"1000\" y1=\"%1$s\" y2=\"%1$s\"/>"
        .formatted(number(HEIGHT - HEIGHT * part));
  }

  private static double part(long count, long most) {
    return most <= 0 ? 0 : (double) WIDTH * count / most;
  }

  /** What is there can be seen, however little it is. */
  private static double visible(double width) {
    return width <= 0 ? 0 : Math.max(width, 8);
  }

  private static String strip(String shapes) {
    return "<svg class=\"strip\" viewBox=\"0 0 1000 8\" preserveAspectRatio=\"none\""
        + " aria-hidden=\"true\"><rect class=\"ground\" width=\"1000\" height=\"8\"/>"
        + shapes
        + "</svg>";
  }

  private static String rect(String style, double x, double width) {
    return width <= 0
        ? ""
        : "<rect class=\"%s\" x=\"%s\" width=\"%s\" height=\"8\"/>"
            .formatted(style, number(x), number(width));
  }

  /** The phases of a call, one below the other, each where it lay in time. */
  static String timeLine(MigrationReport report) {
    Map<Phase, Duration> phases = new TreeMap<>(report.phases());
    if (phases.isEmpty()) {
      return "";
    }
    long sum = phases.values().stream().mapToLong(Duration::toNanos).sum();
    long whole = Math.max(1, Math.max(sum, report.took().toNanos()));
    StringBuilder rows = new StringBuilder("<table class=\"phases\">\n<thead><tr>");
    rows.append("<th scope=\"col\">Phase</th><th scope=\"col\" aria-hidden=\"true\"></th>");
    rows.append("<th scope=\"col\" class=\"n\">Took</th></tr></thead>\n<tbody>\n");
    long before = 0;
    for (Map.Entry<Phase, Duration> phase : phases.entrySet()) {
      long took = phase.getValue().toNanos();
      double width = visible(part(took, whole));
      double x = Math.min(part(before, whole), WIDTH - width);
      rows.append(
          "<tr><th scope=\"row\">%s</th><td class=\"wide\">%s</td><td class=\"n\">%s</td></tr>\n"
              .formatted(
                  Wording.word(phase.getKey()),
                  strip(rect("one", x, width)),
                  Wording.time(phase.getValue())));
      before += took;
    }
    return rows.append("</tbody>\n</table>\n").toString();
  }

  /** Rows a second over the time of a phase; nothing if the phase has no point. */
  static String pace(String title, Phase phase, List<Pace> all) {
    List<Pace> points = all.stream().filter(point -> point.phase() == phase).toList();
    if (points.isEmpty()) {
      return "";
    }
    Pace last = points.get(points.size() - 1);
    double seconds = seconds(last.at());
    double average = last.rows() / seconds;
    String summary =
        "%s in %s: %s rows/s and %s/s on average"
            .formatted(
                Wording.count(last.rows(), "row"),
                Wording.time(last.at()),
                Wording.count(Math.round(average)),
                Wording.bytes(Math.round(last.bytes() / seconds)));
    if (points.size() < FEWEST_POINTS) {
      return "<h3>%s</h3>\n<p>%s; too short for a chart.</p>\n".formatted(title, summary);
    }
    double[] rates = rates(points);
    return paceChart(title, summary, rates, average, last.at());
  }

  private static String paceChart(
      String title, String summary, double[] rates, double average, Duration end) {
    double top = 0;
    for (double rate : rates) {
      top = Math.max(top, rate);
    }
    double axis = niceAbove(top);
    String said = "%s; at most %s rows/s".formatted(summary, Wording.count(Math.round(top)));
    return """
        <h3>%s</h3>
        <p>%s.</p>
        <figure class="chart">
        <div class="y" aria-hidden="true"><span>%s</span><span>%s</span><span>0</span></div>
        <svg class="plot" viewBox="0 0 1000 100" preserveAspectRatio="none" role="img" aria-label="Rows a second over time: %s.">%s<path class="area" d="%s"/>%s</svg>
        <div class="x" aria-hidden="true"><span>0</span><span>%s</span></div>
        <figcaption>Rows a second over time; the dashed line is the average.</figcaption>
        </figure>
        """
        .formatted(
            title,
            said,
            shortly(axis),
            shortly(axis / 2),
            said,
            grid(),
            steps(rates, axis),
            rule(average / axis),
            Wording.time(end));
  }

  static String grid() {
    return "<g class=\"grid\"><line x1=\"0\" x2=\"1000\" y1=\"0\" y2=\"0\"/>"
        + "<line x1=\"0\" x2=\"1000\" y1=\"50\" y2=\"50\"/>"
        + "<line x1=\"0\" x2=\"1000\" y1=\"100\" y2=\"100\"/></g>";
  }

  private static String steps(double[] rates, double axis) {
    StringBuilder path = new StringBuilder("M0 100");
    for (int i = 0; i < rates.length; i++) {
      path.append('V').append(number(HEIGHT - HEIGHT * rates[i] / axis));
      path.append('H').append(number((double) WIDTH * (i + 1) / rates.length));
    }
    return path.append("V100Z").toString();
  }

  /**
   * Rows a second in equal parts of the time: two points may lie so near to each other that the
   * pace between them says nothing.
   */
  private static double[] rates(List<Pace> points) {
    double end = seconds(points.get(points.size() - 1).at());
    int steps = Math.min(MOST_STEPS, points.size() - 1);
    double[] rates = new double[steps];
    double before = 0;
    for (int i = 0; i < steps; i++) {
      double rows = rowsAt(points, end * (i + 1) / steps);
      rates[i] = (rows - before) * steps / end;
      before = rows;
    }
    return rates;
  }

  private static double rowsAt(List<Pace> points, double time) {
    double timeBefore = 0;
    double rowsBefore = 0;
    for (Pace point : points) {
      double at = seconds(point.at());
      if (at >= time) {
        double part = at == timeBefore ? 1 : (time - timeBefore) / (at - timeBefore);
        return rowsBefore + part * (point.rows() - rowsBefore);
      }
      timeBefore = at;
      rowsBefore = point.rows();
    }
    return rowsBefore;
  }

  private static double seconds(Duration time) {
    return Math.max(1, time.toNanos()) / 1e9;
  }

  /** The least of 1, 2, 4, 6, 8 or 10 times a power of ten that is not below: halves are round. */
  static double niceAbove(double value) {
    if (value <= 1) {
      return 2;
    }
    double power = Math.pow(10, Math.floor(Math.log10(value)));
    List<Integer> factors = new ArrayList<>(List.of(1, 2, 4, 6, 8, 10));
    return factors.stream()
        .mapToDouble(f -> f * power)
        .filter(n -> n >= value)
        .findFirst()
        .orElse(10 * power);
  }

  /** Such as {@code 12 k} or {@code 0.5 M}: a number of an axis. */
  static String shortly(double count) {
    if (count < 10_000) {
      return String.format(Locale.ROOT, "%,.0f", count);
    }
    return count < 1_000_000 ? number(count / 1_000) + " k" : number(count / 1_000_000) + " M";
  }

  /** A coordinate: as short as it may be, and alike in every country. */
  static String number(double value) {
    return withoutZeros(String.format(Locale.ROOT, "%.2f", value));
  }

  /** A measured number with four digits after the point at most. */
  static String measured(double value) {
    return withoutZeros(String.format(Locale.ROOT, "%.4f", value));
  }

  private static String withoutZeros(String number) {
    return number.replaceFirst("\\.?0+$", "");
  }
}
