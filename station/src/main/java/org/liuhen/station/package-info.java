/**
 * The whole house in one process on embedded parts, and the command line.
 *
 * <p>In: options. Out: a running station with all its data in one folder. It may be killed at any time: each part keeps its
 * own promises on the same folder, and the next start goes on where they stand.
 */
package org.liuhen.station;
