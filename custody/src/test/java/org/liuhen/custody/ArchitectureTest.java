package org.liuhen.custody;

import static com.tngtech.archunit.lang.syntax.ArchRuleDefinition.noClasses;
import static com.tngtech.archunit.library.Architectures.layeredArchitecture;
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
import java.util.stream.Stream;
import org.junit.jupiter.api.Test;
import org.liuhen.custody.event.CustodyEvent;
import org.liuhen.custody.event.EventContext;
import org.liuhen.custody.event.EventVisitor;

/** Which packages and classes of this module may use which. */
class ArchitectureTest {
    private static final String ROOT = "org.liuhen.custody.";

    private static final JavaClasses CLASSES = new ClassFileImporter()
            .withImportOption(ImportOption.Predefined.DO_NOT_INCLUDE_TESTS)
            .importPackages("org.liuhen.custody");

    @Test
    void custodyUsesNoFrameworkAndNoOtherModule() {
        noClasses()
                .should()
                .dependOnClassesThat()
                .resideInAnyPackage(
                        "org.apache..",
                        "io.minio..",
                        "io.javalin..",
                        "java.sql..",
                        "org.liuhen.storage..",
                        "org.liuhen.feed..",
                        "org.liuhen.web..",
                        "org.liuhen.access..",
                        "org.liuhen.intake..",
                        "org.liuhen.ingest..",
                        "org.liuhen.review..",
                        "org.liuhen.dock..",
                        "org.liuhen.station..")
                .check(CLASSES);
    }

    @Test
    void theLayersAreAllPackagesOfTheModule() {
        assertEquals(
                Stream.of("evidence", "log", "event", "feed", "witness", "verify", "bag")
                        .map(ROOT::concat)
                        .collect(Collectors.toSet()),
                CLASSES.stream()
                        .filter(type -> !type.getSimpleName().equals("package-info"))
                        .map(JavaClass::getPackageName)
                        .collect(Collectors.toSet()));
    }

    @Test
    void packagesUseOnlyThoseBelow() {
        layeredArchitecture()
                .consideringOnlyDependenciesInLayers()
                .layer("evidence")
                .definedBy(ROOT + "evidence")
                .layer("log")
                .definedBy(ROOT + "log")
                .layer("event")
                .definedBy(ROOT + "event")
                .layer("feed")
                .definedBy(ROOT + "feed")
                .layer("witness")
                .definedBy(ROOT + "witness")
                .layer("verify")
                .definedBy(ROOT + "verify")
                .layer("bag")
                .definedBy(ROOT + "bag")
                .whereLayer("evidence")
                .mayNotAccessAnyLayer()
                .whereLayer("log")
                .mayOnlyAccessLayers("evidence")
                .whereLayer("event")
                .mayOnlyAccessLayers("evidence", "log")
                .whereLayer("feed")
                .mayOnlyAccessLayers("evidence", "log", "event")
                .whereLayer("witness")
                .mayOnlyAccessLayers("evidence", "log")
                .whereLayer("verify")
                .mayOnlyAccessLayers("evidence", "log", "event")
                .whereLayer("bag")
                .mayOnlyAccessLayers("evidence", "log", "event", "verify")
                .check(CLASSES);
    }

    @Test
    void noClassesDependOnEachOther() {
        slices().assignedFrom(new TopLevelClasses()).should().beFreeOfCycles().check(CLASSES);
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
