/** The read model in PostgreSQL: its tables, the writing of them, and the queries. It knows no route. */
package org.liuhen.review.model;
