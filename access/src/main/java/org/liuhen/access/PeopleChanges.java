package org.liuhen.access;

import java.io.IOException;
import java.time.Instant;
import java.util.ArrayList;
import java.util.List;
import java.util.Optional;
import org.liuhen.custody.event.PeopleEvent;
import org.liuhen.custody.event.PeopleEvent.AdmissionProposed;
import org.liuhen.custody.event.PeopleEvent.CredentialResetProposed;
import org.liuhen.custody.event.PeopleEvent.RoleChangeProposed;
import org.liuhen.web.Problem;

/**
 * Admits persons, changes their roles, resets their credentials and dismisses them. What one person proposes and another one approves gives
 * each of them one half of the first password; the console gets the whole one.
 */
final class PeopleChanges {
    private final PeopleList list;
    private final PasswordHashes hashes;
    private final SignInAttempts attempts;

    PeopleChanges(PeopleList list, PasswordHashes hashes, SignInAttempts attempts) {
        this.list = list;
        this.hashes = hashes;
        this.attempts = attempts;
    }

    private static boolean givesPassword(PeopleEvent proposed) {
        return !(proposed instanceof RoleChangeProposed);
    }

    /** Keeps a proposal; gives the proposer's half of the first password, where there is one. */
    Optional<String> propose(PeopleEvent proposed, String name) throws IOException {
        Optional<String> half = givesPassword(proposed) ? Optional.of(SecretCodes.half()) : Optional.empty();
        ProposedChange change =
                ProposedChange.of(proposed, name, half.map(SecretCodes::digest).orElse(null));
        list.change(draft -> draft.changes.add(change));
        return half;
    }

    /**
     * Begins a decision, before it is recorded: where two processes decide differently at the same moment, one goes on. The same decision may be
     * repeated until it is carried out. IN-112: the change does not wait. IN-159: the other decision began.
     */
    void decide(String changeId, String verdict) throws IOException, Problem {
        list.<ProposedChange, Problem>change(draft -> {
            int at = requireWaiting(draft, changeId);
            ProposedChange change = draft.changes.get(at);
            if (change.verdict() != null && !change.verdict().equals(verdict)) {
                throw new Problem(
                        409,
                        "IN-159",
                        "Somebody else decides about this change at this moment: " + change.verdict()
                                + ". Look at it again");
            }
            return draft.changes.set(at, change.withVerdict(verdict));
        });
    }

    /** Takes {@link #decide} back, where the record did not answer. */
    void undecide(String changeId) throws IOException {
        list.change(draft -> {
            int at = draft.indexOf(changeId);
            return at < 0 ? null : draft.changes.set(at, draft.changes.get(at).withVerdict(null));
        });
    }

    private static int requireWaiting(PeopleList.Draft draft, String changeId) throws IOException, Problem {
        int at = draft.indexOf(changeId);
        if (at < 0) {
            throw new Problem(404, "IN-112", "No such change is waiting: it was decided, or nobody proposed it");
        }
        return at;
    }

    /** Does what was proposed; gives the approver's half of the first password, where there is one. IN-112: the change does not wait. */
    Optional<String> carryOut(ProposedChange change, String approvedBy) throws IOException, Problem {
        PeopleEvent proposed = change.proposed();
        Optional<String> half = givesPassword(proposed) ? Optional.of(SecretCodes.half()) : Optional.empty();
        list.<ProposedChange, Problem>change(draft -> {
            int at = requireWaiting(draft, proposed.changeId());
            if (proposed instanceof AdmissionProposed admission) {
                draft.put(admitted(
                        admission.officerNo(),
                        change.name(),
                        admission.unitCode(),
                        admission.roles(),
                        change.half(),
                        half.orElseThrow()));
            } else if (proposed instanceof RoleChangeProposed roles) {
                draft.put(draft.require(roles.officerNo()).withRoles(roles.unitCode(), roles.roles()));
            } else if (proposed instanceof CredentialResetProposed reset) {
                ListedPerson.Reset by = new ListedPerson.Reset(
                        proposed.context().actor().id(),
                        approvedBy,
                        Instant.now().toString());
                draft.put(reset(
                        draft.require(reset.officerNo()), change.half(), half.orElseThrow(), by, reset.secondFactor()));
            }
            return draft.changes.remove(at);
        });
        if (half.isPresent()) {
            attempts.forget(proposed.holder());
        }
        return half;
    }

    /** Removes a proposal. */
    void drop(String changeId) throws IOException {
        list.change(draft -> {
            int at = draft.indexOf(changeId);
            return at < 0 ? null : draft.changes.remove(at);
        });
    }

    /** Admits a person at once; gives the whole first password. */
    String admit(String officerNo, String name, String unitCode, List<String> roles) throws IOException {
        String first = SecretCodes.half();
        String second = SecretCodes.half();
        list.change(draft -> {
            draft.put(admitted(officerNo, name, unitCode, roles, SecretCodes.digest(first), second));
            return null;
        });
        attempts.forget(officerNo);
        return first + "-" + second;
    }

    /** Resets a person's password at once, and removes the second factors where that is asked; gives the whole first password. */
    String reset(String officerNo, ListedPerson.Reset by, boolean secondFactor) throws IOException {
        String first = SecretCodes.half();
        String second = SecretCodes.half();
        list.change(draft -> {
            draft.put(reset(draft.require(officerNo), SecretCodes.digest(first), second, by, secondFactor));
            return null;
        });
        attempts.forget(officerNo);
        return first + "-" + second;
    }

    private ListedPerson admitted(
            String officerNo, String name, String unitCode, List<String> roles, String firstDigest, String second)
            throws IOException {
        PasswordHashes.Hashed hashed = hashes.ofFirst(firstDigest, second);
        return new ListedPerson(officerNo, name, unitCode, roles, hashed.salt(), hashed.hash(), true, null, null);
    }

    private ListedPerson reset(
            ListedPerson listed, String firstDigest, String second, ListedPerson.Reset by, boolean secondFactor)
            throws IOException {
        PasswordHashes.Hashed hashed = hashes.ofFirst(firstDigest, second);
        return listed.withPassword(hashed.salt(), hashed.hash(), true).withReset(by, secondFactor);
    }

    /** Changes unit and roles of a person at once. */
    void changeRoles(String officerNo, String unitCode, List<String> roles) throws IOException {
        list.edit(officerNo, listed -> listed.withRoles(unitCode, roles));
    }

    /** Strikes a person off the list, with what was proposed about or by this person. */
    void dismiss(String officerNo) throws IOException {
        list.change(draft -> {
            draft.people.remove(officerNo);
            List<ProposedChange> left = new ArrayList<>();
            for (ProposedChange change : draft.changes) {
                PeopleEvent proposed = change.proposed();
                if (!proposed.holder().equals(officerNo)
                        && !proposed.context().actor().id().equals(officerNo)) {
                    left.add(change);
                }
            }
            draft.changes.retainAll(left);
            return null;
        });
    }
}
