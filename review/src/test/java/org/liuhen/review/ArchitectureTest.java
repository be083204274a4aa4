package org.liuhen.review;

import static com.tngtech.archunit.library.Architectures.layeredArchitecture;
import static org.junit.jupiter.api.Assertions.assertEquals;

import com.tngtech.archunit.core.domain.JavaClass;
import com.tngtech.archunit.core.domain.JavaClasses;
import com.tngtech.archunit.core.importer.ClassFileImporter;
import com.tngtech.archunit.core.importer.ImportOption;
import java.util.stream.Collectors;
import java.util.stream.Stream;
import org.junit.jupiter.api.Test;

/** Which packages and classes of this module may use which. */
class ArchitectureTest {
    private static final String ROOT = "org.liuhen.review.";

    private static final JavaClasses CLASSES = new ClassFileImporter()
            .withImportOption(ImportOption.Predefined.DO_NOT_INCLUDE_TESTS)
            .importPackages("org.liuhen.review");

    @Test
    void theLayersAreAllPackagesOfTheModule() {
        assertEquals(
                Stream.of("projection", "model", "follow", "audit", "notify", "http", "export", "api")
                        .map(ROOT::concat)
                        .collect(Collectors.toSet()),
                CLASSES.stream()
                        .filter(type -> !type.getSimpleName().equals("package-info"))
                        .map(JavaClass::getPackageName)
                        .collect(Collectors.toSet()));
    }

    @Test
    void routesUseQueriesAndQueriesUseProjections() {
        layeredArchitecture()
                .consideringOnlyDependenciesInLayers()
                .layer("projection")
                .definedBy(ROOT + "projection")
                .layer("model")
                .definedBy(ROOT + "model")
                .layer("follow")
                .definedBy(ROOT + "follow")
                .layer("audit")
                .definedBy(ROOT + "audit")
                .layer("notify")
                .definedBy(ROOT + "notify")
                .layer("http")
                .definedBy(ROOT + "http")
                .layer("export")
                .definedBy(ROOT + "export")
                .layer("api")
                .definedBy(ROOT + "api")
                .whereLayer("projection")
                .mayNotAccessAnyLayer()
                .whereLayer("model")
                .mayOnlyAccessLayers("projection")
                .whereLayer("follow")
                .mayOnlyAccessLayers("projection", "model")
                .whereLayer("audit")
                .mayOnlyAccessLayers("projection", "model")
                .whereLayer("notify")
                .mayOnlyAccessLayers("projection", "model", "http")
                .whereLayer("http")
                .mayOnlyAccessLayers("projection", "model")
                .whereLayer("export")
                .mayOnlyAccessLayers("projection", "model", "follow", "audit", "http")
                .whereLayer("api")
                .mayOnlyAccessLayers("projection", "model", "audit", "http")
                .check(CLASSES);
    }
}
