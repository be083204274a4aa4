/** The feed as the steps of the ingest job use it: read in its order, each event once; and what they add to it, signed by this part. */
package org.liuhen.ingest.feed;
