package org.liuhen.custody.verify;

import java.util.Optional;
import java.util.Set;
import org.liuhen.custody.event.CustodyEvent;
import org.liuhen.custody.event.Entry;
import org.liuhen.custody.event.PersonalSignature;
import org.liuhen.custody.event.PersonalStatement;
import org.liuhen.custody.evidence.EvidenceId;
import org.liuhen.custody.evidence.Sha256Digest;

/** One thing that is wrong with a log or with what it speaks of, with enough to find it. */
public sealed interface Fault {
    /** A stable code, by which the operator's guide is sorted. */
    String code();

    /** The signed head is missing, unsigned or of another log. Nothing else can be checked without it. */
    record BadCheckpoint(String reason) implements Fault {
        @Override
        public String code() {
            return "VF-101";
        }
    }

    /** A tile or bundle is missing or has the wrong form. */
    record DamagedFile(String message) implements Fault {
        @Override
        public String code() {
            return "VF-102";
        }
    }

    /** An entry does not hash to its leaf, and the tree of leaves is the one that was signed: the entry was altered. */
    record AlteredEntry(long index) implements Fault {
        @Override
        public String code() {
            return "VF-103";
        }
    }

    /** A tile's hash is not that of the entries below it, which are the signed ones: the tile was altered. */
    record AlteredTile(int level, long tile, int position) implements Fault {
        @Override
        public String code() {
            return "VF-104";
        }
    }

    /** Neither the entries nor the tiles lead to the signed root. */
    record WrongRoot(long size, Sha256Digest signed, Sha256Digest computed) implements Fault {
        @Override
        public String code() {
            return "VF-105";
        }
    }

    /** An entry is not canonical or not an entry. */
    record MalformedEntry(long index, String reason) implements Fault {
        @Override
        public String code() {
            return "VF-106";
        }
    }

    /** An entry does not follow on the one before it in the chain of its item. */
    record BrokenLink(long index, String chain, String expected, String found) implements Fault {
        @Override
        public String code() {
            return "VF-107";
        }
    }

    /** The record holds an act that the state machine does not allow. */
    record ForbiddenAct(long index, String chain, String refusal, String reason) implements Fault {
        @Override
        public String code() {
            return "VF-108";
        }
    }

    /** The stored bytes of an item are not those of the record. */
    record AlteredObject(EvidenceId evidenceId, Sha256Digest recorded, Sha256Digest found) implements Fault {
        @Override
        public String code() {
            return "VF-109";
        }
    }

    /** The record says that an object is there, and it is not. */
    record MissingObject(EvidenceId evidenceId, String key) implements Fault {
        @Override
        public String code() {
            return "VF-110";
        }
    }

    /** The description of an item is not the one of the record, or is missing. */
    record AlteredMetadata(EvidenceId evidenceId, Sha256Digest recorded) implements Fault {
        @Override
        public String code() {
            return "VF-111";
        }
    }

    /** The published log is shorter than it was known to be: its end was cut off and an older head put back. */
    record RolledBack(long knownSize, long publishedSize) implements Fault {
        @Override
        public String code() {
            return "VF-112";
        }
    }

    /** A row of the database that people search is not what the log says. The log is the record; rebuild the row. */
    record ReadModelDiffers(String table, String key, String recorded, String found) implements Fault {
        @Override
        public String code() {
            return "VF-113";
        }
    }

    /** The published log does not continue a head that was signed before: its past was rewritten. */
    record Rewritten(long knownSize, Sha256Digest knownRoot, String seenBy) implements Fault {
        @Override
        public String code() {
            return "VF-114";
        }
    }

    /** Fewer witnesses have seen this head than the policy asks for. */
    record NotWitnessed(long size, String reason) implements Fault {
        @Override
        public String code() {
            return "VF-115";
        }
    }

    /** A proof does not lead from its entry to the head that it names, or is no proof. */
    record BadProof(String file, String reason) implements Fault {
        @Override
        public String code() {
            return "VF-116";
        }
    }

    /** The log holds an item that a statement of completeness does not list. */
    record LeftOut(long index) implements Fault {
        @Override
        public String code() {
            return "VF-117";
        }
    }

    /** A personal signature does not verify, or was made for another place in the chain. */
    record BadPersonalSignature(long index, String chain, String reason) implements Fault {
        /**
         * The fault of an entry that says that a person signed it, if that does not hold.
         *
         * @param entry its canonical bytes
         * @param earlier the leaf hashes of the entries before it in its chain
         */
        public static Optional<Fault> in(long index, byte[] entry, CustodyEvent event, Set<Sha256Digest> earlier) {
            PersonalSignature signature = event.signature();
            return signature == null
                            || (earlier.contains(signature.seen()) && PersonalStatement.isSignedIn(entry, signature))
                    ? Optional.empty()
                    : Optional.of(new BadPersonalSignature(
                            index,
                            event.context().evidenceId() == null
                                    ? Entry.LOG_CHAIN
                                    : event.context().evidenceId().value(),
                            "not signed by " + event.context().actor().id()));
        }

        @Override
        public String code() {
            return "VF-118";
        }
    }

    /** Somebody answered a handover for a unit, and by the log's own entries the person is not of that unit. Only a whole log shows it. */
    record NotOfTheUnit(long index, String chain, String person, String unitCode) implements Fault {
        @Override
        public String code() {
            return "VF-119";
        }
    }

    /** A rule of export packages is broken. */
    record BrokenBag(String code, String rule, String path, String detail) implements Fault {}
}
