package dev.vectormigrate.sources.records;

import static dev.vectormigrate.sources.records.Records.findings;
import static dev.vectormigrate.sources.records.Records.read;
import static dev.vectormigrate.sources.records.Records.write;
import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import dev.vectormigrate.sources.files.SplitChecks;
import java.nio.charset.StandardCharsets;
import java.nio.file.Files;
import java.nio.file.Path;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.CsvSource;
import org.junit.jupiter.params.provider.ValueSource;

class CsvFileTest {

  @TempDir private Path folder;

  private CsvFile source(String content) throws Exception {
    return CsvFile.at(write(folder, "chunks.csv", content));
  }

  @Test
  void quotedFieldsHoldDelimitersQuotesAndLineEnds() throws Exception {
    CsvFile source =
        source(
            "\uFEFFid,text,embedding,\"a,\"\"b\"\r\n"
                + "1,\"x\r\ny, \"\"z\"\"\",\"[1,2]\",5\"\r\n"
                + "\r\n"
                + "2,,\"[3, 4]\", c \r\n"
                + "3,\"\n\n\",,\"\"");

    assertThat(read(source))
        .containsExactly(
            "1 | x\r\ny, \"z\" | {\"a,\\\"b\":\"5\\\"\"} | <1.0 2.0>",
            "2 |  | {\"a,\\\"b\":\" c \"} | <3.0 4.0>",
            "3 | \n\n | {\"a,\\\"b\":\"\"} | null");
    SplitChecks.check(source);
  }

  @ParameterizedTest(name = "written {0}")
  @CsvSource(
      delimiter = '|',
      value = {
        "[1, -2.5e0]                     | <1.0 -2.5>",
        "[1]                             | <1.0>",
        "1 -2.5                          | <1.0 -2.5>",
        "1;-2.5;+.5                      | <1.0 -2.5 0.5>",
        "''                              | null",
        "[1, NaN]                        | a component is NaN, infinite or too large for single precision, expected a number",
        "[]                              | no components, expected some",
        "[1 2]                           | printed by NumPy, which leaves digits or numbers out, expected a JSON array. Write it with json.dumps(vector.tolist())",
        "[0.1, 0.2, ..., 0.3]            | printed by NumPy, which leaves digits or numbers out, expected a JSON array. Write it with json.dumps(vector.tolist())",
        "[1, 2                           | text that is no array, expected a JSON array of numbers",
        "[1] [2]                         | text that is no array, expected a JSON array of numbers",
        "[1, 2] x                        | text that is no array, expected a JSON array of numbers",
        "1 x                             | text that is no list of numbers, expected a JSON array, or numbers with blanks or semicolons between them",
        "1,2                             | text that is no list of numbers, expected a JSON array, or numbers with blanks or semicolons between them",
        "0x10                            | text that is no list of numbers, expected a JSON array, or numbers with blanks or semicolons between them",
      })
  void aVectorIsAnArrayOrAListOfNumbers(String written, String expected) throws Exception {
    String line = read(source("id,embedding\na,\"" + written + "\"\n")).get(0);

    boolean refused = !expected.startsWith("<") && !expected.equals("null");
    assertThat(line)
        .isEqualTo(refused ? "refused a: embedding: " + expected : "a | null | {} | " + expected);
  }

  @Test
  void whatIsWrongWithOneRowRefusesThatOne() throws Exception {
    CsvFile source =
        source(
            """
            id,text,vector
            a,one,[1]
            b,two
            c,three,[1],4
            d,"four"x,[1]
            e,five\rsix,[1]
            a,again,[1]
            ,none,[1]
            f,last,"[1,2]"
            """);

    assertThat(read(source))
        .containsExactly(
            "a | one | {} | <1.0>",
            "refused chunks#1: record: 2 columns, expected 3 as in the header",
            "refused chunks#2: record: 4 columns, expected 3 as in the header",
            "refused chunks#3: record: text after a closing quotation mark or a bare carriage"
                + " return, expected fields of one row",
            "refused chunks#4: record: text after a closing quotation mark or a bare carriage"
                + " return, expected fields of one row",
            "refused a: key: of an earlier record of the file too, expected every key once",
            "chunks#6 | none | {} | <1.0>",
            "refused f: embedding: dimension 2, expected 1 as most have");
    assertThat(findings(source))
        .containsExactly(
            "WARNING records.refused: records that cannot be read: 4, refused",
            "WARNING records.ids.missing: records without id: 1, called by file and number",
            "WARNING records.ids.repeated: records with the id of an earlier one: 1, refused");
    SplitChecks.check(source);
  }

  @Test
  void bytesThatAreNoTextRefuseTheirRow() throws Exception {
    Path file = folder.resolve("chunks.csv");
    Files.write(file, "id,text\na,\u00ff\nb,c\n".getBytes(StandardCharsets.ISO_8859_1));

    assertThat(read(CsvFile.at(file)))
        .containsExactly(
            "refused chunks#0: record: not UTF-8, expected Unicode text", "b | c | {} | null");
  }

  @ParameterizedTest
  @ValueSource(strings = {"id,text\na,b\nc", "id,text\na,b\nc,\"d", "id,text\na,b\nc,\"d\n\ne,f\n"})
  void aFileThatIsCutOffIsAnError(String content) throws Exception {
    assertThat(findings(source(content)))
        .contains(
            "ERROR records.cut.off: the last record is cut off, so more may be missing. Restore"
                + " the file from a backup, or remove what is left of that record");
    assertThat(read(source(content))).hasSize(2).contains("a | b | {} | null");
  }

  @Test
  void columnsAreWhereTheCallerSays() throws Exception {
    String content = "key;id;v.1;v.2;m\n1;x;1 2;3;{\"a\": [1.50]}\n2;y;;;\n3;z;;;[1]\n;w;;;\n";
    RecordFields fields =
        RecordFields.DEFAULT.withId("key").withText("id").withVectors("v.1", "v.2");

    CsvFile source = source(content).delimiter(';').fields(fields.withMetadata("m"));
    assertThat(read(source))
        .containsExactly(
            "1 | x | {\"a\":[1.5]} | <1.0 2.0> | <3.0>",
            "2 | y | {} | null | null",
            "refused 3: metadata: an array, expected a JSON object",
            "refused chunks#3: id: no 'key', expected a text or an integer");
    assertThatThrownBy(() -> source.delimiter(',').open())
        .hasMessage(
            folder.resolve("chunks.csv")
                + ": no column 'key' among the 1 of its header, expected one. Name another field"
                + " or delimiter");
  }

  @Test
  void aHeaderIsExpected() throws Exception {
    Path file = folder.resolve("chunks.csv");
    assertThatThrownBy(() -> source("").open())
        .hasMessage(file + ": empty, expected a header. Check the file");
    assertThatThrownBy(() -> source("a,b,a\n").open())
        .hasMessage(
            file + ": two columns of one name in its header, expected different ones. Rename one");
    assertThatThrownBy(() -> source("\"a\"b\n").open())
        .hasMessage(
            file
                + ": no header in its first line, expected names of columns in UTF-8. Check the"
                + " file");
  }

  @ParameterizedTest
  @ValueSource(chars = {'"', '\n', '\r', '\u00e9'})
  void someCharactersCannotBeDelimiters(char character) {
    assertThatThrownBy(() -> CsvFile.at(folder).delimiter(character))
        .hasMessage(
            "delimiter: U+%04X, expected an ASCII character that is no quotation mark or line end",
            (int) character);
  }
}
