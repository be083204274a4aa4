/**
 * The core of Liuhen: the words, the events, the site log and its verification. It knows no framework, so that an
 * outsider can read it, and run it, alone.
 */
package org.liuhen.custody;
