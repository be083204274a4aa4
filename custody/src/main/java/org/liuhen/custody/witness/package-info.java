/**
 * The witness of logs (C2SP tlog-witness), which an office outside the police runs, and how one asks it.
 *
 * <p>In: a log's new head with the proof that it continues the last one. Out: a cosignature (C2SP tlog-cosignature), or a
 * refusal. The last head seen of each log is durable before its cosignature is given away, so after a crash, too, no two
 * heads are cosigned of which one does not continue the other.
 */
package org.liuhen.custody.witness;
