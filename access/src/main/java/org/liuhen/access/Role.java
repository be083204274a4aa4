package org.liuhen.access;

import static org.liuhen.access.Act.ANSWER_HANDOVER;
import static org.liuhen.access.Act.ANSWER_REVIEW;
import static org.liuhen.access.Act.APPROVE_DISPOSAL;
import static org.liuhen.access.Act.APPROVE_EXPORT;
import static org.liuhen.access.Act.APPROVE_PERSON;
import static org.liuhen.access.Act.APPROVE_RULE;
import static org.liuhen.access.Act.AUDIT;
import static org.liuhen.access.Act.CATEGORISE;
import static org.liuhen.access.Act.DECIDE_CASE;
import static org.liuhen.access.Act.DESCRIBE_AGAIN;
import static org.liuhen.access.Act.DOWNLOAD;
import static org.liuhen.access.Act.EXPLAIN_GAP;
import static org.liuhen.access.Act.FETCH_EXPORT;
import static org.liuhen.access.Act.HOLD;
import static org.liuhen.access.Act.IMPORT_DISPATCH;
import static org.liuhen.access.Act.LINK;
import static org.liuhen.access.Act.MANAGE_DEVICES;
import static org.liuhen.access.Act.MANAGE_NOTIFICATIONS;
import static org.liuhen.access.Act.MANAGE_PEOPLE;
import static org.liuhen.access.Act.NAME_UNITS;
import static org.liuhen.access.Act.NOTE;
import static org.liuhen.access.Act.OFFER_HANDOVER;
import static org.liuhen.access.Act.OWN_ACCOUNT;
import static org.liuhen.access.Act.PLAY;
import static org.liuhen.access.Act.PREVIEW;
import static org.liuhen.access.Act.PROPOSE_DISPOSAL;
import static org.liuhen.access.Act.PROPOSE_RULE;
import static org.liuhen.access.Act.REQUEST_EXPORT;
import static org.liuhen.access.Act.REVIEW;
import static org.liuhen.access.Act.SEARCH;
import static org.liuhen.access.Act.SEE_GAPS;
import static org.liuhen.access.Act.SEE_LOG;
import static org.liuhen.access.Act.UPLOAD;
import static org.liuhen.access.Act.VIEW;

import java.util.Arrays;
import java.util.Locale;
import java.util.Optional;
import java.util.Set;
import java.util.stream.Collectors;
import java.util.stream.Stream;

/** The roles of persons and the acts that each allows: denied by default. */
public enum Role {
    /** Records and uploads; sees and plays own items, and fetches none. */
    OFFICER("民警", Reach.OWN, UPLOAD, SEARCH, VIEW, PREVIEW, PLAY, LINK, NOTE, CATEGORISE, ANSWER_REVIEW),
    /** Works on the cases of a unit. */
    CASE_OFFICER(
            "办案民警",
            Reach.UNIT,
            UPLOAD,
            SEARCH,
            VIEW,
            PREVIEW,
            PLAY,
            DOWNLOAD,
            LINK,
            NOTE,
            CATEGORISE,
            ANSWER_REVIEW,
            OFFER_HANDOVER,
            PROPOSE_DISPOSAL,
            REQUEST_EXPORT,
            FETCH_EXPORT,
            SEE_GAPS),
    /** Reviews the items and decides about the cases of a unit. */
    LEGAL_OFFICER(
            "法制员",
            Reach.UNIT,
            SEARCH,
            VIEW,
            PREVIEW,
            PLAY,
            DOWNLOAD,
            NOTE,
            REVIEW,
            HOLD,
            PROPOSE_RULE,
            DECIDE_CASE,
            SEE_GAPS,
            AUDIT),
    /** Supervises a unit (督察): what is missing, what does not hold. */
    SUPERVISOR(
            "督察",
            Reach.UNIT,
            SEARCH,
            VIEW,
            PREVIEW,
            PLAY,
            DOWNLOAD,
            NOTE,
            REVIEW,
            HOLD,
            SEE_GAPS,
            EXPLAIN_GAP,
            SEE_LOG,
            AUDIT,
            APPROVE_PERSON),
    /** The second pair of eyes: approves what others asked for. */
    APPROVER("审批人", Reach.UNIT, SEARCH, VIEW, PREVIEW, APPROVE_EXPORT, APPROVE_DISPOSAL, APPROVE_RULE, FETCH_EXPORT),
    /** Sees what was offered or handed over to this person, or is offered to the person's unit, and nothing else. */
    PROSECUTOR("检察官", Reach.HANDED, SEARCH, VIEW, PREVIEW, PLAY, DOWNLOAD, NOTE, ANSWER_HANDOVER, FETCH_EXPORT),
    /** Looks at the record of a unit, and at no media. */
    AUDITOR("审计员", Reach.UNIT, SEARCH, VIEW, SEE_GAPS, SEE_LOG, AUDIT),
    /** Runs the station, and sees no item. */
    ADMINISTRATOR(
            "管理员",
            Reach.NOTHING,
            IMPORT_DISPATCH,
            DESCRIBE_AGAIN,
            MANAGE_DEVICES,
            MANAGE_NOTIFICATIONS,
            NAME_UNITS,
            MANAGE_PEOPLE,
            APPROVE_PERSON);

    /** How far a role reaches. */
    public enum Reach {
        /** No item. */
        NOTHING,
        /** Items that the person, or a device for the person, sent. */
        OWN,
        /** Items that were offered or handed over to the person, or are offered to the unit of the person or to one above it. */
        HANDED,
        /** Items of the person's unit and of the units below it. */
        UNIT
    }

    private static final Set<Act> DECIDING =
            Set.of(REVIEW, DECIDE_CASE, APPROVE_EXPORT, APPROVE_DISPOSAL, APPROVE_RULE, APPROVE_PERSON, MANAGE_PEOPLE);

    private final String title;
    private final Reach reach;

    @SuppressWarnings("ImmutableEnumChecker") // toUnmodifiableSet gives a set that cannot change
    private final Set<Act> acts;

    Role(String title, Reach reach, Act... acts) {
        this.title = title;
        this.reach = reach;
        this.acts = Stream.concat(Stream.of(OWN_ACCOUNT), Stream.of(acts)).collect(Collectors.toUnmodifiableSet());
    }

    /** The Chinese title, as the record has it. */
    public String title() {
        return title;
    }

    /** How far the role reaches. */
    public Reach reach() {
        return reach;
    }

    /** Whether this role allows the act. */
    public boolean may(Act act) {
        return acts.contains(act);
    }

    /** Whether the role decides about what others do, so that a password alone is not enough. */
    public boolean decides() {
        return acts.stream().anyMatch(DECIDING::contains);
    }

    /** The name in requests and tokens, such as {@code legal-officer}. */
    public String word() {
        return name().toLowerCase(Locale.ROOT).replace('_', '-');
    }

    /** The role of this name; nothing where there is none. */
    public static Optional<Role> of(String word) {
        return Arrays.stream(values()).filter(role -> role.word().equals(word)).findFirst();
    }
}
