package org.liuhen.storage;

import static com.tngtech.archunit.lang.syntax.ArchRuleDefinition.noClasses;

import com.tngtech.archunit.core.domain.JavaClasses;
import com.tngtech.archunit.core.importer.ClassFileImporter;
import com.tngtech.archunit.core.importer.ImportOption;
import com.tngtech.archunit.lang.ArchRule;
import org.junit.jupiter.api.Test;

class ArchitectureTest {
    private static final JavaClasses CLASSES = new ClassFileImporter()
            .withImportOption(ImportOption.Predefined.DO_NOT_INCLUDE_TESTS)
            .importPackages("org.liuhen");

    static final ArchRule MINIO_IS_USED_IN_ONE_PACKAGE = noClasses()
            .that()
            .resideOutsideOfPackage("org.liuhen.storage.s3..")
            .should()
            .dependOnClassesThat()
            .resideInAnyPackage("io.minio..", "okhttp3..");

    @Test
    void minioIsUsedInOnePackage() {
        MINIO_IS_USED_IN_ONE_PACKAGE.check(CLASSES);
    }
}
