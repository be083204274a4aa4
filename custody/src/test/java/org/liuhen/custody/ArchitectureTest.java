package org.liuhen.custody;

import static com.tngtech.archunit.lang.syntax.ArchRuleDefinition.noClasses;
import static com.tngtech.archunit.library.dependencies.SlicesRuleDefinition.slices;

import com.tngtech.archunit.core.domain.JavaClasses;
import com.tngtech.archunit.core.importer.ClassFileImporter;
import com.tngtech.archunit.core.importer.ImportOption;
import com.tngtech.archunit.lang.ArchRule;
import org.junit.jupiter.api.Test;

class ArchitectureTest {
    private static final JavaClasses CLASSES = new ClassFileImporter()
            .withImportOption(ImportOption.Predefined.DO_NOT_INCLUDE_TESTS)
            .importPackages("org.liuhen");

    static final ArchRule CUSTODY_USES_NO_FRAMEWORK = noClasses()
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

    static final ArchRule EVIDENCE_USES_NO_EVENT_LOG_OR_VERIFICATION = noClasses()
            .that()
            .resideInAPackage("..custody.evidence..")
            .should()
            .dependOnClassesThat()
            .resideInAnyPackage("..custody.event..", "..custody.log..", "..custody.verify..");

    static final ArchRule NO_CYCLES =
            slices().matching("org.liuhen.custody.(*)..").should().beFreeOfCycles();

    @Test
    void custodyUsesNoFramework() {
        CUSTODY_USES_NO_FRAMEWORK.check(CLASSES);
    }

    @Test
    void evidenceUsesNoEventLogOrVerification() {
        EVIDENCE_USES_NO_EVENT_LOG_OR_VERIFICATION.check(CLASSES);
    }

    @Test
    void noCycles() {
        NO_CYCLES.check(CLASSES);
    }
}
