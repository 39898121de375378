package org.gradcam4j.zoo.store;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatIOException;
import static org.gradcam4j.zoo.store.MisbehavingServer.dropping;
import static org.gradcam4j.zoo.store.MisbehavingServer.file;
import static org.gradcam4j.zoo.store.MisbehavingServer.head;
import static org.gradcam4j.zoo.store.MisbehavingServer.write;
import static org.junit.jupiter.api.Assumptions.assumeTrue;

import java.io.IOException;
import java.net.ServerSocket;
import java.net.URI;
import java.net.http.HttpHeaders;
import java.nio.file.Files;
import java.nio.file.Path;
import java.security.MessageDigest;
import java.time.Duration;
import java.util.ArrayList;
import java.util.HexFormat;
import java.util.List;
import java.util.Map;
import java.util.OptionalLong;
import java.util.Random;
import java.util.concurrent.ExecutorService;
import java.util.concurrent.Executors;
import java.util.concurrent.Future;
import java.util.concurrent.TimeUnit;
import java.util.stream.Stream;
import org.gradcam4j.zoo.store.MisbehavingServer.Answer;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.ValueSource;

/** Downloads from a server on this machine that does what servers do on bad days. */
class DownloadTest {
  private static final String NAME = "net-1234.pth";
  private static final int SIZE = 300_000;
  private static final byte[] FILE = bytes(1);
  private static final byte[] OTHER = bytes(2);
  private static final String ETAG = "\"one\"";

  private static final Download.Settings PATIENT =
      new Download.Settings(4, Duration.ofMillis(1), Duration.ofSeconds(20), 1 << 20);

  @TempDir private Path folder;

  /** What a listener heard. */
  private static final class Heard implements DownloadListener {
    private final List<String> remarks = new ArrayList<>();
    private long there;
    private long total;

    @Override
    public synchronized void bytes(long now, long of) {
      there = now;
      total = of;
    }

    @Override
    public synchronized void remark(String line) {
      remarks.add(line);
    }
  }

  private final Heard heard = new Heard();

  static byte[] bytes(long seed) {
    byte[] bytes = new byte[SIZE];
    new Random(seed).nextBytes(bytes);
    return bytes;
  }

  static Checksum sha256(byte[] bytes) throws Exception {
    return Checksum.sha256(
        HexFormat.of().formatHex(MessageDigest.getInstance("SHA-256").digest(bytes)));
  }

  private static PublishedFile published(URI address, OptionalLong size) throws Exception {
    return new PublishedFile(
        "net", "someone", "PyTorch", address, false, NAME, sha256(FILE), size, "");
  }

  private Path fetch(Download.Settings settings, OptionalLong size, MisbehavingServer server)
      throws Exception {
    return new Download(settings).fetch(published(server.address("/" + NAME), size), folder, heard);
  }

  private Path fetch(MisbehavingServer server) throws Exception {
    return fetch(PATIENT, OptionalLong.empty(), server);
  }

  /** The file is there, whole, and nothing beside it but the lock. */
  private void assertArrived(Path arrived) throws IOException {
    assertThat(arrived).isEqualTo(folder.resolve(NAME)).hasBinaryContent(FILE);
    assertThat(names()).containsExactlyInAnyOrder(NAME, "." + NAME + ".lock");
  }

  /** Nothing is there, nor half of it; the one line says why, and what to do by hand. */
  private void assertRefused(MisbehavingServer server, OptionalLong size, String... parts)
      throws Exception {
    assertThatIOException()
        .isThrownBy(() -> fetch(PATIENT, size, server))
        .withMessageContainingAll(parts)
        .withMessageContainingAll(
            NAME, server.address("/" + NAME).toString(), folder.toString(), "by hand")
        .satisfies(e -> assertThat(e.getMessage()).doesNotContain("\n"));
    assertThat(names()).containsExactly("." + NAME + ".lock");
  }

  private List<String> names() throws IOException {
    try (Stream<Path> files = Files.list(folder)) {
      return files.map(path -> path.getFileName().toString()).toList();
    }
  }

  @Test
  void arrivesWhole() throws Exception {
    try (MisbehavingServer server = new MisbehavingServer(file(FILE, ETAG))) {
      assertArrived(fetch(PATIENT, OptionalLong.of(SIZE), server));
      assertThat(heard.there).isEqualTo(SIZE);
      assertThat(heard.total).isEqualTo(SIZE);
      assertThat(heard.remarks).isEmpty();
      fetch(server);
      assertThat(server.requests()).as("a right file is not fetched again").hasSize(1);
    }
  }

