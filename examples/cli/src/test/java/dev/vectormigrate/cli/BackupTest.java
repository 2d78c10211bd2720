package dev.vectormigrate.cli;

import static org.assertj.core.api.Assertions.assertThat;

import dev.vectormigrate.backup.Backup;
import dev.vectormigrate.backup.Backups;
import dev.vectormigrate.cli.Cli.Result;
import dev.vectormigrate.pgvector.testing.LocalPostgres;
import java.io.IOException;
import java.io.RandomAccessFile;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.List;
import java.util.Map;
import java.util.concurrent.TimeUnit;
import java.util.stream.Stream;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;

/** Backups, damaged stores and the copy of the state, as a person at a shell meets them. */
class BackupTest {

  private static final long PATIENCE_NANOS = TimeUnit.MINUTES.toNanos(2);
  private static final int KILLED = 128 + 9;

  @TempDir private Path temp;
  private Path users;
  private String from;
  private Backups backups;
  private LocalPostgres.Database database;
  private Cli cli;

  @BeforeEach
  void prepare() throws IOException {
    temp = temp.toRealPath();
    users = UserData.of(temp, "ann", "bea", "cyd");
    from = "simple-vector-store:" + users;
    backups = Backups.beside(users);
    database = LocalPostgres.shared().createDatabase("cli");
    cli = Cli.of(database);
  }

  @AfterEach
  void dropDatabase() {
    database.close();
  }

  private Result migrate(String... more) {
    List<String> args = new ArrayList<>(List.of("migrate", "--from", from, "--name", "chat"));
    args.addAll(List.of(more));
    return cli.on(database, args.toArray(String[]::new));
  }

  private Result backup(String command, String... more) {
    List<String> args = new ArrayList<>(List.of("backup", command, "--from", from));
    args.addAll(List.of(more));
    return Cli.withoutEnvironment().run(args.toArray(String[]::new));
  }

  /** Without what differs from run to run. */
  private String same(String text) {
    return text.replace(temp.toString(), "TEMP")
        .replace(database.jdbcUrl(), "URL")
        .replaceAll("_\\d{8}_\\d{6}(_\\d+)?", "_TIME")
        .replaceAll("-[0-9a-f]{8}_TIME", "-HASH_TIME")
        .replaceAll("(?m) +$", "")
        .replaceAll("\\d{4}-\\d\\d-\\d\\dT[\\d:.]+Z", "NOW")
        .replaceAll("\\d+\\.\\d s", "# s");
  }

  private Backup onlyBackup() {
    assertThat(backups.list()).hasSize(1);
    return backups.list().get(0);
  }

  @Test
  void migrateMakesABackupAndSaysWhere() {
    Result result = migrate();

    assertThat(result.err()).isEmpty();
    assertThat(same(result.progress()))
        .isEqualTo(
            """
            PLAN   # s
            BACKUP # s
            STAGE  36 rows in # s
            INDEX  # s
            VERIFY 36 rows in # s
            PROMOTE # s
            """);
    assertThat(result.code()).isZero();
    assertThat(same(result.out()))
        .isEqualTo(
            """
            Migration: chat
            From:      simple-vector-store:TEMP/user_data
            To:        URL
            Backup:    to TEMP/.vector-migrate-backups


            Migrated: 36 rows, read back and compared, live after # s.

            dataset                 table                   mode    read  written  rejected
            ann/personal_assistant  ann_personal_assistant  create    12       12         0
            bea/personal_assistant  bea_personal_assistant  create    12       12         0
            cyd/personal_assistant  cyd_personal_assistant  create    12       12         0

            Backup: chat_TIME, in TEMP/.vector-migrate-backups/chat_TIME.tar.gz

            warning simplevectorstore.ids.missing: rows without id: 1, identified by their number
            warning simplevectorstore.ids.repeated: rows with the id of an earlier one: 1, told apart by # and their number
            warning simplevectorstore.ids.missing: rows without id: 1, identified by their number
            warning simplevectorstore.ids.repeated: rows with the id of an earlier one: 1, told apart by # and their number
            warning simplevectorstore.ids.missing: rows without id: 1, identified by their number
            warning simplevectorstore.ids.repeated: rows with the id of an earlier one: 1, told apart by # and their number

            To take it back: vector-migrate rollback --to 'URL' --name 'chat'
            """);
    backups.verify(onlyBackup());
  }

