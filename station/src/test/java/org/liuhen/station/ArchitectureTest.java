package org.liuhen.station;

import static com.tngtech.archunit.lang.syntax.ArchRuleDefinition.noClasses;
import static com.tngtech.archunit.library.dependencies.SlicesRuleDefinition.slices;
import static org.junit.jupiter.api.Assertions.assertTrue;

import com.tngtech.archunit.core.domain.JavaClass;
import com.tngtech.archunit.core.domain.JavaClasses;
import com.tngtech.archunit.core.importer.ClassFileImporter;
import com.tngtech.archunit.core.importer.ImportOption;
import com.tngtech.archunit.library.dependencies.SliceAssignment;
import com.tngtech.archunit.library.dependencies.SliceIdentifier;
import java.nio.file.FileVisitOption;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.List;
import java.util.Set;
import java.util.function.BiPredicate;
import java.util.stream.Collectors;
import java.util.stream.Stream;
import org.junit.jupiter.api.Test;
import org.liuhen.custody.event.CustodyEvent;
import org.liuhen.custody.event.EventContext;
import org.liuhen.custody.event.EventVisitor;

/** Each module may use only those before it in the list, and each framework only in the packages named for it. */
class ArchitectureTest {
    private static final List<String> MODULES = List.of(
            "custody",
            "storage",
            "feed",
            "web",
            "access",
            "intake",
            "describe",
            "job",
            "ingest",
            "review",
            "dock",
            "cli",
            "station");

    private static final JavaClasses CLASSES = new ClassFileImporter()
            .withImportOption(ImportOption.Predefined.DO_NOT_INCLUDE_TESTS)
            .withImportOption(location -> !location.contains("-tests.jar")) // tests of custody, on the class path
            .importPackages("org.liuhen");

    @Test
    void everyModuleIsChecked() {
        for (String module : MODULES) {
            assertTrue(CLASSES.stream().anyMatch(c -> c.getPackageName().startsWith("org.liuhen." + module)), module);
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
                    .check(CLASSES);
        }
    }

    @Test
    void modulesThatKnowNothingOfEachOther() {
        for (String server : List.of("feed", "web", "access", "intake")) { // jobs use Kafka by Flink's own connector
            forbid("org.liuhen.describe..", "org.liuhen." + server + "..");
            forbid("org.liuhen.job..", "org.liuhen." + server + "..");
            forbid("org.liuhen.ingest..", "org.liuhen." + server + "..");
        }
        forbid("org.liuhen.job..", "org.liuhen.describe..");
        forbid("org.liuhen.ingest.record..", "org.liuhen.describe..");
        for (String other : List.of("intake", "describe", "job", "ingest")) {
            forbid("org.liuhen.review..", "org.liuhen." + other + "..");
        }
        for (String other : MODULES.subList(1, MODULES.indexOf("dock"))) { // both run on other people's machines
            forbid("org.liuhen.dock..", "org.liuhen." + other + "..");
            forbid("org.liuhen.cli..", "org.liuhen." + other + "..");
        }
    }

    /** The record job and the ingest job are modules of their own, whose packages begin alike. */
    @Test
    void theTwoJobsDoNotUseEachOther() {
        forbid(
                "org.liuhen.ingest.record..",
                "org.liuhen.ingest",
                "org.liuhen.ingest.link..",
                "org.liuhen.ingest.retention..");
        noClasses()
                .that()
                .resideInAPackage("org.liuhen.ingest..")
                .and()
                .resideOutsideOfPackage("org.liuhen.ingest.record..")
                .should()
                .dependOnClassesThat()
                .resideInAPackage("org.liuhen.ingest.record..")
                .check(CLASSES);
    }

    /** A running station makes and removes files all the time, and {@link java.nio.file.Files#walk} fails at the first that is gone. */
    @Test
    void testsWalkFoldersInOneClassOnly() {
        noClasses()
                .that()
                .doNotHaveSimpleName("ErrorCodesTest") // reads sources
                .should()
                .callMethod(Files.class, "walk", Path.class, FileVisitOption[].class)
                .orShould()
                .callMethod(Files.class, "walk", Path.class, int.class, FileVisitOption[].class)
                .orShould()
                .callMethod(Files.class, "find", Path.class, int.class, BiPredicate.class, FileVisitOption[].class)
                .check(new ClassFileImporter()
                        .withImportOption(ImportOption.Predefined.ONLY_INCLUDE_TESTS)
                        .importPackages("org.liuhen.station"));
    }

    @Test
    void noCyclesBetweenPackages() {
        slices().matching("org.liuhen.(**)").should().beFreeOfCycles().check(CLASSES);
    }

    @Test
    void noTwoClassesUseEachOther() {
        slices().assignedFrom(new TopLevelClasses()).should().beFreeOfCycles().check(CLASSES);
    }

    @Test
    void eachFrameworkIsUsedInItsPackagesOnly() {
        allowOnlyIn("io.minio..", "org.liuhen.storage.s3..");
        allowOnlyIn("org.apache.flink..", "org.liuhen.job..", "org.liuhen.ingest..", "org.liuhen.station..");
        allowOnlyIn("org.apache.tika..", "org.liuhen.describe..");
        allowOnlyIn(
                "io.javalin..",
                "org.liuhen.web..",
                "org.liuhen.access..",
                "org.liuhen.intake..",
                "org.liuhen.review..",
                "org.liuhen.station..");
        allowOnlyIn("jakarta.mail..", "org.liuhen.review.notify..");
        allowOnlyIn("java.sql..", "org.liuhen.review..", "org.liuhen.station..");
        allowOnlyIn("kafka..", "org.liuhen.station..");
        allowOnlyIn(
                "io.prometheus..",
                "org.liuhen.feed..",
                "org.liuhen.web..",
                "org.liuhen.access..",
                "org.liuhen.intake..",
                "org.liuhen.review..",
                "org.liuhen.station..");
    }

    private static void forbid(String module, String... forbidden) {
        noClasses()
                .that()
                .resideInAPackage(module)
                .should()
                .dependOnClassesThat()
                .resideInAnyPackage(forbidden)
                .check(CLASSES);
    }

    private static void allowOnlyIn(String framework, String... packages) {
        noClasses()
                .that()
                .resideInAPackage("org.liuhen..")
                .and()
                .resideOutsideOfPackages(packages)
                .should()
                .dependOnClassesThat()
                .resideInAPackage(framework)
                .check(CLASSES);
    }

    /**
     * One slice for each top-level class; a nested class belongs to the class around it. The closed list of events is one slice, because a sealed
     * interface and what it permits name each other. So are their visitor, and the context, whose IDs are derived from the kind of event.
     */
    private static final class TopLevelClasses implements SliceAssignment {
        private static final Set<String> EVENTS = Stream.concat(
                        Stream.of(CustodyEvent.class, EventContext.class, EventVisitor.class),
                        Stream.of(CustodyEvent.class.getPermittedSubclasses()))
                .map(type -> type.getName().replaceFirst("\\$.*", ""))
                .collect(Collectors.toSet());

        @Override
        public SliceIdentifier getIdentifierOf(JavaClass type) {
            String name = type.getName().replaceFirst("\\$.*", "");
            return SliceIdentifier.of(EVENTS.contains(name) ? "the list of events" : name);
        }

        @Override
        public String getDescription() {
            return "top-level classes";
        }
    }
}