  @Test
  void withoutALengthItEndsWithTheConnection() throws Exception {
    try (MisbehavingServer server =
        new MisbehavingServer((request, out) -> write(out, FILE, 0, SIZE, "200 OK"))) {
      assertArrived(fetch(server));
    }
  }

  @Test
  void aLostConnectionIsGoneOnWith() throws Exception {
    try (MisbehavingServer server =
        new MisbehavingServer(
            dropping(FILE, ETAG, 100_000), dropping(FILE, ETAG, 50_000), file(FILE, ETAG))) {
      assertArrived(fetch(server));
      assertThat(server.requests().stream().map(MisbehavingServer.Request::from))
          .containsExactly(0, 100_000, 150_000);
      assertThat(server.requests().get(1).headers()).containsEntry("If-Range", ETAG);
      assertThat(heard.remarks).hasSize(2).allMatch(line -> line.contains("trying again in"));
    }
  }

  @Test
  void aLaterProcessGoesOnWithWhatIsThere() throws Exception {
    Download.Settings once =
        new Download.Settings(1, Duration.ofMillis(1), Duration.ofSeconds(20), 1 << 20);
    try (MisbehavingServer server =
        new MisbehavingServer(dropping(FILE, ETAG, 100_000), file(FILE, ETAG))) {
      assertThatIOException()
          .isThrownBy(() -> fetch(once, OptionalLong.empty(), server))
          .withMessageContaining("connection");
      assertThat(folder.resolve(NAME)).doesNotExist();
      assertThat(Files.size(folder.resolve(NAME + ".part"))).isEqualTo(100_000);
      assertArrived(fetch(once, OptionalLong.empty(), server));
      assertThat(server.requests().get(1).from()).isEqualTo(100_000);
    }
  }

  @Test
  void withoutAVersionItBeginsAnew() throws Exception {
    Answer noVersion =
        (request, out) ->
            write(out, FILE, 0, 100_000, "200 OK", "Content-Length: " + SIZE, "ETag: W/\"weak\"");
    try (MisbehavingServer server = new MisbehavingServer(noVersion, file(FILE, ETAG))) {
      assertArrived(fetch(server));
      assertThat(server.requests().get(1).headers()).doesNotContainKeys("Range", "If-Range");
    }
  }

  @Test
  void aServerThatIgnoresRangesStartsFromTheBeginning() throws Exception {
    Answer whole = (request, out) -> write(out, FILE, 0, SIZE, "200 OK", "Content-Length: " + SIZE);
    try (MisbehavingServer server = new MisbehavingServer(dropping(FILE, ETAG, 100_000), whole)) {
      assertArrived(fetch(server));
      assertThat(server.requests().get(1).from()).isEqualTo(100_000);
    }
  }

  @ParameterizedTest
  @ValueSource(
      strings = {
        "bytes 90000-299999/300000",
        "bytes 100000-299999/400000",
        "pages 1-2/3",
        "bytes 99999999999999999999999-1/2",
        "bytes -1-299999/300000"
      })
  void aWrongRangeIsNotBelieved(String range) throws Exception {
    Answer wrong =
        (request, out) ->
            write(
                out,
                FILE,
                100_000,
                SIZE,
                "206 Partial Content",
                "ETag: " + ETAG,
                "Content-Range: " + range);
    try (MisbehavingServer server =
        new MisbehavingServer(dropping(FILE, ETAG, 100_000), wrong, file(FILE, ETAG))) {
      assertArrived(fetch(server));
      assertThat(server.requests().get(2).from()).isZero();
    }
  }

  @Test
  void aPartThatNobodyAskedForIsNotBelieved() throws Exception {
    Answer part =
        (request, out) ->
            write(out, FILE, 0, 10, "206 Partial Content", "Content-Range: bytes 0-9/10");
    try (MisbehavingServer server = new MisbehavingServer(part)) {
      assertRefused(server, OptionalLong.empty(), "another part", "4 times in a row");
    }
  }

  @Test
  void aRangeThatTheServerDoesNotHaveBeginsAnew() throws Exception {
    try (MisbehavingServer server =
        new MisbehavingServer(
            dropping(FILE, ETAG, 100_000),
            head("416 Range Not Satisfiable", "Content-Length: 0"),
            file(FILE, ETAG))) {
      assertArrived(fetch(server));
      assertThat(server.requests().get(2).from()).isZero();
    }
  }

