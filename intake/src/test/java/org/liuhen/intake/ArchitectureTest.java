package org.liuhen.intake;

import static com.tngtech.archunit.lang.syntax.ArchRuleDefinition.noClasses;
import static org.junit.jupiter.api.Assertions.assertEquals;

import com.tngtech.archunit.base.DescribedPredicate;
import com.tngtech.archunit.core.domain.JavaClass;
import com.tngtech.archunit.core.domain.JavaClasses;
import com.tngtech.archunit.core.importer.ClassFileImporter;
import com.tngtech.archunit.core.importer.ImportOption;
import java.util.List;
import java.util.Set;
import java.util.TreeSet;
import java.util.stream.Collectors;
import org.junit.jupiter.api.Test;

/** Which classes of intake may use which. */
class ArchitectureTest {
    /** Each may use those before it in the list, and none that comes after it. */
    private static final List<Class<?>> UPLOAD_SIDE = List.of(
            StripedLocks.class,
            RunningDigests.class,
            UploadLimits.class,
            Admission.class,
            UploadEvents.class,
            Duplicates.class,
            UploadCompletion.class,
            UploadSession.class,
            ActiveSessions.class,
            UploadLookup.class,
            SessionFactory.class,
            UploadTermination.class,
            Declarations.class,
            Concatenation.class,
            Sweeper.class,
            Receipts.class,
            UploadService.class,
            BodyReader.class,
            Digests.class,
            Tus.class,
            Resumable.class,
            SenderReports.class);

    /** As {@link #UPLOAD_SIDE}, for devices and who sends. */
    private static final List<Class<?>> SENDERS = List.of(
            DeviceAuthority.class,
            Device.class,
            DeviceList.class,
            Sightings.class,
            Sender.class,
            DeviceEnrolment.class,
            Devices.class,
            DevicesApi.class,
            UploadMetadata.class,
            Senders.class,
            DeviceConnectorFactory.class,
            Est.class);

    private static final JavaClasses CLASSES = new ClassFileImporter()
            .withImportOption(ImportOption.Predefined.DO_NOT_INCLUDE_TESTS)
            .importPackages("org.liuhen.intake");

    private static JavaClass outermost(JavaClass type) {
        return type.getEnclosingClass().map(ArchitectureTest::outermost).orElse(type);
    }

    private static DescribedPredicate<JavaClass> oneOf(List<Class<?>> types) {
        Set<String> names = types.stream().map(Class::getName).collect(Collectors.toCollection(TreeSet::new));
        return DescribedPredicate.describe(
                "one of " + names, type -> names.contains(outermost(type).getName()));
    }

    @Test
    void noClassUsesOneThatComesAfterIt() {
        for (List<Class<?>> order : List.of(UPLOAD_SIDE, SENDERS)) {
            for (int i = 0; i < order.size() - 1; i++) {
                noClasses()
                        .that(oneOf(List.of(order.get(i))))
                        .should()
                        .dependOnClassesThat(oneOf(order.subList(i + 1, order.size())))
                        .check(CLASSES);
            }
        }
    }

    @Test
    void allClassesAreFound() {
        for (List<Class<?>> order : List.of(UPLOAD_SIDE, SENDERS)) {
            assertEquals(
                    order.size(),
                    CLASSES.stream()
                            .filter(oneOf(order))
                            .map(ArchitectureTest::outermost)
                            .distinct()
                            .count());
        }
    }
}
