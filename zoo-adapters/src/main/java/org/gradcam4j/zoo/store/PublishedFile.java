package org.gradcam4j.zoo.store;

import java.net.URI;
import java.util.OptionalLong;

/**
 * A file of weights that its authors published.
 *
 * @param network the network's id
 * @param publisher who published it: {@code torchvision}, {@code keras}, {@code caffe}, ...
 * @param format how it is encoded, in a word or two for people
 * @param address where it is, over HTTP or HTTPS
 * @param byHand whether the address is a page from which a person downloads it: there is no address
 *     of the file alone
 * @param fileName its name
 * @param checksum what its bytes must be
 * @param size bytes, where they are known
 * @param licence its terms, in a few words: a hint, not the terms
 */
public record PublishedFile(
    String network,
    String publisher,
    String format,
    URI address,
    boolean byHand,
    String fileName,
    Checksum checksum,
    OptionalLong size,
    String licence) {
  /**
   * A file that can be fetched.
   *
   * @throws IllegalArgumentException if the name is not that of a plain file, or the address not
   *     one of HTTP
   */
  public PublishedFile {
    if (!fileName.matches("[A-Za-z0-9_][A-Za-z0-9._-]*")) {
      throw new IllegalArgumentException("'" + fileName + "' is not the name of a plain file");
    }
    if (!isHttp(address)) {
      throw new IllegalArgumentException("'" + address + "': expected http:// or https://");
    }
    if (size.isPresent() && size.getAsLong() < 1) {
      throw new IllegalArgumentException(fileName + ": a size of " + size.getAsLong() + " bytes");
    }
  }

  /** Whether it is an address that a download may go to. */
  static boolean isHttp(URI address) {
    return ("http".equalsIgnoreCase(address.getScheme())
            || "https".equalsIgnoreCase(address.getScheme()))
        && address.getHost() != null;
  }
}
