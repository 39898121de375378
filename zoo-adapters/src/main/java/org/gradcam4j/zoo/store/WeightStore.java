package org.gradcam4j.zoo.store;

import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.List;
import java.util.Optional;
import org.gradcam4j.text.Names;

/**
 * Where published weights lie on this machine: in the folder that {@code GRADCAM_HOME} names or its
 * {@code weights}, else in the user's cache, into which they are fetched from their publisher.
 */
public final class WeightStore {
  private final WeightFolders folders;
  private final List<PublishedFile> files;
  private final Download download;

  /** A store of these files in these folders. */
  public WeightStore(WeightFolders folders, List<PublishedFile> files, Download download) {
    this.folders = folders;
    this.files = List.copyOf(files);
    this.download = download;
  }

  /** This user's store of all that is published. */
  public static WeightStore standard() {
    return new WeightStore(
        WeightFolders.standard(), PublishedFiles.all(), new Download(Download.Settings.standard()));
  }

  /** All files that it knows. */
  public List<PublishedFile> files() {
    return files;
  }

  /**
   * The files of a network, the one to take first; or the one file of that name.
   *
   * @throws IllegalArgumentException if there is none, naming what there is
   */
  public List<PublishedFile> files(String networkOrFile) {
    List<PublishedFile> found =
        files.stream()
            .filter(
                file ->
                    file.network().equals(networkOrFile) || file.fileName().equals(networkOrFile))
            .toList();
    if (found.isEmpty()) {
      throw new IllegalArgumentException(
          "no weights are published for '"
              + networkOrFile
              + "'; "
              + Names.suggest(
                  networkOrFile, files.stream().map(PublishedFile::network).distinct().toList()));
    }
    return found;
  }

  /** The folders, in the order in which they are searched. */
  public List<Path> searched() {
    return folders.searched();
  }

  /** Where a file is put when it is fetched. */
  public Path place(PublishedFile file) {
    return folders.cache().resolve(file.fileName());
  }

  /**
   * The file of a network's weights, if one is on this machine: the first folder that has one
   * decides. Only its size is looked at here; {@link #get} and {@link #verify} look at its bytes.
   *
   * @throws IOException if it has not the published size, saying what to do
   */
  public Optional<Path> find(String network) throws IOException {
    for (Path folder : folders.searched()) {
      for (PublishedFile file : files) {
        Path path = folder.resolve(file.fileName());
        if (file.network().equals(network) && Files.isRegularFile(path)) {
          return Optional.of(whole(file, path));
        }
      }
    }
    return Optional.empty();
  }

  /** Where that file is on this machine, whatever is in it. */
  public Optional<Path> find(PublishedFile file) {
    return folders.searched().stream()
        .map(folder -> folder.resolve(file.fileName()))
        .filter(Files::isRegularFile)
        .findFirst();
  }

  private static Path whole(PublishedFile file, Path path) throws IOException {
    long size = Files.size(path);
    if (file.size().isPresent() && file.size().getAsLong() != size) {
      throw new IOException(
          "%s is damaged: it has %d bytes, published were %d; delete it and get it again"
              .formatted(path, size, file.size().getAsLong()));
    }
    return path;
  }

  /**
   * The file, fetched unless it is on this machine. One in the cache that is damaged is fetched
   * again.
   *
   * @throws IOException if it cannot be had, or one in {@code GRADCAM_HOME} is damaged: one line
   *     that says what to do
   */
  public Path get(PublishedFile file, DownloadListener listener) throws IOException {
    Optional<Path> there = find(file);
    if (there.isPresent() && !there.get().equals(place(file))) {
      verify(file, there.get());
      return there.get();
    }
    return download.fetch(file, folders.cache(), listener);
  }

  /**
   * Whether a file's bytes are the published ones.
   *
   * @throws IOException if they are not, saying what was expected and what found
   */
  public void verify(PublishedFile file, Path path) throws IOException {
    Checksum found = file.checksum().of(whole(file, path));
    if (!found.equals(file.checksum())) {
      throw new IOException(
          "%s is damaged: expected %s, found %s; delete it and get it again"
              .formatted(path, file.checksum(), found));
    }
  }

  /** One line that tells a person without a network which file to put where. */
  public String byHand(PublishedFile file) {
    return Download.byHand(file, folders.home().orElse(folders.cache()));
  }
}