  @Test
  void noBackupMakesNone() {
    Result result = migrate("--no-backup");

    assertThat(result.code()).isZero();
    assertThat(result.out()).contains("Backup:    none\n", "Backup: none was made\n");
    assertThat(backups.folder()).doesNotExist();
    assertThat(cli.on(database, "status", "--name", "chat").out())
        .contains("Backup:    none was made\n");
  }

  @Test
  void aDryRunMakesNone() {
    assertThat(migrate("--dry-run").code()).isZero();
    assertThat(backups.folder()).doesNotExist();
  }

  @Test
  void statusShowsThePhaseAndTheBackup() {
    migrate();

    Result status = cli.on(database, "status", "--name", "chat");

    assertThat(status.code()).isZero();
    assertThat(same(status.out()))
        .isEqualTo(
            """
            Migration: chat
            State:     promoted
            Backup:    chat_TIME, in TEMP/.vector-migrate-backups/chat_TIME.tar.gz
            Began:     NOW
            Changed:   NOW

            dataset                 table                   mode    expected  read  rejected
            ann/personal_assistant  ann_personal_assistant  create        12    12         0
            bea/personal_assistant  bea_personal_assistant  create        12    12         0
            cyd/personal_assistant  cyd_personal_assistant  create        12    12         0

            """);
  }

  @Test
  void backupsGoWhereTheyAreToldAndSoManyAreKept() {
    Path folder = temp.resolve("elsewhere");
    String[] options = {"--backup-dir", folder.toString(), "--keep-backups", "2"};
    for (int i = 0; i < 3; i++) {
      Result made = backup("create", options);
      assertThat(made.err()).isEmpty();
      assertThat(made.code()).isZero();
      assertThat(same(made.out()))
          .isEqualTo(
              """
              Backup made: simple-vector-store-user_data-HASH_TIME, 6 files, 10,068 bytes, in TEMP/elsewhere/simple-vector-store-user_data-HASH_TIME.tar.gz
              """);
    }

    Result list = backup("list", options);

    assertThat(list.code()).isZero();
    assertThat(same(list.out()).replaceAll(" +", " "))
        .isEqualTo(
            """
            2 backups of TEMP/user_data in TEMP/elsewhere

            backup files bytes made
            simple-vector-store-user_data-HASH_TIME 6 10,068 NOW
            simple-vector-store-user_data-HASH_TIME 6 10,068 NOW
            """);
    assertThat(backups.folder()).doesNotExist();
  }

  @Test
  void backupsOfOtherStoresAreNotListed() throws IOException {
    Path other = Files.createDirectory(temp.resolve("other"));
    backups.create("other", other);

    Result list = backup("list");

    assertThat(list.code()).isZero();
    assertThat(same(list.out()))
        .isEqualTo("0 backups of TEMP/user_data in TEMP/.vector-migrate-backups\n");
    Result restore = backup("restore", onlyBackup().id(), "-y");
    assertThat(restore.code()).isEqualTo(2);
    assertThat(same(restore.err()))
        .isEqualTo(
            "[TEMP/.vector-migrate-backups] backup 'other_TIME': not there, expected one of []."
                + " Check the spelling.\n");
  }

  @Test
  void whatIsDamagedIsRestoredByteForByte() throws IOException {
    Map<String, String> whole = UserData.contents(users);
    migrate();
    UserData.damage(users, "bea");
    Files.delete(users.resolve("ann/vector_store_personal_assistant/metadata.json"));
    Map<String, String> damaged = UserData.contents(users);

    Result result = backup("restore", onlyBackup().id(), "--yes");

    assertThat(result.err()).isEmpty();
    assertThat(result.code()).isZero();
    assertThat(same(result.out()))
        .isEqualTo(
            """
            Restored: backup 'chat_TIME' is at TEMP/user_data
            What was there before is at TEMP/user_data.before-restore_TIME
            """);
    assertThat(UserData.contents(users)).isEqualTo(whole);
    Path aside = Path.of(result.out().strip().replaceFirst("(?s).* is at ", ""));
    assertThat(UserData.contents(aside)).isEqualTo(damaged);
  }

