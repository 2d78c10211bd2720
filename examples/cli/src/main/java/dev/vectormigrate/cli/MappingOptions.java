package dev.vectormigrate.cli;

import dev.vectormigrate.DatasetMapping;
import dev.vectormigrate.MigrationPlan;
import dev.vectormigrate.PlanException;
import dev.vectormigrate.model.FieldType;
import java.util.ArrayList;
import java.util.List;
import java.util.function.Consumer;
import java.util.regex.Matcher;
import java.util.regex.Pattern;
import picocli.CommandLine.Option;

/** The options that change the columns of tables; they don't select what is migrated. */
final class MappingOptions {

  private static final Pattern SIZED_VECTOR = Pattern.compile("vector\\((\\d{1,5})\\)");

  @Option(
      names = "--convert",
      paramLabel = "TABLE.COLUMN=TYPE",
      description =
          "Turn a column into jsonb, timestamp, timestamptz, boolean, uuid, numeric, vector or"
              + " vector(N); rows with a value that is none are refused. Times without offset are"
              + " of UTC. May be repeated, as the next ones.")
  private List<String> conversions = new ArrayList<>();

  @Option(
      names = "--add",
      paramLabel = "TABLE.COLUMN=VALUE",
      description =
          "Add a text column with the same value in every row; to all tables if * is one.")
  private List<String> constants = new ArrayList<>();

  @Option(
      names = "--rename",
      paramLabel = "TABLE.COLUMN=NAME",
      description = "Give a column another name.")
  private List<String> names = new ArrayList<>();

  @Option(names = "--drop", paramLabel = "TABLE.COLUMN", description = "Leave a column out.")
  private List<String> dropped = new ArrayList<>();

  /** Puts them into a plan. */
  void applyTo(MigrationPlan.Builder plan) {
    for (String text : conversions) {
      ColumnChoice choice = ColumnChoice.withValue("--convert", text);
      FieldType type = type(choice.value());
      change(plan, "--convert", choice, d -> d.convert(choice.column(), type));
    }
    for (String text : names) {
      ColumnChoice choice = ColumnChoice.withValue("--rename", text);
      change(plan, "--rename", choice, d -> d.rename(choice.column(), choice.value()));
    }
    for (String text : dropped) {
      ColumnChoice choice = ColumnChoice.of("--drop", text, "");
      change(plan, "--drop", choice, d -> d.drop(choice.column()));
    }
    for (String text : constants) {
      ColumnChoice choice = ColumnChoice.withValue("--add", text);
      Consumer<DatasetMapping.Builder> add = d -> d.constant(choice.column(), choice.value());
      if (choice.table().equals("*")) {
        plan.eachDataset(add);
      } else {
        plan.adjust(choice.table(), add);
      }
    }
  }

  private static void change(
      MigrationPlan.Builder plan,
      String option,
      ColumnChoice choice,
      Consumer<DatasetMapping.Builder> change) {
    if (choice.table().equals("*")) {
      throw new PlanException(
          option, "table '*': for --add alone, expected the name of a table. Name each.", null);
    }
    plan.adjust(choice.table(), change);
  }

  private static FieldType type(String name) {
    Matcher sized = SIZED_VECTOR.matcher(name);
    if (sized.matches()) {
      return FieldType.vector(Integer.parseInt(sized.group(1)), null);
    }
    return switch (name) {
      case "jsonb" -> FieldType.JSON;
      case "timestamp" -> FieldType.TIMESTAMP;
      case "timestamptz" -> FieldType.INSTANT;
      case "boolean" -> FieldType.BOOLEAN;
      case "uuid" -> FieldType.UUID;
      case "numeric" -> FieldType.DECIMAL;
      case "vector" -> FieldType.vector(0, null);
      default ->
          throw new PlanException(
              "--convert",
              "type '%s': unknown, expected jsonb, timestamp, timestamptz, boolean, uuid, numeric, vector or vector(N). Check the spelling."
                  .formatted(name),
              null);
    };
  }
}
