/** Programs to copy from: a network of one's own explained, its training watched, a server. */
package com.example.explain;