  @Test
  void aFileThatChangesBetweenTwoHalvesIsFetchedWhole() throws Exception {
    try (MisbehavingServer server =
        new MisbehavingServer(dropping(OTHER, "\"old\"", 100_000), file(FILE, ETAG))) {
      assertArrived(fetch(server));
    }
  }

  @Test
  void aChangeThatIfRangeDoesNotPreventIsSeenByItsVersion() throws Exception {
    Answer rest = rest("ETag: " + ETAG);
    try (MisbehavingServer server =
        new MisbehavingServer(dropping(OTHER, "\"old\"", 100_000), rest, file(FILE, ETAG))) {
      assertArrived(fetch(server));
      assertThat(server.requests().get(2).from()).isZero();
      assertThat(heard.remarks).anyMatch(line -> line.contains("another part of the file"));
    }
  }

  @Test
  void aChangeThatTheServerHidesIsSeenByTheChecksum() throws Exception {
    Answer rest = rest("Server: old");
    try (MisbehavingServer server =
        new MisbehavingServer(dropping(OTHER, "\"old\"", 100_000), rest, file(FILE, ETAG))) {
      assertArrived(fetch(server));
      assertThat(heard.remarks).anyMatch(line -> line.contains("fetching it whole"));
    }
  }

  private static Answer rest(String header) {
    return (request, out) ->
        write(
            out,
            FILE,
            request.from(),
            SIZE,
            "206 Partial Content",
            header,
            "Content-Range: bytes %d-%d/%d".formatted(request.from(), SIZE - 1, SIZE));
  }

  @Test
  void aServerThatAlwaysHidesChangesIsGivenUp() throws Exception {
    try (MisbehavingServer server =
        new MisbehavingServer(
            dropping(OTHER, "\"old\"", 100_000),
            rest("Server: old"),
            dropping(OTHER, "\"old\"", 100_000),
            rest("Server: old"))) {
      assertRefused(server, OptionalLong.empty(), "expected SHA-256");
      assertThat(server.requests()).hasSize(4);
    }
  }

  @Test
  void tooLongALengthFails() throws Exception {
    Answer lie =
        (request, out) -> write(out, FILE, 0, SIZE, "200 OK", "Content-Length: " + 2 * SIZE);
    try (MisbehavingServer server = new MisbehavingServer(lie)) {
      assertRefused(server, OptionalLong.empty(), "connection", "4 times in a row");
    }
    try (MisbehavingServer server = new MisbehavingServer(lie)) {
      assertRefused(server, OptionalLong.of(SIZE), "600000", "300000");
      assertThat(server.requests()).hasSize(1);
    }
  }

  @Test
  void tooShortALengthFails() throws Exception {
    Answer lie =
        (request, out) -> write(out, FILE, 0, SIZE, "200 OK", "Content-Length: " + SIZE / 2);
    try (MisbehavingServer server = new MisbehavingServer(lie)) {
      assertRefused(server, OptionalLong.empty(), "expected " + sha256(FILE), "found SHA-256");
    }
    try (MisbehavingServer server = new MisbehavingServer(lie)) {
      assertRefused(server, OptionalLong.of(SIZE), "150000", "300000");
    }
  }

  @Test
  void wrongBytesFail() throws Exception {
    try (MisbehavingServer server = new MisbehavingServer(file(OTHER, ETAG))) {
      assertRefused(
          server, OptionalLong.of(SIZE), "expected " + sha256(FILE), "found " + sha256(OTHER));
      assertThat(server.requests()).hasSize(1);
    }
  }

  @Test
  void anEmptyFileFails() throws Exception {
    try (MisbehavingServer server = new MisbehavingServer(head("200 OK", "Content-Length: 0"))) {
      assertRefused(server, OptionalLong.empty(), "expected SHA-256");
    }
  }

  @ParameterizedTest
  @ValueSource(strings = {"404 Not Found", "403 Forbidden", "410 Gone", "304 Not Modified"})
  void aRefusalIsFinal(String status) throws Exception {
    try (MisbehavingServer server = new MisbehavingServer(head(status, "Content-Length: 0"))) {
      assertRefused(server, OptionalLong.empty(), "HTTP " + status.substring(0, 3));
      assertThat(server.requests()).hasSize(1);
    }
  }