  @Test
  void theGuidesOptionsDoTheSame() throws IOException {
    Map<String, String> whole = UserData.contents(users);
    Cli bare = Cli.withoutEnvironment();
    Result made = bare.run("migrate", "--from", from, "--name", "chat", "--backup-only");
    assertThat(made.err()).isEmpty();
    assertThat(made.code()).isZero();
    assertThat(same(made.out())).startsWith("Backup made: chat_TIME, 6 files, ");

    Result list = bare.run("migrate", "--from", from, "--list-backups");
    assertThat(list.code()).isZero();
    assertThat(list.out()).isEqualTo(backup("list").out()).contains(onlyBackup().id());

    UserData.damage(users, "cyd");
    String time = onlyBackup().id().substring("chat_".length());
    Result back = bare.run("migrate", "--from", from, "--rollback", time, "-y");
    assertThat(back.err()).isEmpty();
    assertThat(back.code()).isZero();
    assertThat(UserData.contents(users)).isEqualTo(whole);
  }

  @Test
  void aRestoreIsAskedForAndRefusedWhereNobodyIs() throws IOException {
    backup("create");
    String id = onlyBackup().id();
    UserData.damage(users, "cyd");
    Map<String, String> damaged = UserData.contents(users);

    Result nobody = backup("restore", id);
    assertThat(nobody.code()).isEqualTo(2);
    assertThat(nobody.err())
        .startsWith("There is no terminal to ask on, expected --yes. Nothing was done.\n");

    Result no = cli.onTerminal("n\n", "migrate", "--from", from, "--rollback", id);
    assertThat(no.code()).isZero();
    assertThat(no.out())
        .isEqualTo("Restore backup '%s' to %s? [y/N] Nothing was done.\n".formatted(id, users));
    assertThat(UserData.contents(users)).isEqualTo(damaged);
  }

  @Test
  void aBackupCanBeRestoredElsewhereButNotOverSomethingElse() throws IOException {
    backup("create");
    String id = onlyBackup().id();
    Path fresh = temp.resolve("fresh");
    Path filled = Files.createDirectory(temp.resolve("filled"));
    Files.writeString(filled.resolve("mine.txt"), "mine");

    assertThat(backup("restore", id, "--into", fresh.toString(), "-y").code()).isZero();
    Result refused = backup("restore", id, "--into", filled.toString(), "-y");

    assertThat(UserData.contents(fresh)).isEqualTo(UserData.contents(users));
    assertThat(refused.code()).isEqualTo(6);
    assertThat(same(refused.err()))
        .isEqualTo(
            "[--into] TEMP/filled: there already, expected nothing or an empty folder. Name"
                + " another one.\n");
    assertThat(filled.resolve("mine.txt")).hasContent("mine");
  }

  @Test
  void verifyComparesABackupWithItsList() throws IOException {
    backup("create");
    Backup backup = onlyBackup();

    Result good = backup("verify", backup.id());
    assertThat(good.code()).isZero();
    assertThat(good.out())
        .isEqualTo(
            "Verified: backup '%s' holds 6 files, each as it was backed up.\n"
                .formatted(backup.id()));

    byte[] bytes = Files.readAllBytes(backup.archive());
    bytes[bytes.length / 2] ^= 1;
    Files.write(backup.archive(), bytes);
    Result bad = backup("verify", backup.id());
    assertThat(bad.code()).isEqualTo(4);
    assertThat(same(bad.err()))
        .hasLineCount(1)
        .startsWith("[TEMP/.vector-migrate-backups/")
        .contains("archive was changed: SHA-256 ");
  }

  @Test
  void aBackupThatFailsStopsTheMigrationAndNamesTheOptions() throws IOException {
    Path folder = Files.writeString(temp.resolve("file"), "no folder");

    Result result = migrate("--backup-dir", folder.toString());

    assertThat(result.code()).isEqualTo(4);
    assertThat(same(result.err()))
        .startsWith("[simple-vector-store:TEMP/user_data] backup: [TEMP/file] backup of 'chat' ")
        .endsWith("Options: --backup-dir for another folder, --no-backup to do without.\n")
        .hasLineCount(2);
  }

