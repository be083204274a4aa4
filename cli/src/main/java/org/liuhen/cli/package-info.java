/** The commands of people who ask a station or check what they received: they talk HTTP or read files, and need no part of a station. */
package org.liuhen.cli;
