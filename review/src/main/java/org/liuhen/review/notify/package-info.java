/** Tells people outside the page that something waits for them. */
package org.liuhen.review.notify;
