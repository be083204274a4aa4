/** The routes of the API by topic, and the page. */
package org.liuhen.review.api;
