package org.gradcam4j.zoo.store;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatIOException;
import static org.assertj.core.api.Assertions.assertThatIllegalArgumentException;

import java.io.IOException;
import java.net.URI;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.List;
import java.util.Optional;
import java.util.OptionalLong;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;

class WeightStoreTest {
  private static final byte[] BYTES = DownloadTest.bytes(1);
  private static final byte[] OTHER = DownloadTest.bytes(2);

  @TempDir private Path folder;
  private Path home;
  private Path cache;
  private MisbehavingServer server;
  private PublishedFile newer;
  private PublishedFile older;
  private WeightStore store;

  @BeforeEach
  void publish() throws Exception {
    home = Files.createDirectories(folder.resolve("home/weights")).getParent();
    cache = folder.resolve("cache/gradcam4j/weights");
    server = new MisbehavingServer(MisbehavingServer.file(BYTES, "\"one\""));
    newer = file("net", "net-2.pth");
    older = file("net", "net-1.pth");
    store = store(Optional.of(home));
  }

  @AfterEach
  void close() throws IOException {
    server.close();
  }

  private PublishedFile file(String network, String name) throws Exception {
    return new PublishedFile(
        network,
        "someone",
        "PyTorch",
        server.address("/" + name),
        false,
        name,
        DownloadTest.sha256(BYTES),
        OptionalLong.of(BYTES.length),
        "");
  }

  private WeightStore store(Optional<Path> own) throws Exception {
    return new WeightStore(
        new WeightFolders(own, cache),
        List.of(newer, older, file("another-net", "another.pth")),
        new Download(Download.Settings.standard()));
  }

  private static Path put(Path folder, PublishedFile file, byte[] bytes) throws IOException {
    Files.createDirectories(folder);
    return Files.write(folder.resolve(file.fileName()), bytes);
  }

  @Test
  void theFirstFolderDecidesThenTheFirstFile() throws Exception {
    assertThat(store.find("net")).isEmpty();
    Path cachedOlder = put(cache, older, BYTES);
    assertThat(store.find("net")).contains(cachedOlder);
    Path cachedNewer = put(cache, newer, BYTES);
    assertThat(store.find("net")).contains(cachedNewer);
    Path below = put(home.resolve("weights"), older, BYTES);
    assertThat(store.find("net")).contains(below);
    Path own = put(home, older, BYTES);
    assertThat(store.find("net")).contains(own);
    assertThat(store.find("another-net")).isEmpty();
    assertThat(store.find("shapes")).isEmpty();
    assertThat(server.requests()).as("finding never asks the network").isEmpty();
  }

  @Test
  void aFolderOfThatNameIsNoFile() throws Exception {
    Files.createDirectories(home.resolve("net-2.pth"));
    assertThat(store.find("net")).isEmpty();
  }

  @Test
  void halfAFileIsReported() throws Exception {
    Path half = put(home, newer, new byte[10]);
    assertThatIOException()
        .isThrownBy(() -> store.find("net"))
        .withMessageContainingAll(half.toString(), "10 bytes", "300000", "delete it");
  }

  @Test
  void whatIsNotThereIsFetchedIntoTheCache() throws Exception {
    assertThat(store.get(newer, DownloadListener.NONE))
        .isEqualTo(cache.resolve("net-2.pth"))
        .isEqualTo(store.place(newer))
        .hasBinaryContent(BYTES);
    assertThat(store.find("net")).contains(cache.resolve("net-2.pth"));
    store.get(newer, DownloadListener.NONE);
    assertThat(server.requests()).hasSize(1);
  }

  @Test
  void whatTheUserHasIsNotFetched() throws Exception {
    Path own = put(home, newer, BYTES);
    assertThat(store.get(newer, DownloadListener.NONE)).isEqualTo(own);
    assertThat(server.requests()).isEmpty();
  }

  @Test
  void damageIsFoundAndOnlyTheCacheIsMended() throws Exception {
    Path own = put(home, newer, OTHER);
    assertThatIOException()
        .isThrownBy(() -> store.get(newer, DownloadListener.NONE))
        .withMessageContainingAll(
            own.toString(), "expected " + newer.checksum(), "found " + DownloadTest.sha256(OTHER));
    assertThat(own).hasBinaryContent(OTHER);

    Path cached = put(cache, newer, OTHER);
    assertThat(store(Optional.empty()).get(newer, DownloadListener.NONE))
        .isEqualTo(cached)
        .hasBinaryContent(BYTES);
  }

  @Test
  void verifyingSeesOneChangedBit() throws Exception {
    byte[] changed = BYTES.clone();
    changed[123_456] ^= 1;
    Path cached = put(cache, newer, BYTES);
    store.verify(newer, cached);
    Files.write(cached, changed);
    assertThatIOException()
        .isThrownBy(() -> store.verify(newer, cached))
        .withMessageContainingAll("damaged", "expected", "found", cached.toString());
  }

  @Test
  void filesByNetworkOrName() {
    assertThat(store.files("net")).containsExactly(newer, older);
    assertThat(store.files("net-1.pth")).containsExactly(older);
    assertThatIllegalArgumentException()
        .isThrownBy(() -> store.files("nett"))
        .withMessageContainingAll("'nett'", "did you mean", "net");
  }

  @Test
  void byHandGoesWhereTheUserKeepsWeights() throws Exception {
    assertThat(store.byHand(newer))
        .isEqualTo(
            "download net-2.pth by hand from %s and put it into %s",
            server.address("/net-2.pth"), home);
    assertThat(store(Optional.empty()).byHand(newer)).endsWith("put it into " + cache);
  }

  @Test
  void theStandardStoreKnowsWhatIsPublished() {
    assertThat(WeightStore.standard().files("resnet50").get(0).address())
        .isEqualTo(URI.create("https://download.pytorch.org/models/resnet50-0676ba61.pth"));
  }
}
