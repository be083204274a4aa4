package org.liuhen.custody;

import static com.tngtech.archunit.lang.syntax.ArchRuleDefinition.noClasses;
import static com.tngtech.archunit.library.dependencies.SlicesRuleDefinition.slices;

import com.tngtech.archunit.core.importer.ImportOption;
import com.tngtech.archunit.junit.AnalyzeClasses;
import com.tngtech.archunit.junit.ArchTest;
import com.tngtech.archunit.lang.ArchRule;

@AnalyzeClasses(packages = "org.liuhen", importOptions = ImportOption.DoNotIncludeTests.class)
class HouseTest {
    @ArchTest
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

    @ArchTest
    static final ArchRule WORDS_THEN_EVENTS_AND_LOG_THEN_VERIFICATION = noClasses()
            .that()
            .resideInAPackage("..custody.evidence..")
            .should()
            .dependOnClassesThat()
            .resideInAnyPackage("..custody.event..", "..custody.log..", "..custody.verify..");

    @ArchTest
    static final ArchRule NO_CIRCLES =
            slices().matching("org.liuhen.custody.(*)..").should().beFreeOfCycles();
}
