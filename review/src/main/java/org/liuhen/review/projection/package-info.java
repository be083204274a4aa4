/** What the entries of a log add up to: rows, items, cases and search terms. It knows no database connection and no request. */
package org.liuhen.review.projection;
