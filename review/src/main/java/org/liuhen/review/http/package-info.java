/** What routes share: reading requests, answering, deciding what a person may see, and recording what a person does. */
package org.liuhen.review.http;
