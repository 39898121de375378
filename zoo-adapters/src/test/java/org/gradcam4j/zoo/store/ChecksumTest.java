package org.gradcam4j.zoo.store;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatIllegalArgumentException;

import java.nio.file.Files;
import java.nio.file.Path;
import org.gradcam4j.zoo.store.Checksum.Kind;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.CsvSource;

class ChecksumTest {
  @TempDir private Path folder;

  /** The test vectors of FIPS 180 and RFC 1321; Adler-32's is Wikipedia's. */
  @ParameterizedTest
  @CsvSource({
    "SHA256, abc, ba7816bf8f01cfea414140de5dae2223b00361a396177a9cb410ff61f20015ad",
    "SHA256_PREFIX, abc, ba7816bf",
    "SHA1, abc, a9993e364706816aba3e25717850c26c9cd0d89d",
    "MD5, abc, 900150983cd24fb0d6963f7d28e17f72",
    "ADLER32, Wikipedia, 11e60398"
  })
  void knownValues(Kind kind, String text, String digits) throws Exception {
    Path file = Files.writeString(folder.resolve("file"), text);
    Checksum expected = new Checksum(kind, digits);
    assertThat(expected.of(file)).isEqualTo(expected);
    Files.writeString(file, text + ".");
    assertThat(expected.of(file)).isNotEqualTo(expected);
  }

  @Test
  void largeFiles() throws Exception {
    // FIPS 180: a million times "a".
    Path file = Files.writeString(folder.resolve("file"), "a".repeat(1_000_000));
    Checksum expected = new Checksum(Kind.SHA1, "34aa973cd4c4daa4f61eeb2bdbad27316534016f");
    assertThat(expected.of(file)).isEqualTo(expected);
  }

  @Test
  void adlersNumberKeepsItsZeros() {
    assertThat(Checksum.adler32(321395591L)).isEqualTo(new Checksum(Kind.ADLER32, "13281b87"));
    assertThat(Checksum.adler32(0x0398L).value()).isEqualTo("00000398");
    assertThat(Checksum.adler32(0xffffffffL).value()).isEqualTo("ffffffff");
  }

  @Test
  void wrongDigitsAreRefused() {
    assertThatIllegalArgumentException()
        .isThrownBy(() -> new Checksum(Kind.MD5, "900150983cd24fb0d6963f7d28e17f7"))
        .withMessageContaining("32 hexadecimal digits");
    assertThatIllegalArgumentException()
        .isThrownBy(() -> new Checksum(Kind.SHA256_PREFIX, "BA7816BF"));
  }

  @Test
  void peopleSeeWhatIsCut() {
    assertThat(new Checksum(Kind.SHA256_PREFIX, "ba7816bf")).hasToString("SHA-256 ba7816bf...");
    assertThat(new Checksum(Kind.ADLER32, "11e60398")).hasToString("Adler-32 11e60398");
  }
}
