package org.liuhen.station;

import static com.tngtech.archunit.lang.syntax.ArchRuleDefinition.noClasses;
import static org.junit.jupiter.api.Assertions.assertTrue;

import com.tngtech.archunit.core.domain.JavaClasses;
import com.tngtech.archunit.core.importer.ClassFileImporter;
import com.tngtech.archunit.core.importer.ImportOption;
import java.util.List;
import org.junit.jupiter.api.Test;

/** The direction of the house: each module may use those before it in the list, and each framework has its rooms. */
class HouseTest {
    private static final List<String> MODULES =
            List.of("custody", "storage", "intake", "ingest", "review", "dock", "station");

    private static final JavaClasses HOUSE = new ClassFileImporter()
            .withImportOption(ImportOption.Predefined.DO_NOT_INCLUDE_TESTS)
            .importPackages("org.liuhen");

    @Test
    void theWholeHouseIsLookedAt() {
        for (String module : MODULES) {
            assertTrue(HOUSE.stream().anyMatch(c -> c.getPackageName().startsWith("org.liuhen." + module)), module);
        }
    }

    @Test
    void noModuleUsesOneThatComesAfterIt() {
        for (int i = 0; i < MODULES.size() - 1; i++) {
            String[] after = MODULES.subList(i + 1, MODULES.size()).stream()
                    .map(module -> "org.liuhen." + module + "..")
                    .toArray(String[]::new);
            noClasses()
                    .that()
                    .resideInAPackage("org.liuhen." + MODULES.get(i) + "..")
                    .should()
                    .dependOnClassesThat()
                    .resideInAnyPackage(after)
                    .check(HOUSE);
        }
    }

    @Test
    void theJobsKnowNoDoorAndTheReviewNoJob() {
        only("org.liuhen.ingest..", "org.liuhen.intake..");
        only("org.liuhen.review..", "org.liuhen.ingest..");
        for (String module : List.of("storage", "intake", "ingest", "review")) { // it runs on other people's machines
            only("org.liuhen.dock..", "org.liuhen." + module + "..");
        }
    }

    @Test
    void eachFrameworkHasItsRooms() {
        outside("io.minio..", "org.liuhen.storage.s3..");
        outside("org.apache.flink..", "org.liuhen.ingest..", "org.liuhen.station..");
        outside("org.apache.tika..", "org.liuhen.ingest.describe..");
        outside("io.javalin..", "org.liuhen.intake..", "org.liuhen.review..", "org.liuhen.station..");
        outside("java.sql..", "org.liuhen.review..", "org.liuhen.station..");
        outside("kafka..", "org.liuhen.station..");
        outside("io.prometheus..", "org.liuhen.intake..", "org.liuhen.review..", "org.liuhen.station..");
    }

    private static void only(String module, String forbidden) {
        noClasses()
                .that()
                .resideInAPackage(module)
                .should()
                .dependOnClassesThat()
                .resideInAPackage(forbidden)
                .check(HOUSE);
    }

    private static void outside(String framework, String... rooms) {
        noClasses()
                .that()
                .resideInAPackage("org.liuhen..")
                .and()
                .resideOutsideOfPackages(rooms)
                .should()
                .dependOnClassesThat()
                .resideInAPackage(framework)
                .check(HOUSE);
    }
}
