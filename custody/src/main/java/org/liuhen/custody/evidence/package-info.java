/**
 * The words of custody as types that cannot hold a wrong value.
 *
 * <p>In: text and numbers from outside. Out: values that are right by construction, or an {@link
 * IllegalArgumentException} that says what is right and what was wrong. Nothing here has state, so nothing can be lost
 * in a crash.
 */
package org.liuhen.custody.evidence;
