/** Packages for recipients outside: requested, approved, made and fetched. */
package org.liuhen.review.export;
