package org.gradcam4j.evaluation.run;

import java.net.URLEncoder;
import java.nio.charset.StandardCharsets;
import org.gradcam4j.file.Sha256;

/** Names of images' files, which no two images share. */
final class FileNames {
  /** Leaves room in the 255 bytes of a file's name for what else is in it. */
  private static final int LONGEST = 180;

  /** With a hyphen and a checksum behind, longer than any name that is whole. */
  private static final int KEPT = 120;

  private FileNames() {}

  /**
   * An image's id for the beginning of a file's name, whatever characters it has: percent-encoded
   * (RFC 3986), as Python's {@code urllib.parse.quote(id, safe="")} does. Of one that is then too
   * long, the first characters and the SHA-256 of the id.
   */
  static String of(String id) {
    // URLEncoder's is the encoding of HTML forms, which differs in these.
    String name =
        URLEncoder.encode(id, StandardCharsets.UTF_8)
            .replace("+", "%20")
            .replace("*", "%2A")
            .replace("%7E", "~");
    return name.length() <= LONGEST
        ? name
        : name.substring(0, KEPT) + "-" + Sha256.of(id.getBytes(StandardCharsets.UTF_8));
  }
}
