/**
 * Words of error messages that every floor writes, and text in columns. Nothing here knows what the
 * words name.
 */
package org.gradcam4j.text;
