package org.liuhen.access;

import java.util.Comparator;
import java.util.EnumSet;
import java.util.List;
import java.util.Set;
import org.liuhen.custody.evidence.Actor;

/**
 * An authenticated person, or one that a request claims to be.
 *
 * @param id the officer's number, or the identifier of a prosecutor
 * @param unitCode the unit, or an empty text for the whole site
 * @param roles all roles of the person
 * @param credential what authenticated the person: {@code password}, {@code password+totp}, {@code password+recovery}, {@code passkey}, {@code oidc}, {@code bearer}, {@code console}, or {@code claimed} where nothing did
 * @param claimedRole the role that the request claims where nothing authenticates the person, or null
 */
public record Person(String id, String unitCode, Set<Role> roles, String credential, String claimedRole) {
    public Person {
        roles = roles.isEmpty() ? Set.of() : Set.copyOf(EnumSet.copyOf(roles));
        unitCode = unitCode == null ? "" : unitCode;
    }

    /** A person whose roles were proved. */
    public Person(String id, String unitCode, Set<Role> roles, String credential) {
        this(id, unitCode, roles, credential, null);
    }

    /** A person at a station without sign-in: identity and role are what the request claims, and all roles are allowed. */
    public static Person claimed(String id, String role) {
        return new Person(id, "", EnumSet.allOf(Role.class), "claimed", role);
    }

    /** Whether one of the roles allows this act. */
    public boolean may(Act act) {
        return roles.stream().anyMatch(role -> role.may(act));
    }

    /** Whether nothing is allowed before a second factor is enrolled: a role decides about others, and the credential is a password alone. */
    boolean mustEnrol() {
        return credential.equals("password") && roles.stream().anyMatch(Role::decides);
    }

    /** The roles that allow one of these acts. */
    public List<Role> rolesFor(Set<Act> acts) {
        return roles.stream()
                .filter(role -> acts.stream().anyMatch(role::may))
                .sorted(Comparator.naturalOrder())
                .toList();
    }

    /** The person as the record names it, with the role that allows this act. */
    public Actor actor(Act act) {
        if (credential.equals("claimed")) {
            return new Actor(Actor.Kind.OFFICER, id, null, credential, claimedRole);
        }
        List<Role> able = rolesFor(Set.of(act));
        Role role = able.isEmpty() ? null : able.get(0);
        Actor.Kind kind = roles.contains(Role.PROSECUTOR) ? Actor.Kind.PROSECUTOR : Actor.Kind.OFFICER;
        return new Actor(
                kind, id, unitCode.isEmpty() ? null : unitCode, credential, role == null ? null : role.title());
    }
}
