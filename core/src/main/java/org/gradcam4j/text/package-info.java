/** Words of error messages that every floor writes. Nothing here knows what the words name. */
package org.gradcam4j.text;
