package org.gradcam4j.evaluation.head;

import com.fasterxml.jackson.core.JsonProcessingException;
import com.fasterxml.jackson.databind.DeserializationFeature;
import com.fasterxml.jackson.databind.MapperFeature;
import com.fasterxml.jackson.databind.ObjectMapper;
import com.fasterxml.jackson.databind.SerializationFeature;
import com.fasterxml.jackson.databind.json.JsonMapper;
import java.io.IOException;
import java.io.InputStream;
import java.io.OutputStream;
import java.nio.file.Files;
import java.nio.file.Path;
import java.time.LocalDateTime;
import java.util.Collections;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.zip.ZipEntry;
import java.util.zip.ZipFile;
import java.util.zip.ZipOutputStream;
import org.deeplearning4j.nn.api.Model;
import org.deeplearning4j.util.ModelSerializer;
import org.gradcam4j.file.Atomically;
import org.gradcam4j.image.Preprocessing;

/**
 * What must be known beside a network to explain it, in an entry {@value #ENTRY} of
 * Deeplearning4j's own zip file, which Deeplearning4j passes over.
 *
 * @param preprocessing what it expects of photos
 * @param labels the names of its classes
 * @param layer the layer for maps; empty for the deepest with space
 * @param origin where it comes from, for readers: {@code weights} to a checksum and the like
 */
public record NetworkFacts(
    Preprocessing preprocessing, List<String> labels, String layer, Map<String, String> origin) {
  /** The entry's name. */
  public static final String ENTRY = "gradcam4j/network.json";

  /** In the origin: the id of the published network whose layers these are. */
  public static final String NETWORK = "network";

  private static final int LARGEST_ENTRY = 1 << 20;
  private static final int LARGEST_SIDE = 1 << 13;
  private static final int LONGEST_NAME = 200;

  private static final ObjectMapper JSON =
      JsonMapper.builder()
          .enable(SerializationFeature.INDENT_OUTPUT)
          .enable(DeserializationFeature.FAIL_ON_MISSING_CREATOR_PROPERTIES)
          .enable(DeserializationFeature.FAIL_ON_NULL_CREATOR_PROPERTIES)
          .enable(DeserializationFeature.FAIL_ON_NULL_FOR_PRIMITIVES)
          .enable(DeserializationFeature.FAIL_ON_NUMBERS_FOR_ENUMS)
          .enable(DeserializationFeature.FAIL_ON_TRAILING_TOKENS)
          .disable(DeserializationFeature.ACCEPT_FLOAT_AS_INT)
          .disable(MapperFeature.ALLOW_COERCION_OF_SCALARS)
          .build();

  /** Copies the collections and checks what the entry of an unknown file might have. */
  public NetworkFacts {
    labels = List.copyOf(labels);
    origin = Collections.unmodifiableMap(new LinkedHashMap<>(origin));
    if (preprocessing.height() > LARGEST_SIDE || preprocessing.width() > LARGEST_SIDE) {
      throw new IllegalArgumentException(
          "an input of %dx%d pixels: expected at most %d a side"
              .formatted(preprocessing.height(), preprocessing.width(), LARGEST_SIDE));
    }
    labels.forEach(NetworkFacts::checkName);
    if (!layer.isEmpty()) {
      checkName(layer);
    }
  }

  /** Names are printed, so that none may hold what a terminal obeys. */
  private static void checkName(String name) {
    if (name.isBlank()
        || name.length() > LONGEST_NAME
        || name.chars().anyMatch(Character::isISOControl)) {
      throw new IllegalArgumentException(
          "a name is blank, longer than %d characters or holds control characters"
              .formatted(LONGEST_NAME));
    }
  }

  /**
   * Writes a network as Deeplearning4j does, without its updater's state, and these facts; beside
   * its place, then renamed.
   *
   * @throws IOException if it cannot be written; the file's place is then as it was
   */
  public void write(Path file, Model network) throws IOException {
    Path plain = Files.createTempFile("gradcam4j", ".zip");
    try {
      ModelSerializer.writeModel(network, plain.toFile(), false);
      Atomically.write(file, out -> copy(plain, out));
    } finally {
      Files.deleteIfExists(plain);
    }
  }

  private void copy(Path plain, OutputStream out) throws IOException {
    try (ZipFile from = new ZipFile(plain.toFile());
        ZipOutputStream to = new ZipOutputStream(out)) {
      for (ZipEntry entry : Collections.list(from.entries())) {
        to.putNextEntry(entry(entry.getName()));
        from.getInputStream(entry).transferTo(to);
      }
      to.putNextEntry(entry(ENTRY));
      to.write(JSON.writeValueAsBytes(this));
    }
  }

  /** All of one time: the same network, the same bytes. */
  private static ZipEntry entry(String name) {
    ZipEntry entry = new ZipEntry(name);
    entry.setTimeLocal(LocalDateTime.of(1980, 1, 1, 0, 0));
    return entry;
  }

  /**
   * Reads the facts of a network's file, which is not trusted.
   *
   * @return empty if the file has none
   * @throws IOException with one line that names the file, if they are damaged
   */
  public static Optional<NetworkFacts> read(Path file) throws IOException {
    try (ZipFile zip = new ZipFile(file.toFile())) {
      ZipEntry entry = zip.getEntry(ENTRY);
      return entry == null ? Optional.empty() : Optional.of(read(zip.getInputStream(entry)));
    } catch (JsonProcessingException e) {
      throw damaged(file, e.getOriginalMessage(), e);
    } catch (IOException e) {
      throw damaged(file, e.getMessage(), e);
    }
  }

  private static NetworkFacts read(InputStream in) throws IOException {
    try (in) {
      byte[] bytes = in.readNBytes(LARGEST_ENTRY + 1);
      if (bytes.length > LARGEST_ENTRY) {
        throw new IOException("it is larger than 1 MB");
      }
      NetworkFacts facts = JSON.readValue(bytes, NetworkFacts.class);
      if (facts == null) {
        throw new IOException("it is null");
      }
      return facts;
    }
  }

  private static IOException damaged(Path file, String why, IOException e) {
    return new IOException(
        "the network %s has a damaged %s (%s): make the file again, or remove the entry and give --size, --preprocessing and --labels"
            .formatted(file, ENTRY, why),
        e);
  }
}
