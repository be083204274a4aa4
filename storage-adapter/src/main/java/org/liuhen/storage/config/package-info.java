/** Which store is opened: a directory or S3. */
package org.liuhen.storage.config;
