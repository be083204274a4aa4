/**
 * Finds facts in files, each with its source. The readers run in parser processes that may die, the media programs as children of those.
 *
 * <p>In: a skeleton of the file. Out: a description, and the failures of tools. No file can stop the pipeline.
 * After a crash the description is made again.
 */
package org.liuhen.describe;
