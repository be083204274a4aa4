package org.liuhen.access;

import org.liuhen.custody.log.LogStore;

/**
 * The people of a station without an OpenID provider.
 *
 * @param list the stored list
 * @param changes who is admitted, changed, reset and dismissed
 * @param passwords checks and changes passwords
 * @param factors second factors and passkeys
 */
record People(PeopleList list, PeopleChanges changes, Passwords passwords, SecondFactors factors) {
    /** The people whose list is among these notes. */
    static People in(LogStore notes) {
        PeopleList list = new PeopleList(notes);
        PasswordHashes hashes = new PasswordHashes();
        SignInAttempts attempts = new SignInAttempts();
        SecondFactors factors = new SecondFactors(list, attempts);
        return new People(
                list,
                new PeopleChanges(list, hashes, attempts),
                new Passwords(list, hashes, factors, attempts),
                factors);
    }
}
