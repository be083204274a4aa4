package org.liuhen.describe;

import org.liuhen.custody.evidence.Actor;
import org.liuhen.custody.evidence.CaptureClaims;
import org.liuhen.custody.evidence.EvidenceId;
import org.liuhen.custody.evidence.FileName;

/**
 * What is known of an item before anybody looks into it.
 *
 * @param id its name in the record
 * @param fileName the name under which it came
 * @param sender who sent it
 * @param capture what the sender claimed of the recording, or null
 */
public record Item(EvidenceId id, FileName fileName, Actor sender, CaptureClaims capture) {}
