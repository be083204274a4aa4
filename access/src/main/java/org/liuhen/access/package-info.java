/**
 * Who people are and what they may do: roles, sign-in, and the one gate that every address of the page and its API lies behind.
 */
package org.liuhen.access;
