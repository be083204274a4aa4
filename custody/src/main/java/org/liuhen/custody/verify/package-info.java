/**
 * Verification of a site's log and the chains in it, from published files and a public key alone.
 *
 * <p>In: a {@link org.liuhen.custody.log.LogStore} and a verifier key. Out: what was checked, and every fault found, not
 * only the first. It writes nothing, so a crash loses nothing.
 */
package org.liuhen.custody.verify;
