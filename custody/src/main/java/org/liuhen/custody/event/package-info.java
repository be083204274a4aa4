/**
 * What can happen to an item of evidence, and when it is allowed to happen.
 *
 * <p>In: values, or canonical JSON bytes (RFC 8785). Out: events, canonical JSON bytes, and from {@link
 * org.liuhen.custody.event.StateTable#apply} the next state or a refusal. Pure functions without clock or storage: after a
 * crash the same events give the same answers.
 */
package org.liuhen.custody.event;
