package dev.vectormigrate.sources.files;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import dev.vectormigrate.model.Dataset;
import dev.vectormigrate.spi.Position;
import dev.vectormigrate.spi.RowReader;
import dev.vectormigrate.spi.SourceSession;
import dev.vectormigrate.spi.SourceStore;
import dev.vectormigrate.spi.Split;
import java.util.ArrayList;
import java.util.List;

/** What the splits and positions of every source of files must be like. */
public final class SplitChecks {

  private SplitChecks() {}

  /** Checks every dataset of a source, with the tokens of one session used in another. */
  public static void check(SourceStore source) throws Exception {
    try (SourceSession session = source.open();
        SourceSession other = source.open()) {
      assertThat(session.datasets()).isNotEmpty().isEqualTo(session.datasets());
      for (Dataset dataset : session.datasets()) {
        coverEverything(session, other, dataset);
        resumeAfterEveryPosition(session, other, dataset);
        endForGood(session, dataset);
        refuseForeignTokens(session, dataset);
      }
    }
  }

  private static void coverEverything(SourceSession session, SourceSession other, Dataset dataset)
      throws Exception {
    Reading whole = Reading.of(session, dataset);
    assertThat(whole.items).hasSize((int) dataset.rows().getAsLong());
    for (int parts : new int[] {1, 2, 3, 7, 10_000}) {
      List<Object> joined = new ArrayList<>();
      List<Split> splits = session.split(dataset, parts);
      assertThat(splits).hasSizeBetween(1, parts);
      for (Split split : splits) {
        joined.addAll(Reading.of(other, dataset, new Split(split.token()), Position.START).items);
      }
      assertThat(joined).isEqualTo(whole.items);
    }
  }

  private static void resumeAfterEveryPosition(
      SourceSession session, SourceSession other, Dataset dataset) throws Exception {
    for (Split split : session.split(dataset, 2)) {
      Reading all = Reading.of(session, dataset, split, Position.START);
      for (int i = 0; i < all.items.size(); i++) {
        Position position = new Position(all.positions.get(i).token());
        Reading rest = Reading.of(other, dataset, split, position);
        assertThat(rest.items).isEqualTo(all.items.subList(i + 1, all.items.size()));
      }
    }
  }

  private static void endForGood(SourceSession session, Dataset dataset) throws Exception {
    Reading whole = Reading.of(session, dataset);
    Position last =
        whole.positions.isEmpty()
            ? Position.START
            : whole.positions.get(whole.positions.size() - 1);
    RowReader reader = session.read(dataset, Split.WHOLE, last);
    assertThat(reader.position()).isEqualTo(last);
    assertThat(reader.next()).isNull();
    assertThat(reader.next()).isNull();
    assertThat(reader.position()).isEqualTo(last);
    reader.close();
    reader.close();
    assertThatThrownBy(reader::next)
        .isInstanceOf(IllegalStateException.class)
        .hasMessage("reader: closed, expected an open one");
  }

  private static void refuseForeignTokens(SourceSession session, Dataset dataset) {
    long count = dataset.rows().getAsLong();
    for (String token : new String[] {"x", "3..2", "0.." + (count + 1)}) {
      assertThatThrownBy(() -> session.read(dataset, new Split(token), Position.START))
          .hasMessage("split '%s': not of this source, expected one within 0..%d", token, count);
    }
    for (String token : new String[] {"x", "-1", "" + count}) {
      assertThatThrownBy(() -> session.read(dataset, Split.WHOLE, new Position(token)))
          .hasMessage(
              "position '%s': not of this split, expected a number within 0..%d", token, count);
    }
  }
}
