package dev.vectormigrate;

import static com.tngtech.archunit.base.DescribedPredicate.not;
import static com.tngtech.archunit.core.domain.JavaClass.Predicates.belongToAnyOf;
import static com.tngtech.archunit.core.domain.JavaClass.Predicates.resideInAPackage;
import static com.tngtech.archunit.lang.syntax.ArchRuleDefinition.classes;
import static com.tngtech.archunit.lang.syntax.ArchRuleDefinition.noClasses;
import static com.tngtech.archunit.library.dependencies.SlicesRuleDefinition.slices;
import static org.assertj.core.api.Assertions.assertThat;

import com.tngtech.archunit.core.domain.JavaClass;
import com.tngtech.archunit.core.domain.JavaClasses;
import com.tngtech.archunit.core.domain.JavaPackage;
import com.tngtech.archunit.core.importer.ClassFileImporter;
import com.tngtech.archunit.core.importer.ImportOption;
import java.util.List;
import org.jspecify.annotations.NullMarked;
import org.junit.jupiter.api.Test;

class ArchitectureTest {

  private static final String ROOT = "dev.vectormigrate";
  private static final JavaClasses MAIN =
      new ClassFileImporter()
          .withImportOption(ImportOption.Predefined.DO_NOT_INCLUDE_TESTS)
          .withImportOption(ImportOption.Predefined.DO_NOT_INCLUDE_JARS)
          .importPackages(ROOT);

  private static void mayUse(String user, String... used) {
    noClasses()
        .that()
        .resideInAPackage(user)
        .should()
        .dependOnClassesThat(
            resideInAPackage(ROOT + "..")
                .and(not(resideInAPackage(user)))
                .and(not(JavaClass.Predicates.resideInAnyPackage(used))))
        .check(MAIN);
  }

  @Test
  void model_uses_nothing_and_spi_uses_model() {
    mayUse(ROOT + ".model", new String[0]);
    mayUse(ROOT + ".spi", ROOT + ".model");
  }

  @Test
  void verify_uses_model_and_spi_and_what_samples_need_of_internal() {
    mayUse(ROOT + ".verify", ROOT + ".model", ROOT + ".spi", ROOT + ".internal");
  }

  @Test
  void reduce_uses_model_and_alone_knows_linear_algebra() {
    mayUse(ROOT + ".reduce", ROOT + ".model");
    noClasses()
        .that()
        .resideOutsideOfPackage(ROOT + ".reduce")
        .should()
        .dependOnClassesThat()
        .resideInAPackage("org.ejml..")
        .check(MAIN);
  }

  /** A report is data; how it is written nobody needs who runs a migration. */
  @Test
  void report_uses_the_root_model_and_spi_and_nothing_uses_report() {
    mayUse(ROOT + ".report", ROOT, ROOT + ".model", ROOT + ".spi");
    noClasses()
        .that()
        .resideOutsideOfPackage(ROOT + ".report")
        .should()
        .dependOnClassesThat()
        .resideInAPackage(ROOT + ".report")
        .check(MAIN);
  }

  /** What the optional libraries are needed for is in one place. */
  @Test
  void observe_uses_the_root_model_and_spi_and_nothing_uses_observe() {
    mayUse(ROOT + ".observe", ROOT, ROOT + ".model", ROOT + ".spi");
    noClasses()
        .that()
        .resideOutsideOfPackage(ROOT + ".observe")
        .should()
        .dependOnClassesThat()
        .resideInAnyPackage(ROOT + ".observe", "io.micrometer..", "io.opentelemetry..")
        .check(MAIN);
  }

  @Test
  void the_plan_the_migration_and_who_compares_samples_alone_reach_into_internal()
      throws Exception {
    Class<?> samples = Class.forName(ROOT + ".verify.SamplesVerifier");
    Class<?> json = Class.forName(ROOT + ".verify.JsonStructureVerifier");

    noClasses()
        .that()
        .resideOutsideOfPackage(ROOT + ".internal")
        .and(not(belongToAnyOf(MigrationPlan.class, Migration.class, samples, json)))
        .should()
        .dependOnClassesThat()
        .resideInAPackage(ROOT + ".internal")
        .check(MAIN);
  }

  @Test
  void core_knows_no_database_and_no_store() {
    noClasses()
        .should()
        .dependOnClassesThat()
        .resideInAnyPackage("java.sql..", "javax.sql..", "org.postgresql..")
        .check(MAIN);
  }

  /** Embedders are an offer: without their frameworks all else runs. */
  @Test
  void embed_uses_model_and_spi_and_nothing_uses_embed_or_what_it_needs() {
    mayUse(ROOT + ".embed", ROOT + ".model", ROOT + ".spi");
    noClasses()
        .that()
        .resideOutsideOfPackage(ROOT + ".embed")
        .should()
        .dependOnClassesThat()
        .resideInAnyPackage(
            ROOT + ".embed", "java.net..", "dev.langchain4j..", "org.springframework..")
        .check(MAIN);
  }

  @Test
  void model_and_spi_know_no_logger() {
    noClasses()
        .that()
        .resideInAnyPackage(ROOT + ".model", ROOT + ".spi", ROOT + ".verify")
        .should()
        .dependOnClassesThat()
        .resideInAPackage("org.slf4j..")
        .check(MAIN);
  }

  @Test
  void names_say_what_a_class_is() {
    noClasses()
        .should()
        .haveSimpleNameEndingWith("Manager")
        .orShould()
        .haveSimpleNameEndingWith("Impl")
        .orShould()
        .haveNameMatching(".*Utils?")
        .orShould()
        .haveNameMatching(".*Helpers?")
        .check(MAIN);
  }

  @Test
  void exceptions_of_a_plan_are_final_and_beside_their_root() {
    classes()
        .that()
        .areAssignableTo(MigrationException.class)
        .and()
        .doNotBelongToAnyOf(MigrationException.class)
        .should()
        .haveModifier(com.tngtech.archunit.core.domain.JavaModifier.FINAL)
        .andShould()
        .resideInAPackage(ROOT)
        .check(MAIN);
  }

  @Test
  void only_one_class_sleeps() {
    List<String> sleepers =
        MAIN.stream()
            .filter(
                type ->
                    type.getMethodCallsFromSelf().stream()
                        .anyMatch(
                            call ->
                                call.getTargetOwner().isEquivalentTo(Thread.class)
                                    && call.getName().equals("sleep")))
            .map(JavaClass::getSimpleName)
            .toList();

    assertThat(sleepers).containsExactly("Retrier");
  }

  @Test
  void every_package_is_null_marked() {
    List<String> unmarked =
        MAIN.stream()
            .map(JavaClass::getPackage)
            .distinct()
            .filter(candidate -> !candidate.isAnnotatedWith(NullMarked.class))
            .map(JavaPackage::getName)
            .toList();

    assertThat(unmarked).isEmpty();
    assertThat(MAIN.stream().map(JavaClass::getPackageName).distinct())
        .containsExactlyInAnyOrder(
            ROOT,
            ROOT + ".backup",
            ROOT + ".embed",
            ROOT + ".layout",
            ROOT + ".model",
            ROOT + ".reduce",
            ROOT + ".observe",
            ROOT + ".report",
            ROOT + ".spi",
            ROOT + ".verify",
            ROOT + ".internal");
  }

  @Test
  void model_and_spi_have_no_cycles_inside() {
    slices().matching(ROOT + ".(model|spi)").should().beFreeOfCycles().check(MAIN);
  }
}
