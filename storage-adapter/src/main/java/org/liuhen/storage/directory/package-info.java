/**
 * The store in a directory of one machine, for the station and for tests.
 *
 * <p>In and out: as the ports say. Bytes and folders are forced to disk before an offset is given.
 * It cannot stop the machine's own administrator, and its probe and its seals say so.
 */
package org.liuhen.storage.directory;
