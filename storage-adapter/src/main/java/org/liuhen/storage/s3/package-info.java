/**
 * The store on S3 through minio-java, which only this package uses.
 *
 * <p>In and out: as the ports say. Whole parts go straight to a multipart upload at the final
 * place; what is less than a part is an object of its own until more comes. The notes that name both are written after
 * them, so after a crash the notes are never ahead of the bytes.
 */
package org.liuhen.storage.s3;
