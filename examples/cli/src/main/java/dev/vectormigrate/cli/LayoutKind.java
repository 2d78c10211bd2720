package dev.vectormigrate.cli;

import dev.vectormigrate.Layout;
import dev.vectormigrate.layout.Layouts;
import java.util.Arrays;
import java.util.Locale;
import picocli.CommandLine.ITypeConverter;
import picocli.CommandLine.TypeConversionException;

/** The ready-made layouts that can be asked for. */
enum LayoutKind {
  HYBRIDRAG,
  LIGHTRAG,
  VECTOR_DOCUMENTS;

  /** All of them as they are written. */
  static final String NAMES = "hybridrag, lightrag, vector-documents";

  Layout layout() {
    return switch (this) {
      case HYBRIDRAG -> Layouts.hybridRag();
      case LIGHTRAG -> Layouts.lightRag();
      case VECTOR_DOCUMENTS -> Layouts.vectorDocuments();
    };
  }

  private String written() {
    return name().toLowerCase(Locale.ROOT).replace('_', '-');
  }

  /** Lets an option have this type. */
  static final class Converter implements ITypeConverter<LayoutKind> {

    @Override
    public LayoutKind convert(String text) {
      return Arrays.stream(values())
          .filter(kind -> kind.written().equals(text))
          .findFirst()
          .orElseThrow(
              () ->
                  new TypeConversionException("'%s', expected one of: %s.".formatted(text, NAMES)));
    }
  }
}
