/** How long items are kept, and how they end. */
package org.liuhen.ingest.retention;
