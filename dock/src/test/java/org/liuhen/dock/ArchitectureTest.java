package org.liuhen.dock;

import static com.tngtech.archunit.lang.syntax.ArchRuleDefinition.noClasses;
import static com.tngtech.archunit.library.dependencies.SlicesRuleDefinition.slices;
import static org.junit.jupiter.api.Assertions.assertEquals;

import com.tngtech.archunit.core.domain.JavaClass;
import com.tngtech.archunit.core.domain.JavaClasses;
import com.tngtech.archunit.core.importer.ClassFileImporter;
import com.tngtech.archunit.core.importer.ImportOption;
import com.tngtech.archunit.library.dependencies.SliceAssignment;
import com.tngtech.archunit.library.dependencies.SliceIdentifier;
import java.util.Set;
import java.util.stream.Collectors;
import org.junit.jupiter.api.Test;

/** Which classes of this module may use which. */
class ArchitectureTest {
    private static final String ROOT = "org.liuhen.dock";

    private static final JavaClasses CLASSES = new ClassFileImporter()
            .withImportOption(ImportOption.Predefined.DO_NOT_INCLUDE_TESTS)
            .importPackages(ROOT);

    @Test
    void thePackagesAreAllOfTheModule() {
        assertEquals(
                Set.of(ROOT),
                CLASSES.stream()
                        .filter(type -> !type.getSimpleName().equals("package-info"))
                        .map(JavaClass::getPackageName)
                        .collect(Collectors.toSet()));
    }

    @Test
    void noModuleIsUsedButThoseBelow() {
        noClasses()
                .should()
                .dependOnClassesThat()
                .resideInAnyPackage(
                        "org.apache.flink..",
                        "org.apache.kafka..",
                        "org.liuhen.storage..",
                        "org.liuhen.job..",
                        "org.liuhen.describe..",
                        "org.liuhen.ingest..",
                        "org.liuhen.feed..",
                        "org.liuhen.web..",
                        "org.liuhen.access..",
                        "org.liuhen.intake..",
                        "org.liuhen.review..",
                        "org.liuhen.station..")
                .check(CLASSES);
    }

    @Test
    void noClassesDependOnEachOther() {
        slices().assignedFrom(new TopLevelClasses()).should().beFreeOfCycles().check(CLASSES);
    }

    /** One slice for each top-level class. A nested class belongs to the class around it. */
    private static final class TopLevelClasses implements SliceAssignment {
        @Override
        public SliceIdentifier getIdentifierOf(JavaClass type) {
            return SliceIdentifier.of(type.getName().replaceFirst("\\$.*", ""));
        }

        @Override
        public String getDescription() {
            return "top-level classes";
        }
    }
}
