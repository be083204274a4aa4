package org.liuhen.describe;

import org.liuhen.custody.evidence.Actor;
import org.liuhen.custody.evidence.CaptureClaims;
import org.liuhen.custody.evidence.EvidenceId;
import org.liuhen.custody.evidence.FileName;

/**
 * An item as it was received, before its bytes are read.
 *
 * @param id the name of the item in the record
 * @param fileName the name that the sender gave
 * @param sender who sent it
 * @param capture what the sender claimed of the recording, or null
 */
public record Item(EvidenceId id, FileName fileName, Actor sender, CaptureClaims capture) {}
