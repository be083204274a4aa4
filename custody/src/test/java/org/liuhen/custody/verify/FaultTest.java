package org.liuhen.custody.verify;

import static org.junit.jupiter.api.Assertions.assertEquals;

import java.util.List;
import org.junit.jupiter.api.Test;

class FaultTest {
    /** Verifiers in other languages name a fault by the same code. */
    @Test
    void eachFaultHasItsCode() {
        List<Fault> all = List.of(
                new Fault.BadCheckpoint(""),
                new Fault.DamagedFile(""),
                new Fault.AlteredEntry(0),
                new Fault.AlteredTile(0, 0, 0),
                new Fault.WrongRoot(0, null, null),
                new Fault.MalformedEntry(0, ""),
                new Fault.BrokenLink(0, "", "", ""),
                new Fault.ForbiddenAct(0, "", "", ""),
                new Fault.AlteredObject(null, null, null),
                new Fault.MissingObject(null, ""),
                new Fault.AlteredMetadata(null, null),
                new Fault.RolledBack(0, 0),
                new Fault.ReadModelDiffers("", "", "", ""),
                new Fault.Rewritten(0, null, ""),
                new Fault.NotWitnessed(0, ""),
                new Fault.BadProof("", ""),
                new Fault.LeftOut(0),
                new Fault.BadPersonalSignature(0, "", ""),
                new Fault.NotOfTheUnit(0, "", "", ""));
        for (int i = 0; i < all.size(); i++) {
            assertEquals("VF-" + (101 + i), all.get(i).code());
        }
        assertEquals(all.size() + 1, Fault.class.getPermittedSubclasses().length, "all but those of packages");
    }
}
