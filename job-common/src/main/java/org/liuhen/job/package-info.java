/** What both Flink jobs have in common: settings, metrics, and the feed as a source. */
package org.liuhen.job;
