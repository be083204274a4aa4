package org.liuhen.access;

import java.util.Comparator;
import java.util.EnumSet;
import java.util.List;
import java.util.Set;
import org.liuhen.custody.evidence.Actor;

/**
 * Somebody who came in.
 *
 * @param id the officer's number, or whatever names a prosecutor
 * @param unitCode the unit, or an empty text for the whole site
 * @param roles what he is
 * @param credential what proved it: {@code password}, {@code password+totp}, {@code password+recovery}, {@code passkey}, {@code oidc}, {@code bearer}, {@code console}, or {@code claimed} where nothing did
 * @param claimedRole the role that he claims to act in where nothing proves it, or null
 */
public record Person(String id, String unitCode, Set<Role> roles, String credential, String claimedRole) {
    public Person {
        roles = roles.isEmpty() ? Set.of() : Set.copyOf(EnumSet.copyOf(roles));
        unitCode = unitCode == null ? "" : unitCode;
    }

    /** Somebody whose roles were proved. */
    public Person(String id, String unitCode, Set<Role> roles, String credential) {
        this(id, unitCode, roles, credential, null);
    }

    /** Somebody at a station without sign-in: who he is and what he may is what he says. */
    static Person claimed(String id, String role) {
        return new Person(id, "", EnumSet.allOf(Role.class), "claimed", role);
    }

    /** Whether one of his roles may do this. */
    public boolean may(Act act) {
        return roles.stream().anyMatch(role -> role.may(act));
    }

    /** Whether he may do nothing before he has enrolled a second factor: he decides about others, and a password alone let him in. */
    boolean mustEnrol() {
        return credential.equals("password") && roles.stream().anyMatch(Role::decides);
    }

    /** His roles that may do one of these. */
    public List<Role> rolesFor(Set<Act> acts) {
        return roles.stream()
                .filter(role -> acts.stream().anyMatch(role::may))
                .sorted(Comparator.naturalOrder())
                .toList();
    }

    /** Who the record says did this. */
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
