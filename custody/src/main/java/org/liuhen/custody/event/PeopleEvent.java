package org.liuhen.custody.event;

import com.fasterxml.jackson.annotation.JsonTypeName;
import java.util.List;
import org.liuhen.custody.evidence.Nullable;

/**
 * What changes about the people of a station with its own list, and about what proves who they are. One person proposes a change, and another
 * one, who is not the person concerned either, approves it; the console changes the list alone, which has events of its own. No secret
 * stands in any of them. All of it stands in the log's own chain.
 */
public sealed interface PeopleEvent extends CustodyEvent {
    /** One method for each kind of event in this group. */
    interface Visitor {
        void admissionProposed(AdmissionProposed event);

        void admissionApproved(AdmissionApproved event);

        void admissionRefused(AdmissionRefused event);

        void roleChangeProposed(RoleChangeProposed event);

        void roleChangeApproved(RoleChangeApproved event);

        void roleChangeRefused(RoleChangeRefused event);

        void credentialResetProposed(CredentialResetProposed event);

        void credentialResetApproved(CredentialResetApproved event);

        void credentialResetRefused(CredentialResetRefused event);

        void admittedByConsole(AdmittedByConsole event);

        void rolesChangedByConsole(RolesChangedByConsole event);

        void credentialResetByConsole(CredentialResetByConsole event);

        void passwordChanged(PasswordChanged event);

        void secondFactorEnrolled(SecondFactorEnrolled event);

        void secondFactorRemoved(SecondFactorRemoved event);
    }

    /** Calls the method for this kind of event. */
    void accept(Visitor visitor);

    @Override
    default void accept(EventVisitor visitor) {
        visitor.people(this);
    }

    /** What proves who somebody is, beside the password. */
    enum Factor {
        /** One-time codes by time (RFC 6238). */
        TOTP,
        /** A key pair of an authenticator (WebAuthn). */
        PASSKEY
    }

    /** The change that is meant, as it was named when it was proposed; an empty text where nobody proposed it. */
    default String changeId() {
        return "";
    }

    @Override
    default String key() {
        return changeId();
    }

    /**
     * Somebody proposed that this person may sign in, in this unit and with these roles and no others.
     *
     * @param officerNo who is to be admitted
     */
    @JsonTypeName("admissionProposed")
    record AdmissionProposed(
            EventContext context,
            String changeId,
            String officerNo,
            @Nullable String unitCode,
            List<String> roles) implements PeopleEvent {
        public AdmissionProposed {
            roles = List.copyOf(roles);
        }

        /** The person concerned, who may not approve it. */
        @Override
        public String holder() {
            return officerNo;
        }

        @Override
        public void accept(Visitor visitor) {
            visitor.admissionProposed(this);
        }
    }

    /** Another person approved it, and it was done. */
    @JsonTypeName("admissionApproved")
    record AdmissionApproved(
            EventContext context,
            String changeId,
            String officerNo,
            @Nullable String unitCode) implements PeopleEvent {
        @Override
        public void accept(Visitor visitor) {
            visitor.admissionApproved(this);
        }
    }

    /** It was not done; its {@code purpose} says why. It can be proposed again. */
    @JsonTypeName("admissionRefused")
    record AdmissionRefused(
            EventContext context,
            String changeId,
            String officerNo,
            @Nullable String unitCode) implements PeopleEvent {
        @Override
        public void accept(Visitor visitor) {
            visitor.admissionRefused(this);
        }
    }

    /**
     * Somebody proposed that this person has these roles in this unit from then on, and no others.
     *
     * @param officerNo whose roles change
     */
    @JsonTypeName("roleChangeProposed")
    record RoleChangeProposed(
            EventContext context,
            String changeId,
            String officerNo,
            @Nullable String unitCode,
            List<String> roles) implements PeopleEvent {
        public RoleChangeProposed {
            roles = List.copyOf(roles);
        }

        /** The person concerned, who may not approve it. */
        @Override
        public String holder() {
            return officerNo;
        }

        @Override
        public void accept(Visitor visitor) {
            visitor.roleChangeProposed(this);
        }
    }

