package org.gradcam4j.zoo.store;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatIllegalArgumentException;

import java.net.URI;
import java.util.List;
import java.util.OptionalLong;
import org.gradcam4j.zoo.NetworkAdapter;
import org.gradcam4j.zoo.Zoo;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.ValueSource;

class PublishedFilesTest {
  private static final List<PublishedFile> ALL = PublishedFiles.all();

  @Test
  void namesDifferSoThatOneFolderHoldsAll() {
    assertThat(ALL).extracting(PublishedFile::fileName).doesNotHaveDuplicates();
    assertThat(ALL).extracting(PublishedFile::address).doesNotHaveDuplicates();
    assertThat(ALL).extracting(PublishedFile::checksum).doesNotHaveDuplicates();
  }

  @Test
  void aNetworksFilesStandTogether() {
    List<String> networks = ALL.stream().map(PublishedFile::network).toList();
    for (int i = 1; i < networks.size(); i++) {
      String network = networks.get(i);
      boolean first = networks.indexOf(network) == i;
      assertThat(first || networks.get(i - 1).equals(network)).as(network).isTrue();
    }
  }

  @Test
  void addressesAreOfTheFiles() {
    assertThat(ALL)
        .filteredOn(file -> !file.byHand() && !file.network().equals("resnet50-keras-old"))
        .allSatisfy(file -> assertThat(file.address().getPath()).endsWith("/" + file.fileName()));
  }

  @Test
  void torchvisionsNamesBeginTheirChecksum() {
    assertThat(ALL)
        .filteredOn(file -> file.publisher().equals("torchvision"))
        .hasSize(17)
        .allSatisfy(
            file ->
                assertThat(file.fileName())
                    .endsWith("-" + file.checksum().value().substring(0, 8) + ".pth"));
  }

  /** As deeplearning4j-zoo prints its numbers. */
  @Test
  void deeplearning4jsNumbers() {
    assertThat(ALL)
        .filteredOn(file -> file.fileName().equals("resnet50_dl4j_inference.v3.zip"))
        .singleElement()
        .satisfies(
            file -> {
              assertThat(Long.parseLong(file.checksum().value(), 16)).isEqualTo(3914447815L);
              assertThat(file.network()).isEqualTo("dl4j-resnet50");
              assertThat(file.address())
                  .isEqualTo(
                      URI.create(
                          "https://dl4jdata.blob.core.windows.net/models/"
                              + "resnet50_dl4j_inference.v3.zip"));
            });
  }

  @Test
  void everyNetworkThatNeedsWeightsHasSome() {
    for (NetworkAdapter model : Zoo.models()) {
      if (model.embedded().isEmpty()) {
        assertThat(ALL).extracting(PublishedFile::network).contains(model.id());
      }
    }
  }

  @ParameterizedTest
  @ValueSource(strings = {"../net.pth", "a/b", "a\\b", ".hidden", "", "a b", ".."})
  void onlyPlainNames(String name) {
    assertThatIllegalArgumentException()
        .isThrownBy(() -> file("http://localhost/a", name, OptionalLong.empty()))
        .withMessageContaining("plain file");
  }

  @ParameterizedTest
  @ValueSource(strings = {"file:///net.pth", "net.pth", "http:net.pth", "ftp://localhost/net.pth"})
  void onlyAddressesOfHttp(String address) {
    assertThatIllegalArgumentException()
        .isThrownBy(() -> file(address, "net.pth", OptionalLong.empty()))
        .withMessageContaining("expected http:// or https://");
  }

  @Test
  void onlySizesThatCanBe() {
    assertThatIllegalArgumentException()
        .isThrownBy(() -> file("http://localhost/a", "net.pth", OptionalLong.of(0)));
  }

  private static PublishedFile file(String address, String name, OptionalLong size) {
    return new PublishedFile(
        "net",
        "someone",
        "PyTorch",
        URI.create(address),
        false,
        name,
        Checksum.adler32(1),
        size,
        "");
  }
}
