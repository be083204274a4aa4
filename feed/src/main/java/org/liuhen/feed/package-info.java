/**
 * The only way into the record. In: events of a component. Out: records of the Kafka topic {@code custody.events}, keyed by log and signed by
 * the component ({@link org.liuhen.custody.feed.PartKey}).
 */
package org.liuhen.feed;
