package org.gradcam4j.cli;

import static org.assertj.core.api.Assertions.assertThat;

import com.sun.net.httpserver.HttpServer;
import java.io.IOException;
import java.io.PrintWriter;
import java.io.StringWriter;
import java.net.InetAddress;
import java.net.InetSocketAddress;
import java.net.URI;
import java.nio.charset.StandardCharsets;
import java.nio.file.Files;
import java.nio.file.Path;
import java.time.Duration;
import java.util.List;
import java.util.Optional;
import java.util.OptionalLong;
import java.util.concurrent.atomic.AtomicInteger;
import org.gradcam4j.zoo.store.Checksum;
import org.gradcam4j.zoo.store.Download;
import org.gradcam4j.zoo.store.PublishedFile;
import org.gradcam4j.zoo.store.WeightFolders;
import org.gradcam4j.zoo.store.WeightStore;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;
import picocli.CommandLine;

/** {@code gradcam weights} with a store and a publisher on this machine. */
class WeightsTest {
  /** The test vector of FIPS 180. */
  private static final Checksum ABC =
      Checksum.sha256("ba7816bf8f01cfea414140de5dae2223b00361a396177a9cb410ff61f20015ad");

  @TempDir private Path folder;
  private Path home;
  private Path cache;
  private HttpServer server;
  private final AtomicInteger requests = new AtomicInteger();
  private WeightStore store;

  @BeforeEach
  void publish() throws IOException {
    home = Files.createDirectories(folder.resolve("home"));
    cache = folder.resolve("cache");
    server = HttpServer.create(new InetSocketAddress(InetAddress.getLoopbackAddress(), 0), 0);
    server.createContext(
        "/",
        exchange -> {
          requests.incrementAndGet();
          boolean known = !exchange.getRequestURI().getPath().contains("gone");
          byte[] body = (known ? "abc" : "no").getBytes(StandardCharsets.UTF_8);
          exchange.sendResponseHeaders(known ? 200 : 404, body.length);
          exchange.getResponseBody().write(body);
          exchange.close();
        });
    server.start();
    store =
        new WeightStore(
            new WeightFolders(Optional.of(home), cache),
            List.of(
                file("net", "first", "net.pth", false),
                file("net", "second", "net.h5", false),
                file("gone", "first", "gone.pth", false),
                file("page", "first", "page.caffemodel", true)),
            new Download(
                new Download.Settings(2, Duration.ofMillis(1), Duration.ofSeconds(20), 1000)));
  }

  @AfterEach
  void stop() {
    server.stop(0);
  }

  private PublishedFile file(String network, String publisher, String name, boolean byHand) {
    return new PublishedFile(
        network,
        publisher,
        "PyTorch",
        URI.create("http://127.0.0.1:" + server.getAddress().getPort() + "/" + name),
        byHand,
        name,
        ABC,
        OptionalLong.of(3),
        "some terms");
  }

  private Runs.Result weights(String... arguments) {
    StringWriter out = new StringWriter();
    StringWriter err = new StringWriter();
    CommandLine.IFactory usual = CommandLine.defaultFactory();
    CommandLine.IFactory commands =
        new CommandLine.IFactory() {
          @Override
          public <K> K create(Class<K> type) throws Exception {
            return type == WeightsCommand.class
                ? type.cast(new WeightsCommand(() -> store))
                : usual.create(type);
          }
        };
    String[] words = new String[arguments.length + 1];
    words[0] = "weights";
    System.arraycopy(arguments, 0, words, 1, arguments.length);
    int code = Gradcam.run(commands, new PrintWriter(out, true), new PrintWriter(err, true), words);
    return new Runs.Result(code, out.toString(), err.toString());
  }

  @Test
  void fetchedOnceThenFound() {
    assertThat(weights("list").isOk().out().lines())
        .hasSize(5)
        .anyMatch(line -> line.matches("net +first +PyTorch +net.pth +0.0 MB +-"));
    assertThat(weights("get", "net").isOk().out().strip())
        .isEqualTo(cache.resolve("net.pth").toString());
    assertThat(cache.resolve("net.pth")).hasContent("abc");
    assertThat(weights("get", "net", "--offline").isOk().out().strip())
        .isEqualTo(cache.resolve("net.pth").toString());
    assertThat(requests).hasValue(1);
    assertThat(weights("list").isOk().out().lines())
        .anyMatch(line -> line.startsWith("net ") && line.endsWith(" " + cache));
  }

  @Test
  void thePublisherAndTheFileCanBeChosen() {
    assertThat(weights("get", "net", "--publisher", "second").isOk().out()).contains("net.h5");
    assertThat(weights("get", "net.pth").isOk().out()).contains("net.pth");
    weights("get", "net", "--publisher", "third").isUsersMistake("third", "first or second");
  }

