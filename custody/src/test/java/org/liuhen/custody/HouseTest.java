package org.liuhen.custody;

import static com.tngtech.archunit.lang.syntax.ArchRuleDefinition.noClasses;
import static com.tngtech.archunit.library.dependencies.SlicesRuleDefinition.slices;

import com.tngtech.archunit.core.domain.JavaClasses;
import com.tngtech.archunit.core.importer.ClassFileImporter;
import com.tngtech.archunit.core.importer.ImportOption;
import com.tngtech.archunit.lang.ArchRule;
import org.junit.jupiter.api.Test;

class HouseTest {
    private static final JavaClasses HOUSE = new ClassFileImporter()
            .withImportOption(ImportOption.Predefined.DO_NOT_INCLUDE_TESTS)
            .importPackages("org.liuhen");

    static final ArchRule THE_CORE_KNOWS_NO_FRAMEWORK = noClasses()
            .that()
            .resideInAPackage("org.liuhen.custody..")
            .should()
            .dependOnClassesThat()
            .resideInAnyPackage(
                    "org.apache.flink..",
                    "org.apache.kafka..",
                    "org.apache.tika..",
                    "io.minio..",
                    "io.javalin..",
                    "java.sql..",
                    "org.liuhen.storage..",
                    "org.liuhen.intake..",
                    "org.liuhen.ingest..",
                    "org.liuhen.review..",
                    "org.liuhen.station..");

    static final ArchRule WORDS_THEN_EVENTS_AND_LOG_THEN_VERIFICATION = noClasses()
            .that()
            .resideInAPackage("..custody.evidence..")
            .should()
            .dependOnClassesThat()
            .resideInAnyPackage("..custody.event..", "..custody.log..", "..custody.verify..");

    static final ArchRule NO_CIRCLES =
            slices().matching("org.liuhen.custody.(*)..").should().beFreeOfCycles();

    @Test
    void theCoreKnowsNoFramework() {
        THE_CORE_KNOWS_NO_FRAMEWORK.check(HOUSE);
    }

    @Test
    void wordsThenEventsAndLogThenVerification() {
        WORDS_THEN_EVENTS_AND_LOG_THEN_VERIFICATION.check(HOUSE);
    }

    @Test
    void noCircles() {
        NO_CIRCLES.check(HOUSE);
    }
}
