/**
 * Describe: what the file says of itself, each value with its source. Tika runs in child processes that may die, ffprobe as
 * a child process.
 *
 * <p>In: a skeleton of the file. Out: a description, and the reasons where a tool failed; no file can stop the pipeline.
 * After a crash the extraction is repeated.
 */
package org.liuhen.describe;
