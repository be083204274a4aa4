/** Compares what is stored with the published log. */
package org.liuhen.review.audit;
