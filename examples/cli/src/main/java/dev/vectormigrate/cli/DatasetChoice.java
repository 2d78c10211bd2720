package dev.vectormigrate.cli;

import dev.vectormigrate.DatasetMapping;
import dev.vectormigrate.spi.TableName;
import org.jspecify.annotations.Nullable;
import picocli.CommandLine.ITypeConverter;
import picocli.CommandLine.TypeConversionException;

/**
 * A dataset to migrate.
 *
 * @param dataset its name
 * @param table where it goes; null for the default
 */
record DatasetChoice(String dataset, @Nullable TableName table) {

  /** Reads {@code NAME} or {@code NAME=TABLE}, where TABLE may be {@code schema.table}. */
  static DatasetChoice parse(String text) {
    // Of the last one, so that a name with an equals sign can be written.
    int equals = text.lastIndexOf('=');
    String dataset = equals < 0 ? text : text.substring(0, equals);
    if (dataset.isEmpty()) {
      throw wrong(text);
    }
    return new DatasetChoice(dataset, equals < 0 ? null : table(text, text.substring(equals + 1)));
  }

  private static TableName table(String text, String table) {
    int dot = table.indexOf('.');
    if (table.isEmpty() || dot == 0 || dot == table.length() - 1) {
      throw wrong(text);
    }
    return dot < 0
        ? TableName.of(table)
        : new TableName(table.substring(0, dot), table.substring(dot + 1));
  }

  private static TypeConversionException wrong(String text) {
    return new TypeConversionException(
        "'%s', expected NAME, NAME=TABLE or NAME=SCHEMA.TABLE.".formatted(text));
  }

  void applyTo(DatasetMapping.Builder mapping) {
    if (table == null) {
      return;
    }
    if (table.schema() == null) {
      mapping.table(table.name());
    } else {
      mapping.table(table.schema(), table.name());
    }
  }

  /** Lets an option have this type. */
  static final class Converter implements ITypeConverter<DatasetChoice> {

    @Override
    public DatasetChoice convert(String text) {
      return parse(text);
    }
  }
}