  @Test
  void wrongUsageIsSaid() {
    assertThat(backup("create", "--keep-backups", "0").err())
        .startsWith("Invalid value for option '--keep-backups': 0, expected at least 1.\n")
        .contains("Try 'vector-migrate backup create --help'.");
    assertThat(Cli.withoutEnvironment().run("backup").err()).startsWith("Missing command.\n");
    assertThat(migrate("--dry-run", "--backup-only").code()).isEqualTo(2);
    assertThat(migrate("--no-backup", "--backup-only").code()).isEqualTo(2);
    assertThat(migrate("--on-error", "maybe").code()).isEqualTo(2);
    assertThat(backups.folder()).doesNotExist();
    Result help = Cli.withoutEnvironment().run("backup", "restore", "--help");
    assertThat(help.code()).isZero();
    assertThat(help.out()).contains("--into=PATH", "Exit codes:", "BACKUP");
  }

  @Test
  void withStopNothingOfThreeUsersIsMigratedIfOneIsCorrupt() throws IOException {
    UserData.damage(users, "bea");

    Result result = migrate();

    assertThat(result.code()).isEqualTo(6);
    assertThat(same(result.err()))
        .isEqualTo(
            """
            [simple-vector-store:TEMP/user_data bea/personal_assistant] store 'bea/personal_assistant': TEMP/user_data/bea/vector_store_personal_assistant/vectors.pkl: byte 2: frame of 485 bytes, 237 are left. The file is cut off; restore it from a backup
            """);
    assertThat(backups.folder()).doesNotExist();
    assertThat(cli.on(database, "status", "--name", "chat").out()).contains("State:     none");
  }

  @Test
  void withContinueTheOtherTwoAreMigratedAndTheThirdIsReported() throws IOException {
    UserData.damage(users, "bea");
    Path report = temp.resolve("report.json");

    Result result = migrate("--on-error", "continue", "--report", report.toString());

    assertThat(result.err()).isEmpty();
    assertThat(result.code()).isEqualTo(4);
    assertThat(same(result.out()))
        .isEqualTo(
            """
            Migration: chat
            From:      simple-vector-store:TEMP/user_data
            To:        URL
            Backup:    to TEMP/.vector-migrate-backups


            Migrated: 24 rows, read back and compared, live after # s. Left out: 1 dataset.

            dataset                 table                   mode    read  written  rejected
            ann/personal_assistant  ann_personal_assistant  create    12       12         0
            cyd/personal_assistant  cyd_personal_assistant  create    12       12         0

            Backup: chat_TIME, in TEMP/.vector-migrate-backups/chat_TIME.tar.gz

            warning simplevectorstore.ids.missing: rows without id: 1, identified by their number
            warning simplevectorstore.ids.repeated: rows with the id of an earlier one: 1, told apart by # and their number
            warning simplevectorstore.ids.missing: rows without id: 1, identified by their number
            warning simplevectorstore.ids.repeated: rows with the id of an earlier one: 1, told apart by # and their number
            error dataset.left_out: simple-vector-store:TEMP/user_data bea/personal_assistant was left out: store 'bea/personal_assistant': TEMP/user_data/bea/vector_store_personal_assistant/vectors.pkl: byte 2: frame of 485 bytes, 237 are left. The file is cut off; restore it from a backup. Mend it at its source, then migrate it with a plan of a new name.

            Report: TEMP/report.json
            To take it back: vector-migrate rollback --to 'URL' --name 'chat'
            """);
    assertThat(report).content().contains("\"passed\" : false", "\"code\" : \"dataset.left_out\"");

    Result again = migrate("--on-error", "continue");

    assertThat(again.code()).isEqualTo(4);
    assertThat(same(again.out()))
        .contains(
            "nothing was done. Left out: 1 dataset.",
            "error dataset.left_out: simple-vector-store:TEMP/user_data bea/personal_assistant was"
                + " left out: ");
    assertThat(cli.on(database, "status", "--name", "chat").out())
        .contains("error dataset.left_out: ");
    Result preview = migrateAs("other", "--on-error", "continue", "--replace", "--dry-run");
    assertThat(preview.code()).isEqualTo(4);
    assertThat(preview.out()).contains("would be migrated; nothing was changed. Left out: 1");
  }

