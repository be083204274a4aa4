/**
 * Who people are and what they may do: roles, sign-in, and the one authorization before every route of the page and its API.
 */
package org.liuhen.access;
