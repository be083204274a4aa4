/**
 * Export packages: BagIt bags (RFC 8493) that prove themselves, and their verification.
 *
 * <p>In: a folder or ZIP file and a policy that says whom to trust. Out: what was checked, and every fault. It needs no
 * network and none of the software that made the package. It writes nothing, so a crash loses nothing.
 */
package org.liuhen.custody.bag;