    /** Another person approved it, and it was done. */
    @JsonTypeName("roleChangeApproved")
    record RoleChangeApproved(
            EventContext context,
            String changeId,
            String officerNo,
            @Nullable String unitCode) implements PeopleEvent {
        @Override
        public void accept(Visitor visitor) {
            visitor.roleChangeApproved(this);
        }
    }

    /** It was not done; its {@code purpose} says why. It can be proposed again. */
    @JsonTypeName("roleChangeRefused")
    record RoleChangeRefused(
            EventContext context,
            String changeId,
            String officerNo,
            @Nullable String unitCode) implements PeopleEvent {
        @Override
        public void accept(Visitor visitor) {
            visitor.roleChangeRefused(this);
        }
    }

    /**
     * Somebody proposed that this person may set a first password once more, being unable to sign in.
     *
     * @param officerNo whose credentials are reset
     * @param secondFactor whether the second factors go, too; else the password alone
     */
    @JsonTypeName("credentialResetProposed")
    record CredentialResetProposed(
            EventContext context,
            String changeId,
            String officerNo,
            @Nullable String unitCode,
            boolean secondFactor) implements PeopleEvent {
        /** The person concerned, who may not approve it. */
        @Override
        public String holder() {
            return officerNo;
        }

        @Override
        public void accept(Visitor visitor) {
            visitor.credentialResetProposed(this);
        }
    }

    /** Another person approved it, and it was done. */
    @JsonTypeName("credentialResetApproved")
    record CredentialResetApproved(
            EventContext context,
            String changeId,
            String officerNo,
            @Nullable String unitCode) implements PeopleEvent {
        @Override
        public void accept(Visitor visitor) {
            visitor.credentialResetApproved(this);
        }
    }

    /** It was not done; its {@code purpose} says why. It can be proposed again. */
    @JsonTypeName("credentialResetRefused")
    record CredentialResetRefused(
            EventContext context,
            String changeId,
            String officerNo,
            @Nullable String unitCode) implements PeopleEvent {
        @Override
        public void accept(Visitor visitor) {
            visitor.credentialResetRefused(this);
        }
    }

    /** Whoever can read the station's key folder admitted somebody alone. */
    @JsonTypeName("admittedByConsole")
    record AdmittedByConsole(
            EventContext context,
            String officerNo,
            @Nullable String unitCode,
            List<String> roles) implements PeopleEvent {
        public AdmittedByConsole {
            roles = List.copyOf(roles);
        }

        @Override
        public void accept(Visitor visitor) {
            visitor.admittedByConsole(this);
        }
    }

    /** Whoever can read the station's key folder changed alone what somebody is. */
    @JsonTypeName("rolesChangedByConsole")
    record RolesChangedByConsole(
            EventContext context,
            String officerNo,
            @Nullable String unitCode,
            List<String> roles) implements PeopleEvent {
        public RolesChangedByConsole {
            roles = List.copyOf(roles);
        }

        @Override
        public void accept(Visitor visitor) {
            visitor.rolesChangedByConsole(this);
        }
    }

    /** Whoever can read the station's key folder gave somebody another password for the first time, alone. */
    @JsonTypeName("credentialResetByConsole")
    record CredentialResetByConsole(
            EventContext context,
            String officerNo,
            @Nullable String unitCode,
            boolean secondFactor) implements PeopleEvent {
        @Override
        public void accept(Visitor visitor) {
            visitor.credentialResetByConsole(this);
        }
    }

    /** The actor chose another password; the actor's {@code credential} says how the actor was authenticated. */
    @JsonTypeName("passwordChanged")
    record PasswordChanged(EventContext context) implements PeopleEvent {
        @Override
        public void accept(Visitor visitor) {
            visitor.passwordChanged(this);
        }
    }

    /** The actor added this second factor. */
    @JsonTypeName("secondFactorEnrolled")
    record SecondFactorEnrolled(EventContext context, Factor factor) implements PeopleEvent {
        @Override
        public void accept(Visitor visitor) {
            visitor.secondFactorEnrolled(this);
        }
    }

    /** The actor removed a second factor. */
    @JsonTypeName("secondFactorRemoved")
    record SecondFactorRemoved(EventContext context, Factor factor) implements PeopleEvent {
        @Override
        public void accept(Visitor visitor) {
            visitor.secondFactorRemoved(this);
        }
    }
}
