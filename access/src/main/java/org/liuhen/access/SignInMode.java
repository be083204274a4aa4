package org.liuhen.access;

/** What authenticates a person. */
enum SignInMode {
    /** Nothing: the request names a person, and the record says {@code claimed}. For an address on loopback alone. */
    CLAIMED,
    /** Passwords and passkeys of the station's own list. */
    LOCAL,
    /** An OpenID provider. */
    OIDC
}