  @ParameterizedTest
  @ValueSource(strings = {"500 Oh", "503 Busy", "429 Too Many Requests"})
  void aPassingFaultIsTriedAgain(String status) throws Exception {
    try (MisbehavingServer server =
        new MisbehavingServer(head(status, "Content-Length: 0"), file(FILE, ETAG))) {
      assertArrived(fetch(server));
      assertThat(heard.remarks).hasSize(1).first().asString().contains(status.substring(0, 3));
    }
  }

  @Test
  void aLastingFaultIsGivenUp() throws Exception {
    try (MisbehavingServer server = new MisbehavingServer(head("500 Oh", "Content-Length: 0"))) {
      assertRefused(server, OptionalLong.empty(), "HTTP 500, 4 times in a row");
      assertThat(server.requests()).hasSize(4);
    }
  }

  @Test
  void noHttpAtAllFails() throws Exception {
    try (MisbehavingServer server =
        new MisbehavingServer((request, out) -> out.write("220 ready\r\n".getBytes("ASCII")))) {
      assertRefused(server, OptionalLong.empty(), "4 times in a row");
    }
  }

  @Test
  void redirectionsAreFollowed() throws Exception {
    try (MisbehavingServer server =
        new MisbehavingServer(
            head("302 Found", "Location: /elsewhere", "Content-Length: 0"),
            dropping(FILE, ETAG, 100_000),
            head("307 Temporary Redirect", "Location: /there", "Content-Length: 0"),
            file(FILE, ETAG))) {
      assertArrived(fetch(server));
      assertThat(server.requests().stream().map(MisbehavingServer.Request::path))
          .containsExactly("/" + NAME, "/elsewhere", "/" + NAME, "/there");
      assertThat(server.requests().get(3).from()).isEqualTo(100_000);
    }
  }

  @ParameterizedTest
  @ValueSource(
      strings = {
        "Location: file:///etc/passwd",
        "Location: ftp://localhost/net",
        "Location: jar:http://localhost/a!/b",
        "Location: http:///no-host",
        "Location: http://[bad",
        "X-Location: nowhere"
      })
  void unsafeRedirectionsAreRefused(String location) throws Exception {
    try (MisbehavingServer server =
        new MisbehavingServer(head("302 Found", location, "Content-Length: 0"))) {
      assertRefused(server, OptionalLong.empty(), "redirects to");
      assertThat(server.requests()).hasSize(1);
    }
  }

  @Test
  void aLoopOfRedirectionsEnds() throws Exception {
    try (MisbehavingServer server =
        new MisbehavingServer(
            head("301 Moved Permanently", "Location: /" + NAME, "Content-Length: 0"))) {
      assertRefused(server, OptionalLong.empty(), "redirects more than 8 times");
      assertThat(server.requests()).hasSize(9);
    }
  }

  @Test
  void httpsNeverBecomesHttp() throws Exception {
    URI secure = URI.create("https://localhost/a");
    URI plain = URI.create("http://localhost/a");
    assertThat(Source.redirected(plain, location("https://localhost/b")))
        .isEqualTo(URI.create("https://localhost/b"));
    assertThat(Source.redirected(secure, location("/b")))
        .isEqualTo(URI.create("https://localhost/b"));
    assertThatIOException()
        .isThrownBy(() -> Source.redirected(secure, location("http://localhost/b")))
        .withMessageContaining("not safe");
  }

  private static HttpHeaders location(String value) {
    return HttpHeaders.of(Map.of("Location", List.of(value)), (name, v) -> true);
  }

  @Test
  void anEndlessBodyIsCutOff() throws Exception {
    Answer endless =
        (request, out) -> {
          write(out, FILE, 0, SIZE, "200 OK", "ETag: " + ETAG);
          // Ends after all, so that a client that never lets go fails instead of filling the disk.
          for (int i = 0; i < 100; i++) {
            out.write(OTHER);
          }
        };
    try (MisbehavingServer server = new MisbehavingServer(endless)) {
      assertRefused(server, OptionalLong.of(SIZE), "more than 300000 bytes");
    }
    try (MisbehavingServer server = new MisbehavingServer(endless)) {
      assertRefused(server, OptionalLong.empty(), "more than 1048576 bytes");
    }
  }

  @Test
  void tooLargeAFileIsRefusedBeforeItComes() throws Exception {
    try (MisbehavingServer server =
        new MisbehavingServer(head("200 OK", "Content-Length: 999999999999"))) {
      assertRefused(server, OptionalLong.empty(), "999999999999", "at most 1048576");
    }
  }

  @Test
  void anEncodedBodyIsRefused() throws Exception {
    try (MisbehavingServer server =
        new MisbehavingServer(head("200 OK", "Content-Encoding: gzip", "Content-Length: 0"))) {
      assertRefused(server, OptionalLong.empty(), "encoded");
    }
  }