  @Test
  void offlineSaysWhatToPutWhere() {
    weights("get", "net", "--offline")
        .isUsersMistake("net.pth", "http://127.0.0.1", "/net.pth", "put it into " + home);
    assertThat(requests).hasValue(0);
    weights("get", "page").isUsersMistake("page.caffemodel", "by hand");
    assertThat(requests).hasValue(0);
  }

  @Test
  void offlineTakesWhatIsThereIfItIsRight() throws Exception {
    Path cached = Files.createDirectories(cache).resolve("net.pth");
    Files.writeString(cached, "abd");
    weights("get", "net", "--offline").isUsersMistake(cached.toString(), "damaged");
    assertThat(requests).hasValue(0);
    assertThat(weights("get", "net").isOk().out().strip()).isEqualTo(cached.toString());
    assertThat(cached).hasContent("abc");

    Path page = Files.writeString(home.resolve("page.caffemodel"), "abc");
    assertThat(weights("get", "page").isOk().out().strip()).isEqualTo(page.toString());
  }

  @Test
  void mistakesAreOneLine() {
    weights("get", "nett").isUsersMistake("'nett'", "net");
    weights("get", "shapes").isUsersMistake("part of gradcam");
    weights("get", "gone").isUsersMistake("HTTP 404", "gone.pth", "by hand");
    weights("get").isUsersMistake("NETWORK");
    weights("verify", "net").isUsersMistake("no weights of 'net'", "weights get net");
    weights("verify", folder + "/none.pth").isUsersMistake("no such file");
    weights("verify", folder.toString()).isUsersMistake("no such file");
  }

  @Test
  void verifyFindsADamagedFile() throws Exception {
    assertThat(weights("verify").isOk().out()).contains("no published weights");
    weights("get", "net").isOk();
    assertThat(weights("verify").isOk().out()).contains("ok  " + cache.resolve("net.pth"));

    Path own = Files.writeString(home.resolve("net.h5"), "abd");
    Runs.Result all = weights("verify");
    assertThat(all.code()).isEqualTo(1);
    assertThat(all.out()).contains("ok  " + cache.resolve("net.pth")).doesNotContain("net.h5");
    assertThat(all.err())
        .contains(own + " is damaged", "expected " + ABC, "found SHA-256 a52d159f")
        .hasLineCount(1);
    assertThat(weights("verify", "net").code()).isEqualTo(1);
    assertThat(weights("verify", own.toString()).code()).isEqualTo(1);
    weights("verify", cache.resolve("net.pth").toString()).isOk();
    weights("verify", "net.pth").isOk();

    Files.writeString(own, "ab");
    assertThat(weights("verify").err()).contains("2 bytes", "3");
  }

  @Test
  void everyCopyIsVerified() throws Exception {
    weights("get", "net").isOk();
    Files.writeString(home.resolve("net.pth"), "abc");
    Files.writeString(cache.resolve("net.pth"), "abd");
    Runs.Result result = weights("verify", "net");
    assertThat(result.code()).isEqualTo(1);
    assertThat(result.out()).contains(home.resolve("net.pth").toString());
    assertThat(result.err()).contains(cache.resolve("net.pth").toString());
  }

  @Test
  void aFileOfAnotherNameIsNotPublished() throws Exception {
    Path mine = Files.writeString(folder.resolve("mine.pth"), "abc");
    weights("verify", mine.toString()).isUsersMistake("mine.pth");
  }

  @Test
  void whereSaysWhatIsSearchedAndFound() {
    assertThat(weights("where").isOk().out().lines())
        .containsExactly(
            home.toString(), home.resolve("weights") + "  (not there)", cache + "  (not there)");
    weights("get", "net").isOk();
    assertThat(weights("where", "net").isOk().out().lines())
        .startsWith(cache.resolve("net.pth").toString())
        .contains(cache.resolve("net.h5") + "  (not there)")
        .anyMatch(line -> line.contains("from http://127.0.0.1"))
        .anyMatch(line -> line.contains(ABC.toString()) && line.contains("some terms"));
  }

  @Test
  void helpTeaches() {
    assertThat(weights("--help").isOk().out()).contains("Examples:", "GRADCAM_HOME", "verify");
    assertThat(weights().isOk().out()).contains("Examples:");
    assertThat(weights("get", "--help").isOk().out()).contains("--offline", "--publisher");
    assertThat(Runs.gradcam("weights", "list").isOk().out())
        .contains("resnet50-0676ba61.pth", "VGG_ILSVRC_16_layers.caffemodel");
  }
}
