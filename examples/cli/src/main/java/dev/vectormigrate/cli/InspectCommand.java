package dev.vectormigrate.cli;

import dev.vectormigrate.model.Dataset;
import dev.vectormigrate.model.Distance;
import dev.vectormigrate.model.Field;
import dev.vectormigrate.model.FieldType;
import dev.vectormigrate.spi.SourceStore;
import java.util.List;
import java.util.Locale;
import java.util.concurrent.Callable;
import java.util.function.Function;
import java.util.stream.Collectors;
import picocli.CommandLine.Command;
import picocli.CommandLine.Mixin;

/** Shows what is in a source. */
@Command(name = "inspect", description = "Show the datasets of a source; changes nothing.")
final class InspectCommand implements Callable<Integer> {

  private final Terminal terminal;
  @Mixin private final SourceOptions source;

  InspectCommand(Terminal terminal) {
    this.terminal = terminal;
    source = new SourceOptions(terminal);
  }

  @Override
  public Integer call() {
    source.stores().forEach(this::inspect);
    return ExitCode.DONE.code();
  }

  private void inspect(SourceStore store) {
    List<Dataset> datasets = SourceOptions.inspect(store);
    terminal.line(store.name() + ": " + Numbers.count(datasets.size(), "dataset"));
    terminal.line("");
    table(datasets).print(terminal);
    terminal.line("");
    datasets.forEach(this::printFindings);
  }

  private static TextTable table(List<Dataset> datasets) {
    TextTable table = new TextTable("dataset", "rows", "dimension", "distance", "fields");
    for (Dataset dataset : datasets) {
      table.add(
          dataset.qualifiedName(),
          rows(dataset),
          vectors(dataset, InspectCommand::dimension),
          vectors(dataset, InspectCommand::distance),
          dataset.schema().fields().stream().map(Field::name).collect(Collectors.joining(", ")));
    }
    return table;
  }

  /** A question mark where the source would have to read everything to tell. */
  static String rows(Dataset dataset) {
    return dataset.rows().isPresent() ? Numbers.grouped(dataset.rows().getAsLong()) : "?";
  }

  private static String vectors(Dataset dataset, Function<FieldType, String> property) {
    return dataset.schema().fields().stream()
        .map(Field::type)
        .filter(type -> type.kind() == FieldType.Kind.VECTOR)
        .map(property)
        .collect(Collectors.joining(", "));
  }

  private static String dimension(FieldType type) {
    return type.dimension() == 0 ? "?" : Numbers.grouped(type.dimension());
  }

  private static String distance(FieldType type) {
    Distance distance = type.distance();
    return distance == null ? "?" : distance.name().toLowerCase(Locale.ROOT).replace('_', ' ');
  }

  private void printFindings(Dataset dataset) {
    if (!dataset.findings().isEmpty()) {
      terminal.line(dataset.qualifiedName());
      new ReportPrinter(terminal).printFindings(dataset.findings());
    }
  }
}