  @Test
  void aSlowServerIsWaitedFor() throws Exception {
    Answer slow =
        (request, out) -> {
          write(out, FILE, 0, 0, "200 OK", "Content-Length: " + SIZE);
          for (int from = 0; from < SIZE; from += 10_000) {
            out.write(FILE, from, 10_000);
            out.flush();
            Thread.sleep(5);
          }
        };
    try (MisbehavingServer server = new MisbehavingServer(slow)) {
      assertArrived(fetch(server));
      assertThat(server.requests()).hasSize(1);
    }
  }

  @Test
  void aSilentServerIsAskedAgain() throws Exception {
    Download.Settings impatient =
        new Download.Settings(10, Duration.ofMillis(1), Duration.ofMillis(500), 1 << 20);
    Answer silentBefore = (request, out) -> Thread.sleep(60_000);
    Answer silentWithin =
        (request, out) -> {
          dropping(FILE, ETAG, 100_000).write(request, out);
          Thread.sleep(60_000);
        };
    try (MisbehavingServer server =
        new MisbehavingServer(silentBefore, silentWithin, file(FILE, ETAG))) {
      assertArrived(fetch(impatient, OptionalLong.empty(), server));
      assertThat(heard.remarks).anyMatch(line -> line.contains("nothing came for 0.5 s"));
      assertThat(server.requests().get(2).from()).isEqualTo(100_000);
    }
  }

  @Test
  void nobodyThereFails() throws Exception {
    URI address;
    try (ServerSocket socket = new ServerSocket(0)) {
      address = URI.create("http://127.0.0.1:" + socket.getLocalPort() + "/net");
    }
    PublishedFile file = published(address, OptionalLong.empty());
    assertThatIOException()
        .isThrownBy(() -> new Download(PATIENT).fetch(file, folder, heard))
        .withMessageContainingAll("refuses the connection", "4 times", "by hand");
  }

  @Test
  void withoutANetworkItSaysSoAtOnce() throws Exception {
    // No label of a name is that long: nobody is asked for it.
    PublishedFile file =
        published(URI.create("http://" + "a".repeat(70) + ".invalid/net"), OptionalLong.empty());
    assertThatIOException()
        .isThrownBy(() -> new Download(PATIENT).fetch(file, folder, heard))
        .withMessageContainingAll("no network", NAME, ".invalid/net", folder.toString());
    assertThat(heard.remarks).isEmpty();
  }

  @ParameterizedTest
  @ValueSource(
      strings = {
        "",
        "validator=\"one\"",
        "address=http\\://localhost/other\nvalidator=\"one\"",
        "address=ADDRESS\nvalidator=a\\r\\nHost\\: evil",
        "address=ADDRESS\nvalidator=\"one\"\ntotal=99999999999999999999",
        "address=ADDRESS\nvalidator=\\uZZZZ",
      })
  void whatLiesBesideIsNotBelieved(String meta) throws Exception {
    try (MisbehavingServer server = new MisbehavingServer(file(FILE, ETAG))) {
      Files.write(folder.resolve(NAME + ".part"), new byte[400_000]);
      String address = server.address("/" + NAME).toString().replace(":", "\\:");
      Files.writeString(folder.resolve(NAME + ".part.meta"), meta.replace("ADDRESS", address));
      assertArrived(fetch(server));
    }
  }

  @Test
  void aWholePartIsOnlyLookedAt() throws Exception {
    try (MisbehavingServer server = new MisbehavingServer(file(FILE, ETAG))) {
      Files.write(folder.resolve(NAME + ".part"), FILE);
      Files.writeString(
          folder.resolve(NAME + ".part.meta"),
          "address=%s\nvalidator=%s\ntotal=%d"
              .formatted(server.address("/" + NAME).toString().replace(":", "\\:"), ETAG, SIZE));
      assertArrived(fetch(server));
      assertThat(server.requests()).isEmpty();
    }
  }

  @Test
  void aDamagedFileInItsPlaceIsReplaced() throws Exception {
    Files.write(folder.resolve(NAME), OTHER);
    try (MisbehavingServer server = new MisbehavingServer(file(FILE, ETAG))) {
      assertArrived(fetch(server));
    }
  }

