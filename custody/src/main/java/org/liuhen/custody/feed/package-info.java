/** Who may bring what into the feed: each part signs its events, and an event counts only if a part that may make it did. */
package org.liuhen.custody.feed;
