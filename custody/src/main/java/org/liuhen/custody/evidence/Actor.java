package org.liuhen.custody.evidence;

/**
 * Who did it. No event is ever free of an agent: a machine that acts by itself is named as such.
 *
 * @param kind what sort of agent this is
 * @param id officer number, device serial or component name
 * @param unitCode the unit that the agent belongs to, or null where there is none
 * @param credential how the agent proved who it is, such as {@code bearer} or {@code mtls}; {@code process} for our own
 *     components
 * @param role in which function the agent acts, such as {@code 法制员}, or null
 */
public record Actor(
        Kind kind,
        String id,
        @Nullable String unitCode,
        String credential,
        @Nullable String role) {
    /** The sorts of agent. */
    public enum Kind {
        DEVICE,
        OFFICER,
        PROSECUTOR,
        COMPONENT
    }

    /** The longest ID, in characters (Unicode code points). */
    public static final int ID_MAX = 128;

    public Actor {
        if (kind == null || credential == null || credential.isBlank()) {
            throw new IllegalArgumentException("An actor has a kind and a credential");
        }
        if (id == null || id.isBlank() || Text.length(id) > ID_MAX || Text.hasHidden(id)) {
            throw new IllegalArgumentException(
                    "An actor's ID has 1 to " + ID_MAX + " characters, none of them control or direction marks");
        }
    }

    /** An agent whose role nobody stated. */
    public Actor(Kind kind, String id, String unitCode, String credential) {
        this(kind, id, unitCode, credential, null);
    }

    /** One of our own components, acting by rule. */
    public static Actor component(String name) {
        return new Actor(Kind.COMPONENT, name, null, "process");
    }
}
