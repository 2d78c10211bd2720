package dev.vectormigrate.pgvector;

import static org.assertj.core.api.Assertions.assertThat;

import org.junit.jupiter.api.Test;

class OriginStampTest {

  @Test
  void a_stamp_is_a_line_that_is_read_back_as_it_was() {
    OriginStamp plain = new OriginStamp("BAAI/bge-small-en-v1.5", "pca(64)");
    assertThat(plain.toString())
        .isEqualTo("vector-migrate: model=BAAI/bge-small-en-v1.5 reduction=pca(64)");
    for (OriginStamp stamp :
        new OriginStamp[] {
          plain, new OriginStamp("a%20b c\nd\te\r=é'\\", ""), new OriginStamp("", "random(8) %25"),
        }) {
      assertThat(stamp.toString()).doesNotContain("\n");
      assertThat(OriginStamp.in(stamp.toString())).contains(stamp);
    }
  }

  @Test
  void what_others_say_stays() {
    OriginStamp stamp = new OriginStamp("a", "");

    assertThat(stamp.putInto(null)).isEqualTo("vector-migrate: model=a");
    assertThat(stamp.putInto("mine\nvector-migrate: model=b\nmore"))
        .isEqualTo("mine\nmore\nvector-migrate: model=a");
    assertThat(OriginStamp.removedFrom("mine\nvector-migrate: model=b\nmore"))
        .isEqualTo("mine\nmore");
  }

  @Test
  void a_comment_that_says_nothing_is_no_stamp() {
    assertThat(OriginStamp.in(null)).isEmpty();
    assertThat(OriginStamp.in("model=a")).isEmpty();
    assertThat(OriginStamp.in("vector-migrate: ")).isEmpty();
    assertThat(OriginStamp.in("vector-migrate: =a model dimension=3")).isEmpty();
  }

  @Test
  void only_what_is_known_on_both_sides_can_differ() {
    OriginStamp a = new OriginStamp("a", "");
    assertThat(a.goesWith(new OriginStamp("a", ""))).isTrue();
    assertThat(a.goesWith(new OriginStamp("b", ""))).isFalse();
    assertThat(a.goesWith(new OriginStamp("a", "pca(2)"))).isFalse();
    assertThat(new OriginStamp("", "pca(2)").goesWith(new OriginStamp("a", "pca(2)"))).isTrue();
  }
}
