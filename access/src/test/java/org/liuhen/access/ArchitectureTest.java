package org.liuhen.access;

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

/** Which classes of access may use which. */
class ArchitectureTest {
    /** Each may use those before it in the list, and none that comes after it. */
    private static final List<Class<?>> ORDER = List.of(
            AccessMetrics.class,
            Act.class,
            Role.class,
            Person.class,
            JsonBodies.class,
            RequestOrigin.class,
            AccessCookies.class,
            RequestPace.class,
            RefusalEntries.class,
            SignInAttempts.class,
            SignInMode.class,
            Totp.class,
            Passkeys.class,
            BearerTokens.class,
            OpenId.class,
            Sessions.class,
            SecretCodes.class,
            ListedPerson.class,
            ProposedChange.class,
            PeopleList.class,
            KnownBrowsers.class,
            PasswordHashes.class,
            SecondFactors.class,
            Passwords.class,
            PeopleChanges.class,
            People.class,
            SessionRevocation.class,
            PersonJson.class,
            Access.class,
            UnauthenticatedDenials.class,
            Authentication.class,
            AuthorizationFilter.class,
            SessionStart.class,
            SessionApi.class,
            LocalSignIn.class,
            OpenIdSignIn.class,
            PeopleApi.class,
            AccountApi.class,
            AccessControl.class);

    private static final JavaClasses CLASSES = new ClassFileImporter()
            .withImportOption(ImportOption.Predefined.DO_NOT_INCLUDE_TESTS)
            .importPackages("org.liuhen.access");

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
        for (int i = 0; i < ORDER.size() - 1; i++) {
            noClasses()
                    .that(oneOf(List.of(ORDER.get(i))))
                    .should()
                    .dependOnClassesThat(oneOf(ORDER.subList(i + 1, ORDER.size())))
                    .check(CLASSES);
        }
    }

    @Test
    void allClassesAreInTheOrder() {
        Set<String> found = CLASSES.stream()
                .filter(type -> !type.getSimpleName().equals("package-info"))
                .map(type -> outermost(type).getName())
                .collect(Collectors.toCollection(TreeSet::new));
        Set<String> ordered = ORDER.stream().map(Class::getName).collect(Collectors.toCollection(TreeSet::new));
        assertEquals(ordered, found);
    }
}
