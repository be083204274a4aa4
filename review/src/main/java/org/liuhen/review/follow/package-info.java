/** Follows the published log into the read model, in one process at a time. */
package org.liuhen.review.follow;
