package org.liuhen.station;

import com.fasterxml.jackson.databind.node.ObjectNode;
import java.security.SecureRandom;
import java.time.Instant;
import java.util.Base64;
import org.bouncycastle.crypto.params.Ed25519PrivateKeyParameters;
import org.bouncycastle.math.ec.rfc8032.Ed25519;
import org.liuhen.custody.event.CustodyEvent;
import org.liuhen.custody.event.CustodyEvent.Viewed;
import org.liuhen.custody.event.EventContext;
import org.liuhen.custody.event.PersonalStatement;
import org.liuhen.custody.evidence.Actor;
import org.liuhen.custody.evidence.EvidenceId;
import org.liuhen.custody.evidence.Sha256Digest;

/** A person's own key, with which acts are signed as the page does it. */
final class OwnKey {
    private final Ed25519PrivateKeyParameters own = new Ed25519PrivateKeyParameters(new SecureRandom());

    /** An act as the record will have it. */
    interface Said {
        CustodyEvent by(EventContext context);
    }

    String publicKey() {
        return Base64.getEncoder().encodeToString(own.generatePublicKey().getEncoded());
    }

    /** The body of a request with this person's signature over the act. */
    String signed(String body, String who, String id, Sha256Digest seen, Said said) throws Exception {
        CustodyEvent event = said.by(EventContext.of(
                EventContext.idFor(Viewed.class, "any"),
                new EvidenceId(id),
                Instant.now(),
                new Actor(Actor.Kind.OFFICER, who, null, "any"),
                null,
                "any"));
        byte[] statement = PersonalStatement.bytes(event, seen);
        byte[] value = new byte[64];
        own.sign(Ed25519.Algorithm.Ed25519, null, statement, 0, statement.length, value, 0);
        ObjectNode signed = (ObjectNode) LiveStation.JSON.readTree(body);
        signed.putObject("signature")
                .put("publicKey", publicKey())
                .put("seen", seen.hex())
                .put("value", Base64.getEncoder().encodeToString(value));
        return signed.toString();
    }
}
