package dev.vectormigrate.sources.chroma;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import dev.vectormigrate.model.Dataset;
import dev.vectormigrate.model.Row;
import dev.vectormigrate.spi.Position;
import dev.vectormigrate.spi.RowReader;
import dev.vectormigrate.spi.SourceSession;
import dev.vectormigrate.spi.Split;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.List;
import java.util.stream.Stream;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.MethodSource;

/** Splits and positions mean the same in every session. */
class SplitsTest {

  /** Reading the rest of a large collection anew for each of its rows would take minutes. */
  private static final int FULL_CHECK_ROWS = 60;

  private static final int STRIDE = 97;

  @TempDir Path temp;

  static Stream<Fixture> fixtures() {
    return Stream.of(Fixture.V0_4_24, Fixture.V0_5_5, Fixture.V1);
  }

  @ParameterizedTest
  @MethodSource("fixtures")
  void areDisjointAndCoverEverything(Fixture fixture) throws Exception {
    ChromaDirectory source = ChromaDirectory.at(fixture.unpack(temp));
    try (SourceSession session = source.open();
        SourceSession other = source.open()) {
      for (Dataset dataset : session.datasets()) {
        List<Row> whole = Rows.of(session, dataset, Split.WHOLE, Position.START).rows;
        assertThat(whole).hasSize((int) dataset.rows().getAsLong());
        for (int parts : new int[] {1, 2, 3, 7}) {
          List<Row> joined = new ArrayList<>();
          List<Split> splits = session.split(dataset, parts);
          assertThat(splits).hasSizeBetween(1, parts);
          for (Split split : splits) {
            joined.addAll(Rows.of(other, dataset, new Split(split.token()), Position.START).rows);
          }
          assertThat(joined).isEqualTo(whole);
        }
      }
    }
  }

  @ParameterizedTest
  @MethodSource("fixtures")
  void resumeAfterEveryPosition(Fixture fixture) throws Exception {
    ChromaDirectory source = ChromaDirectory.at(fixture.unpack(temp));
    try (SourceSession session = source.open();
        SourceSession other = source.open()) {
      for (Dataset dataset : session.datasets()) {
        for (Split split : session.split(dataset, 3)) {
          checkResume(session, other, dataset, split);
        }
      }
    }
  }

  private static void checkResume(
      SourceSession session, SourceSession other, Dataset dataset, Split split) throws Exception {
    Rows all = Rows.of(session, dataset, split, Position.START);
    int size = all.rows.size();
    for (int i = 0; i < size; i++) {
      Position position = new Position(all.positions.get(i).token());
      if (size <= FULL_CHECK_ROWS || i % STRIDE == 0) {
        Rows rest = Rows.of(other, dataset, split, position);
        assertThat(rest.rows).isEqualTo(all.rows.subList(i + 1, size));
      }
      try (RowReader reader = other.read(dataset, split, position)) {
        assertThat(reader.position()).isEqualTo(position);
        assertThat(reader.next()).isEqualTo(i + 1 < size ? all.rows.get(i + 1) : null);
      }
    }
  }

  @Test
  void endForGood() throws Exception {
    try (SourceSession session = ChromaDirectory.at(Fixture.V1.unpack(temp)).open()) {
      Dataset dataset = Rows.dataset(session, "single_updated");
      try (RowReader reader = session.read(dataset, Split.WHOLE, Position.START)) {
        assertThat(reader.position()).isEqualTo(Position.START);
        assertThat(reader.next()).isNotNull();
        Position last = reader.position();
        assertThat(reader.next()).isNull();
        assertThat(reader.next()).isNull();
        assertThat(reader.position()).isEqualTo(last);
      }
    }
  }

  @Test
  void refuseTokensOfAnotherSource() throws Exception {
    try (SourceSession session = ChromaDirectory.at(Fixture.V1.unpack(temp)).open()) {
      Dataset dataset = Rows.dataset(session, "second");
      assertThatThrownBy(() -> session.read(dataset, new Split("x"), Position.START))
          .hasMessage("split 'x': not of this source, expected 1..9");
      assertThatThrownBy(() -> session.read(dataset, Split.WHOLE, new Position("x")))
          .hasMessage("position 'x': not of this source, expected a number");
    }
  }

  @Test
  void serveSeveralReadersAtOnce() throws Exception {
    Path directory = temp.resolve("generated");
    ChromaDirectoryGenerator.write(directory, 6_000, 8);
    try (SourceSession session = ChromaDirectory.at(directory).open()) {
      Dataset dataset = session.datasets().get(0);
      List<List<Row>> parts =
          session.split(dataset, 4).parallelStream().map(s -> rows(session, dataset, s)).toList();
      assertThat(parts).hasSize(4).allSatisfy(part -> assertThat(part).hasSize(1_500));
      List<Row> joined = parts.stream().flatMap(List::stream).toList();
      assertThat(joined).isEqualTo(Rows.of(session, dataset).rows);
    }
  }

  private static List<Row> rows(SourceSession session, Dataset dataset, Split split) {
    try {
      RowReader reader;
      synchronized (session) {
        reader = session.read(dataset, split, Position.START);
      }
      List<Row> rows = new ArrayList<>();
      try (reader) {
        for (Row row = reader.next(); row != null; row = reader.next()) {
          rows.add(row);
        }
      }
      return rows;
    } catch (Exception e) {
      throw new IllegalStateException(e);
    }
  }
}
