package org.liuhen.ingest;

import static com.tngtech.archunit.library.Architectures.layeredArchitecture;
import static org.junit.jupiter.api.Assertions.assertEquals;

import com.tngtech.archunit.core.domain.JavaClass;
import com.tngtech.archunit.core.domain.JavaClasses;
import com.tngtech.archunit.core.importer.ClassFileImporter;
import com.tngtech.archunit.core.importer.ImportOption;
import java.util.Set;
import java.util.stream.Collectors;
import org.junit.jupiter.api.Test;

/** Which packages and classes of this module may use which. */
class ArchitectureTest {
    private static final String ROOT = "org.liuhen.ingest";

    private static final JavaClasses CLASSES = new ClassFileImporter()
            .withImportOption(ImportOption.Predefined.DO_NOT_INCLUDE_TESTS)
            .importPackages(ROOT);

    @Test
    void thePackagesAreAllOfTheModule() {
        assertEquals(
                Set.of(ROOT, ROOT + ".feed", ROOT + ".link", ROOT + ".retention"),
                CLASSES.stream()
                        .filter(type -> !type.getSimpleName().equals("package-info"))
                        .map(JavaClass::getPackageName)
                        .collect(Collectors.toSet()));
    }

    @Test
    void packagesUseOnlyThoseBelow() {
        layeredArchitecture()
                .consideringOnlyDependenciesInLayers()
                .layer("root")
                .definedBy(ROOT)
                .layer("link")
                .definedBy(ROOT + ".link")
                .layer("retention")
                .definedBy(ROOT + ".retention")
                .layer("feed")
                .definedBy(ROOT + ".feed")
                .whereLayer("link")
                .mayOnlyAccessLayers("feed")
                .whereLayer("retention")
                .mayOnlyAccessLayers("feed")
                .whereLayer("feed")
                .mayNotAccessAnyLayer()
                .check(CLASSES);
    }
}