  @Test
  void aFullDiskIsSeenBeforeAndWhileItFills() throws Exception {
    Download.Settings generous =
        new Download.Settings(4, Duration.ofMillis(1), Duration.ofSeconds(20), Long.MAX_VALUE);
    try (MisbehavingServer server =
        new MisbehavingServer(head("200 OK", "Content-Length: 900000000000000000"))) {
      assertThatIOException()
          .isThrownBy(() -> fetch(generous, OptionalLong.empty(), server))
          .withMessageContainingAll("more are needed", "free");
      assertThat(server.requests()).hasSize(1);
    }
    Path full = Path.of("/dev/full");
    assumeTrue(Files.exists(full), "no /dev/full here to stand for a full disk");
    Files.createSymbolicLink(folder.resolve(NAME + ".part"), full);
    try (MisbehavingServer server = new MisbehavingServer(file(FILE, ETAG))) {
      assertThatIOException()
          .isThrownBy(() -> fetch(server))
          .withMessageContainingAll("cannot write", NAME + ".part", "No space left");
      assertThat(server.requests()).as("asking again does not help").hasSize(1);
    }
  }

  @Test
  void aFolderThatCannotBeIsReported() throws Exception {
    Path file = Files.writeString(folder.resolve("file"), "");
    try (MisbehavingServer server = new MisbehavingServer(file(FILE, ETAG))) {
      PublishedFile published = published(server.address("/" + NAME), OptionalLong.empty());
      assertThatIOException()
          .isThrownBy(() -> new Download(PATIENT).fetch(published, file, heard))
          .withMessageContaining("is a file, expected a folder");
    }
  }

  @Test
  void aPageIsNotFetched() throws Exception {
    PublishedFile page =
        new PublishedFile(
            "net",
            "someone",
            "Caffe",
            URI.create("http://localhost/page"),
            true,
            NAME,
            sha256(FILE),
            OptionalLong.empty(),
            "");
    assertThatIOException()
        .isThrownBy(() -> new Download(PATIENT).fetch(page, folder, heard))
        .withMessage(
            "download %s by hand from http://localhost/page and put it into %s", NAME, folder);
  }

  @Test
  void aSecondThreadWaitsForTheFirst() throws Exception {
    try (MisbehavingServer server = new MisbehavingServer(waitingFor(heard, 1))) {
      ExecutorService threads = Executors.newFixedThreadPool(3);
      List<Future<Path>> fetched = new ArrayList<>();
      for (int i = 0; i < 3; i++) {
        fetched.add(threads.submit(() -> fetch(server)));
      }
      for (Future<Path> path : fetched) {
        assertArrived(path.get());
      }
      threads.shutdown();
      assertThat(server.requests()).hasSize(1);
    }
  }

  /** Half of the file; the rest once somebody is heard waiting. */
  private static Answer waitingFor(Heard heard, int remarks) {
    return (request, out) -> {
      write(out, FILE, 0, SIZE / 2, "200 OK", "Content-Length: " + SIZE);
      while (true) {
        synchronized (heard) {
          if (heard.remarks.size() >= remarks) {
            break;
          }
        }
        Thread.sleep(5);
      }
      out.write(FILE, SIZE / 2, SIZE / 2);
    };
  }

  @Test
  void aSecondProcessWaitsForTheFirst() throws Exception {
    try (MisbehavingServer server = new MisbehavingServer(waitingFor(heard, 1))) {
      Process first = process(server);
      while (server.requests().isEmpty()) {
        assertThat(first.isAlive()).isTrue();
        Thread.sleep(5);
      }
      assertArrived(fetch(server));
      assertThat(first.waitFor(60, TimeUnit.SECONDS)).isTrue();
      assertThat(first.exitValue()).isZero();
      assertThat(heard.remarks).hasSize(1).first().asString().contains("someone else", NAME);
      assertThat(server.requests()).hasSize(1);
    }
  }

  private Process process(MisbehavingServer server) throws IOException {
    return new ProcessBuilder(
            Path.of(System.getProperty("java.home"), "bin", "java").toString(),
            "-cp",
            System.getProperty("surefire.test.class.path", System.getProperty("java.class.path")),
            OtherProcess.class.getName(),
            server.address("/" + NAME).toString(),
            folder.toString())
        .inheritIO()
        .start();
  }

  /** Fetches the same file. */
  static final class OtherProcess {
    private OtherProcess() {}

    public static void main(String[] args) throws Exception {
      new Download(PATIENT)
          .fetch(
              published(URI.create(args[0]), OptionalLong.empty()),
              Path.of(args[1]),
              DownloadListener.NONE);
    }
  }
}
