package org.liuhen.custody.event;

import com.fasterxml.jackson.annotation.JsonTypeName;
import java.util.List;
import org.liuhen.custody.evidence.Nullable;

/** Who may sign in, who did, and what was searched for. All of it stands in the log's own chain. */
public sealed interface AccessEvent extends CustodyEvent
        permits AccessEvent.PersonAdmitted,
                AccessEvent.PersonDismissed,
                AccessEvent.SignedIn,
                AccessEvent.SigningKeyRegistered,
                AccessEvent.Searched {
    /** One method for each kind of event in this group. */
    interface Visitor {
        void personAdmitted(PersonAdmitted event);

        void personDismissed(PersonDismissed event);

        void signedIn(SignedIn event);

        void signingKeyRegistered(SigningKeyRegistered event);

        void searched(Searched event);
    }

    /** Calls the method for this kind of event. */
    void accept(Visitor visitor);

    @Override
    default void accept(EventVisitor visitor) {
        visitor.access(this);
    }

    /**
     * Somebody may sign in from now on, in this unit and with these roles and no others. Read in logs of earlier versions; now {@link PeopleEvent} says
     * who proposed it and who approved.
     */
    @JsonTypeName("personAdmitted")
    record PersonAdmitted(
            EventContext context,
            String officerNo,
            @Nullable String unitCode,
            List<String> roles) implements AccessEvent {
        public PersonAdmitted {
            roles = List.copyOf(roles);
        }

        @Override
        public void accept(Visitor visitor) {
            visitor.personAdmitted(this);
        }
    }

    /** Somebody may not sign in any more. */
    @JsonTypeName("personDismissed")
    record PersonDismissed(EventContext context, String officerNo) implements AccessEvent {
        @Override
        public void accept(Visitor visitor) {
            visitor.personDismissed(this);
        }
    }

    /** A person authenticated and signed in, with these roles. */
    @JsonTypeName("signedIn")
    record SignedIn(EventContext context, List<String> roles) implements AccessEvent {
        public SignedIn {
            roles = List.copyOf(roles);
        }

        @Override
        public void accept(Visitor visitor) {
            visitor.signedIn(this);
        }
    }

    /**
     * An authenticated person will sign with this key from now on; earlier keys stay valid. Nobody else has the private key.
     *
     * @param publicKey an Ed25519 key (RFC 8032): 32 bytes in Base64
     */
    @JsonTypeName("signingKeyRegistered")
    record SigningKeyRegistered(EventContext context, String publicKey) implements AccessEvent {
        @Override
        public void accept(Visitor visitor) {
            visitor.signingKeyRegistered(this);
        }
    }

    /**
     * Somebody searched or paged through a list.
     *
     * @param terms what was asked for
     * @param found how many items the answer names or counts
     */
    @JsonTypeName("searched")
    record Searched(EventContext context, String terms, int found) implements AccessEvent {
        @Override
        public void accept(Visitor visitor) {
            visitor.searched(this);
        }
    }
}