  @Test
  void whatWasLeftOutStaysSoWhenAnInterruptedRunGoesOn() throws IOException {
    UserData.damage(users, "bea");
    UserData.addStoreWithRefusedRows(users, "dan");

    Result stopped = migrate("--no-backup", "--on-error", "continue");

    assertThat(stopped.code()).as(stopped.err()).isEqualTo(4);
    assertThat(stopped.err()).contains("dan/more_vectors] row '", "Rows refused: 1, allowed 0.");
    assertThat(cli.on(database, "status", "--name", "chat").out())
        .contains("State:     initial", "error dataset.left_out: ", " bea/personal_assistant was ");

    Result next = migrate("--max-rejects", "9");

    assertThat(next.err()).isEmpty();
    assertThat(next.code()).isEqualTo(4);
    assertThat(next.out())
        .contains("Left out: 1 dataset.", "dan/more_vectors", "Backup: " + onlyBackup().id());
  }

  private Result migrateAs(String name, String... more) {
    List<String> args = new ArrayList<>(List.of("migrate", "--from", from, "--name", name));
    args.addAll(List.of(more));
    return cli.on(database, args.toArray(String[]::new));
  }

  @Test
  void theStateIsCopiedToAFile() throws IOException {
    Path file = temp.resolve(".migration_state.json");

    assertThat(migrate("--state-file", file.toString()).code()).isZero();

    assertThat(same(Files.readString(file)))
        .isEqualTo(
            """
            {
              "phase" : "promoted",
              "backup_id" : "chat_TIME",
              "staging_complete" : true,
              "verification_passed" : true,
              "promoted" : true,
              "errors" : [ ],
              "updated_at" : "NOW"
            }
            """);
  }

  @Test
  void killedWhileItIsBackedUpNoHalfBackupIsListedAndTheNextRunGoesOn() throws Exception {
    Path large = users.resolve("large.bin");
    try (RandomAccessFile file = new RandomAccessFile(large.toFile(), "rw")) {
      file.setLength(1L << 36);
    }
    Process process = start("migrate", "--from", from, "--name", "chat", "--to");
    try {
      awaitArchive(process);
      process.destroyForcibly();
      assertThat(process.waitFor()).isEqualTo(KILLED);
    } finally {
      process.destroyForcibly();
    }
    assertThat(backup("list").out()).startsWith("0 backups of ");
    assertThat(cli.on(database, "status", "--name", "chat").out()).contains("State:     initial");
    Files.delete(large);

    Result next = migrate();

    assertThat(next.err()).isEmpty();
    assertThat(next.code()).isZero();
    Backup made = onlyBackup();
    backups.verify(made);
    assertThat(next.out()).contains("Backup: " + made.id() + ", in " + made.archive());
    try (Stream<Path> files = Files.list(backups.folder())) {
      assertThat(files.map(file -> file.getFileName().toString()).filter(f -> !f.equals(".lock")))
          .containsExactlyInAnyOrder(made.id() + ".tar.gz", made.id() + ".meta.json");
    }
  }

  private Process start(String... args) throws IOException {
    // Surefire's own class path is a jar that only names the real one.
    String classPath =
        System.getProperty("surefire.test.class.path", System.getProperty("java.class.path"));
    List<String> command = new ArrayList<>();
    command.add(Path.of(System.getProperty("java.home"), "bin", "java").toString());
    command.addAll(List.of("-XX:TieredStopAtLevel=1", "-XX:+UseSerialGC", "-cp", classPath));
    command.add(Main.class.getName());
    command.addAll(List.of(args));
    command.add(database.jdbcUrl());
    ProcessBuilder builder = new ProcessBuilder(command);
    builder.environment().putAll(cli.environment());
    return builder
        .redirectErrorStream(true)
        .redirectOutput(temp.resolve("output.txt").toFile())
        .start();
  }

  private void awaitArchive(Process process) throws Exception {
    long start = System.nanoTime();
    while (!archiveHasBegun()) {
      boolean ended = process.waitFor(1, TimeUnit.MILLISECONDS);
      assertThat(ended).as("ended early").isFalse();
      assertThat(System.nanoTime() - start).as("patience").isLessThan(PATIENCE_NANOS);
    }
  }

  private boolean archiveHasBegun() throws IOException {
    if (!Files.isDirectory(backups.folder())) {
      return false;
    }
    try (Stream<Path> files = Files.list(backups.folder())) {
      return files.anyMatch(file -> file.toString().endsWith(".part"));
    }
  }
}
