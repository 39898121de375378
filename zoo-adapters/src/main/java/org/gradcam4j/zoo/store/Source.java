package org.gradcam4j.zoo.store;

import java.io.IOException;
import java.io.InterruptedIOException;
import java.net.URI;
import java.net.http.HttpClient;
import java.net.http.HttpHeaders;
import java.net.http.HttpRequest;
import java.net.http.HttpResponse;
import java.nio.ByteBuffer;
import java.time.Duration;
import java.util.List;
import java.util.Optional;
import java.util.Set;
import java.util.concurrent.Flow;
import java.util.regex.Matcher;
import java.util.regex.Pattern;

/**
 * Files over HTTP. Nothing of what a server says is believed: redirections are followed by hand,
 * and never from HTTPS to HTTP nor away from both.
 */
final class Source {
  private static final int REDIRECTIONS = 8;
  private static final Set<Integer> REDIRECTED = Set.of(301, 302, 303, 307, 308);
  private static final int PARTIAL = 206;
  private static final Pattern RANGE =
      Pattern.compile("bytes ([0-9]{1,18})-[0-9]{1,18}/([0-9]{1,18}|\\*)");

  /** Asking again would not help. */
  static final class Refused extends IOException {
    private static final long serialVersionUID = 1L;

    Refused(String message) {
      super(message);
    }
  }

  /**
   * Which version of a file a server has.
   *
   * @param validator its strong ETag, or else its date; empty if the server gives neither
   * @param total its size in bytes; -1 if the server does not say
   */
  record Version(String validator, long total) {
    static final long NO_TOTAL = -1;

    static final Version UNKNOWN = new Version("", NO_TOTAL);

    /** A validator that cannot stand in a header is none. */
    static Version of(String validator, long total) {
      return new Version(validator.matches("[ -~]{1,256}") ? validator : "", total);
    }

    /** Whether the rest of just this version can be asked for. */
    boolean resumable() {
      return !validator.isEmpty();
    }

    /** Whether bytes of that one may follow bytes of this one. */
    boolean agrees(Version other) {
      boolean sameTotal = total == NO_TOTAL || other.total == NO_TOTAL || total == other.total;
      return sameTotal && (other.validator.isEmpty() || validator.equals(other.validator));
    }
  }

  /**
   * An answer whose body has yet to come.
   *
   * @param status HTTP's code
   * @param version of the whole file
   * @param from where in the file the body begins; -1 if the server gives a part without saying
   *     which
   * @param body what comes
   */
  record Answer(int status, Version version, long from, Body body) implements AutoCloseable {
    /** Whether the body is the whole file or a part of it. */
    boolean isFile() {
      return status == 200 || status == PARTIAL;
    }

    @Override
    public void close() {
      body.close();
    }
  }

  private final Duration patience;
  private final HttpClient client;

  Source(Duration patience) {
    this.patience = patience;
    this.client =
        HttpClient.newBuilder()
            .version(HttpClient.Version.HTTP_1_1)
            .followRedirects(HttpClient.Redirect.NEVER)
            .connectTimeout(patience)
            .build();
  }

  /**
   * Asks for a file, or for the rest of it if the server still has that version.
   *
   * @throws Refused if redirections lead nowhere
   * @throws IOException if the server cannot be reached, or its answer does not come
   */
  Answer open(URI address, long from, Version version) throws IOException {
    URI here = address;
    for (int i = 0; i <= REDIRECTIONS; i++) {
      HttpResponse<Flow.Publisher<List<ByteBuffer>>> response = send(here, from, version);
      Body body = new Body(patience);
      response.body().subscribe(body);
      if (!REDIRECTED.contains(response.statusCode())) {
        return answer(response, body);
      }
      body.close();
      here = redirected(here, response.headers());
    }
    throw new Refused("the server redirects more than " + REDIRECTIONS + " times");
  }

  private HttpResponse<Flow.Publisher<List<ByteBuffer>>> send(URI here, long from, Version version)
      throws IOException {
    HttpRequest.Builder request =
        HttpRequest.newBuilder(here)
            .timeout(patience)
            .header("User-Agent", "gradcam4j")
            .header("Accept-Encoding", "identity");
    if (from > 0 && version.resumable()) {
      request.header("Range", "bytes=" + from + "-").header("If-Range", version.validator());
    }
    try {
      return client.send(request.build(), HttpResponse.BodyHandlers.ofPublisher());
    } catch (InterruptedException e) {
      Thread.currentThread().interrupt();
      throw new InterruptedIOException("interrupted");
    }
  }

  /** Where a server sends on to, if it is safe to go there. */
  static URI redirected(URI here, HttpHeaders headers) throws Refused {
    String location = headers.firstValue("Location").orElse("");
    URI there;
    try {
      there = here.resolve(location);
    } catch (IllegalArgumentException e) {
      throw new Refused("the server redirects to something that is no address");
    }
    boolean downgrade =
        "https".equalsIgnoreCase(here.getScheme()) && !"https".equalsIgnoreCase(there.getScheme());
    if (location.isEmpty() || !PublishedFile.isHttp(there) || downgrade) {
      throw new Refused("the server redirects to '" + there + "', which is not safe to follow");
    }
    return there;
  }

  private static Answer answer(HttpResponse<Flow.Publisher<List<ByteBuffer>>> response, Body body)
      throws Refused {
    HttpHeaders headers = response.headers();
    int status = response.statusCode();
    String encoding = headers.firstValue("Content-Encoding").orElse("identity");
    if (status < 300 && !encoding.equalsIgnoreCase("identity")) {
      body.close();
      throw new Refused("the server sends the file encoded, which was not asked for");
    }
    String validator =
        headers
            .firstValue("ETag")
            .filter(tag -> !tag.startsWith("W/"))
            .or(() -> headers.firstValue("Last-Modified"))
            .orElse("");
    if (status != PARTIAL) {
      return new Answer(status, Version.of(validator, length(headers)), 0, body);
    }
    Optional<Matcher> range =
        headers.firstValue("Content-Range").map(RANGE::matcher).filter(Matcher::matches);
    long total =
        range
            .map(r -> r.group(2).equals("*") ? Version.NO_TOTAL : Long.parseLong(r.group(2)))
            .orElse(Version.NO_TOTAL);
    long from = range.map(r -> Long.parseLong(r.group(1))).orElse(-1L);
    return new Answer(status, Version.of(validator, total), from, body);
  }

  private static long length(HttpHeaders headers) {
    return headers
        .firstValue("Content-Length")
        .filter(digits -> digits.matches("[0-9]{1,18}"))
        .map(Long::parseLong)
        .orElse(Version.NO_TOTAL);
  }
}
