package org.liuhen.storage;

import static com.tngtech.archunit.lang.syntax.ArchRuleDefinition.classes;
import static com.tngtech.archunit.lang.syntax.ArchRuleDefinition.noClasses;
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
    private static final String PORTS = "org.liuhen.storage";

    private static final JavaClasses CLASSES = new ClassFileImporter()
            .withImportOption(ImportOption.Predefined.DO_NOT_INCLUDE_TESTS)
            .importPackages(PORTS);

    @Test
    void theLayersAreAllPackagesOfTheModule() {
        assertEquals(
                Set.of(PORTS, PORTS + ".directory", PORTS + ".s3", PORTS + ".config"),
                CLASSES.stream()
                        .filter(type -> !type.getSimpleName().equals("package-info"))
                        .map(JavaClass::getPackageName)
                        .collect(Collectors.toSet()));
    }

    @Test
    void storesImplementThePortsAndTheFactoryOpensThem() {
        layeredArchitecture()
                .consideringOnlyDependenciesInLayers()
                .layer("ports")
                .definedBy(PORTS)
                .layer("directory")
                .definedBy(PORTS + ".directory")
                .layer("s3")
                .definedBy(PORTS + ".s3")
                .layer("config")
                .definedBy(PORTS + ".config")
                .whereLayer("ports")
                .mayNotAccessAnyLayer()
                .whereLayer("directory")
                .mayOnlyAccessLayers("ports")
                .whereLayer("s3")
                .mayOnlyAccessLayers("ports")
                .whereLayer("config")
                .mayOnlyAccessLayers("ports", "directory", "s3")
                .check(CLASSES);
    }

    @Test
    void minioIsUsedInOnePackage() {
        noClasses()
                .that()
                .resideOutsideOfPackage(PORTS + ".s3..")
                .should()
                .dependOnClassesThat()
                .resideInAnyPackage("io.minio..", "okhttp3..")
                .check(CLASSES);
    }

    @Test
    void oneClassKnowsEvents() {
        noClasses()
                .that()
                .doNotHaveFullyQualifiedName(Declaration.class.getName())
                .should()
                .dependOnClassesThat()
                .resideInAPackage("org.liuhen.custody.event..")
                .check(CLASSES);
    }

    @Test
    void otherModulesSeePortsAndHowAStoreIsOpened() {
        classes()
                .that()
                .resideInAnyPackage(PORTS + ".directory", PORTS + ".s3")
                .and()
                .areTopLevelClasses()
                .and()
                .doNotHaveSimpleName("DirectoryVault")
                .and()
                .doNotHaveSimpleName("S3Vault")
                .and()
                .doNotHaveSimpleName("package-info")
                .should()
                .bePackagePrivate()
                .check(CLASSES);
    }
}
