package dev.vectormigrate.report;

import dev.vectormigrate.Measurements.NormRange;
import dev.vectormigrate.Measurements.VectorColumn;
import dev.vectormigrate.Measurements.Vectors;
import java.util.Locale;
import java.util.Set;
import java.util.TreeSet;

/** Norms and dimensions of a vector column, as a part of a page: source beside target. */
final class VectorChart {

  private static final int MOST_BARS = 40;
  private static final int FEWEST_BARS = 9;

  private final VectorColumn column;
  private final Vectors source;
  private final Vectors target;

  private VectorChart(VectorColumn column) {
    this.column = column;
    source = column.source();
    target = column.target();
  }

  static String of(VectorColumn column) {
    return new VectorChart(column).write();
  }

  private String write() {
    StringBuilder html = new StringBuilder();
    html.append(
        "<h3><bdi>%s</bdi>, column <bdi>%s</bdi></h3>\n"
            .formatted(Wording.escape(column.table()), Wording.escape(column.column())));
    html.append("<p>%s</p>\n".formatted(comparison()));
    html.append(norms());
    return html.append(numbers()).toString();
  }

  private String comparison() {
    if (target.count() == 0) {
      return "%s read; none was read back in this call."
          .formatted(Wording.count(source.count(), "vector"));
    }
    if (source.count() == 0) {
      return "%s read back; none was read from the source in this call."
          .formatted(Wording.count(target.count(), "vector"));
    }
    if (source.equals(target)) {
      return "%s: norms and dimensions are the same on both sides."
          .formatted(Wording.count(target.count(), "vector"));
    }
    return "%s read in this call, %s read back: %s."
        .formatted(
            Wording.count(source.count(), "vector"), Wording.count(target.count()), difference());
  }

  private String difference() {
    return source.count() < target.count()
        ? "what an earlier call has read is on one side only"
        : "norms or dimensions differ between the two sides";
  }

  /** Both sides in the same ranges, as many beside each other as can be told apart. */
  private String norms() {
    int first = Math.min(firstStep(source), firstStep(target));
    int last = Math.max(lastStep(source), lastStep(target));
    int width = (last - first) / MOST_BARS + 1;
    int bars = (last - first) / width + 1;
    int margin = Math.max(0, (FEWEST_BARS - bars + 1) / 2);
    long[] before = bars(source, first, width, bars);
    long[] after = bars(target, first, width, bars);
    double axis = Charts.niceAbove((double) Math.max(most(before), most(after)));
    double slot = 1_000.0 / (bars + 2 * margin);
    StringBuilder shapes = new StringBuilder();
    for (int i = 0; i < bars; i++) {
      double x = (i + margin) * slot;
      shapes.append(bar("one", x + 0.08 * slot, 0.4 * slot, 100 * before[i] / axis));
      shapes.append(bar("two", x + 0.52 * slot, 0.4 * slot, 100 * after[i] / axis));
    }
    return """
        <figure class="chart">
        <div class="y" aria-hidden="true"><span>%s</span><span>%s</span><span>0</span></div>
        <svg class="plot" viewBox="0 0 1000 100" preserveAspectRatio="none" role="img" aria-label="Vectors by norm, %s to %s; the numbers are in the table below.">%s%s</svg>
        <div class="x" aria-hidden="true"><span>%s</span><span>%s</span></div>
        <figcaption>Vectors by norm, on a logarithmic axis. %s%s</figcaption>
        </figure>
        """
        .formatted(
            Charts.shortly(axis),
            Charts.shortly(axis / 2),
            norm(smallest()),
            norm(largest()),
            Charts.grid(),
            shapes,
            norm(edge(first - margin * width)),
            norm(edge(first + (bars + margin) * width)),
            Charts.key("one", "as read"),
            Charts.key("two", "as read back"));
  }

  private static int firstStep(Vectors vectors) {
    return vectors.norms().isEmpty() ? Integer.MAX_VALUE : vectors.norms().get(0).step();
  }

  private static int lastStep(Vectors vectors) {
    int size = vectors.norms().size();
    return size == 0 ? Integer.MIN_VALUE : vectors.norms().get(size - 1).step();
  }

  private static long[] bars(Vectors vectors, int first, int width, int bars) {
    long[] counts = new long[bars];
    for (NormRange range : vectors.norms()) {
      counts[(range.step() - first) / width] += range.count();
    }
    return counts;
  }

  private static long most(long[] counts) {
    long most = 0;
    for (long count : counts) {
      most = Math.max(most, count);
    }
    return most;
  }

  private static String bar(String style, double x, double width, double height) {
    if (height <= 0) {
      return "";
    }
    double visible = Math.max(height, 1);
    return "<rect class=\"%s\" x=\"%s\" y=\"%s\" width=\"%s\" height=\"%s\"/>"
        .formatted(
            style,
            Charts.number(x),
            Charts.number(100 - visible),
            Charts.number(width),
            Charts.number(visible));
  }

  /** Where a range begins: known from any range, as each is as much wider as the others are. */
  private double edge(int step) {
    Vectors any = source.norms().isEmpty() ? target : source;
    NormRange known = any.norms().get(any.norms().size() - 1);
    return known.to() * Math.pow(2, (step - known.step() - 1) / 16.0);
  }

  private double smallest() {
    if (source.count() == 0) {
      return target.smallest();
    }
    return target.count() == 0 ? source.smallest() : Math.min(source.smallest(), target.smallest());
  }

  private double largest() {
    return Math.max(source.largest(), target.largest());
  }

  private String numbers() {
    StringBuilder rows = new StringBuilder("<table class=\"values\">\n<thead><tr>");
    rows.append("<td></td><th scope=\"col\" class=\"n\">As read</th>");
    rows.append("<th scope=\"col\" class=\"n\">As read back</th></tr></thead>\n<tbody>\n");
    row(rows, "Vectors", Wording.count(source.count()), Wording.count(target.count()));
    row(rows, "Smallest norm", norm(source, source.smallest()), norm(target, target.smallest()));
    row(rows, "Largest norm", norm(source, source.largest()), norm(target, target.largest()));
    Set<Integer> dimensions = new TreeSet<>(source.dimensions().keySet());
    dimensions.addAll(target.dimensions().keySet());
    for (int dimension : dimensions) {
      row(
          rows,
          dimension == 0 ? "Other dimensions" : "Dimension " + Wording.count(dimension),
          Wording.count(source.dimensions().getOrDefault(dimension, 0L)),
          Wording.count(target.dimensions().getOrDefault(dimension, 0L)));
    }
    return rows.append("</tbody>\n</table>\n").toString();
  }

  private static void row(StringBuilder rows, String name, String read, String readBack) {
    rows.append(
        "<tr><th scope=\"row\">%s</th><td class=\"n\">%s</td><td class=\"n\">%s</td></tr>\n"
            .formatted(name, read, readBack));
  }

  private static String norm(Vectors vectors, double norm) {
    return vectors.count() == 0 ? "none" : norm(norm);
  }

  private static String norm(double norm) {
    boolean plain = norm == 0 || (norm >= 0.001 && norm < 100_000);
    return plain ? Charts.measured(norm) : String.format(Locale.ROOT, "%.3g", norm);
  }
}
