package org.gradcam4j.evaluation.run;

import com.fasterxml.jackson.databind.DeserializationFeature;
import com.fasterxml.jackson.databind.ObjectMapper;
import com.fasterxml.jackson.databind.SerializationFeature;
import java.io.ByteArrayOutputStream;
import java.io.IOException;
import java.io.OutputStream;
import java.nio.ByteBuffer;
import java.nio.channels.FileChannel;
import java.nio.channels.FileLock;
import java.nio.channels.OverlappingFileLockException;
import java.nio.charset.StandardCharsets;
import java.nio.file.AccessDeniedException;
import java.nio.file.FileAlreadyExistsException;
import java.nio.file.FileSystemException;
import java.nio.file.Files;
import java.nio.file.NoSuchFileException;
import java.nio.file.Path;
import java.nio.file.StandardOpenOption;
import java.util.ArrayList;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import java.util.Objects;
import java.util.Optional;
import java.util.stream.Stream;
import org.gradcam4j.file.Atomically;
import org.gradcam4j.image.Npz;
import org.gradcam4j.method.SaliencyMap;

/**
 * A run on the disk, which only one process writes at a time:
 *
 * <pre>
 * run.json        what was asked for, see {@link RunConfiguration}
 * images.txt      the ids of its images, one a line
 * records.jsonl   one line an image, in the order in which they were done, see {@link ImageRecord}
 * pictures/       pictures for galleries
 * maps/           the maps that were measured, where they are kept: a NumPy archive an image
 * summary.json    the figures, once all images are done, see {@link Summary}
 * </pre>
 *
 * <p>A record is one write at the end of a file: whatever ends the process, the records before it
 * are whole, and a torn one is cut off when the run is resumed. Where an image has several records,
 * the last counts: images that failed are tried again.
 */
public final class RunFolder implements AutoCloseable {
  static final String CONFIGURATION = "run.json";
  static final String IMAGES = "images.txt";
  static final String RECORDS = "records.jsonl";
  static final String SUMMARY = "summary.json";
  static final String PICTURES = "pictures";
  static final String MAPS = "maps";
  private static final String LOCK = ".lock";

  static final ObjectMapper JSON =
      new ObjectMapper()
          .registerModule(new RowsModule())
          .enable(DeserializationFeature.FAIL_ON_TRAILING_TOKENS)
          .disable(DeserializationFeature.FAIL_ON_UNKNOWN_PROPERTIES);
  private static final ObjectMapper PRETTY = JSON.copy().enable(SerializationFeature.INDENT_OUTPUT);

  private final Path folder;
  private final FileChannel lockFile;
  private final FileLock lock;
  private final FileChannel records;
  private final boolean keepsMaps;
  private final Map<String, ImageRecord> done;

  private RunFolder(
      Path folder,
      FileChannel lockFile,
      FileLock lock,
      FileChannel records,
      boolean keepsMaps,
      Map<String, ImageRecord> done) {
    this.folder = folder;
    this.lockFile = lockFile;
    this.lock = lock;
    this.records = records;
    this.keepsMaps = keepsMaps;
    this.done = done;
  }

  /**
   * Begins a run, or resumes it where the folder holds the same.
   *
   * @param ids the images' ids
   * @throws IOException with one line, if the folder holds another run, a damaged one or something
   *     else, another process writes to it, or it cannot be written
   */
  public static RunFolder open(Path folder, RunConfiguration configuration, List<String> ids)
      throws IOException {
    try {
      Files.createDirectories(folder);
    } catch (FileAlreadyExistsException e) {
      throw new IOException(folder + " is a file: expected a folder for the run", e);
    } catch (IOException e) {
      throw new IOException(
          "cannot make the folder %s for the run: %s".formatted(folder, reason(e)), e);
    }
    if (!Files.isWritable(folder)) {
      throw new IOException("no permission to write to the folder " + folder);
    }
    Path file = folder.resolve(CONFIGURATION);
    if (!Files.exists(file)) {
      refuseOccupied(folder);
    }
    FileChannel lockFile =
        FileChannel.open(folder.resolve(LOCK), StandardOpenOption.CREATE, StandardOpenOption.WRITE);
    boolean opened = false;
    try {
      FileLock lock = lock(folder, lockFile);
      Optional<RunConfiguration> before = Optional.empty();
      if (Files.exists(file)) {
        before = Optional.of(RunReader.configuration(folder));
        refuseOther(folder, configuration);
      }
      Map<String, ImageRecord> done = new LinkedHashMap<>();
      long whole = RunReader.records(folder, configuration, done);
      boolean finished =
          ids.stream().allMatch(id -> done.containsKey(id) && done.get(id).measured());
      RunConfiguration resumed =
          before.map(b -> configuration.after(b, finished)).orElse(configuration);
      write(
          folder.resolve(IMAGES), (String.join("\n", ids) + "\n").getBytes(StandardCharsets.UTF_8));
      write(file, PRETTY.writeValueAsBytes(resumed));
      FileChannel records =
          FileChannel.open(
              folder.resolve(RECORDS), StandardOpenOption.CREATE, StandardOpenOption.WRITE);
      records.truncate(whole);
      records.position(whole);
      opened = true;
      return new RunFolder(folder, lockFile, lock, records, configuration.maps(), done);
    } finally {
      if (!opened) {
        lockFile.close();
      }
    }
  }

  private static FileLock lock(Path folder, FileChannel file) throws IOException {
    FileLock lock;
    try {
      lock = file.tryLock();
    } catch (OverlappingFileLockException e) {
      lock = null;
    }
    if (lock == null) {
      throw new IOException("another process writes to the run in " + folder);
    }
    return lock;
  }

  private static void refuseOccupied(Path folder) throws IOException {
    try (Stream<Path> entries = Files.list(folder)) {
      Optional<Path> other =
          entries
              .filter(path -> !path.getFileName().toString().startsWith("."))
              .filter(path -> !path.getFileName().toString().equals(IMAGES))
              .findFirst();
      if (other.isPresent()) {
        throw new IOException(
            "folder %s holds '%s' and no run: expected a new or empty folder, or a run to resume"
                .formatted(folder, other.get().getFileName()));
      }
    }
  }

  private static void refuseOther(Path folder, RunConfiguration configuration) throws IOException {
    Optional<RunIdentity.Difference> difference =
        RunIdentity.ofRun(RunReader.json(folder), JSON.valueToTree(configuration));
    if (difference.isPresent()) {
      throw new IOException(
          "the run in %s is another: %s is %s there and %s now; resume it with its own options, or"
                  .formatted(
                      folder,
                      difference.get().name(),
                      difference.get().one(),
                      difference.get().other())
              + " choose another folder");
    }
  }

  /** What was measured so far, by image. */
  public Map<String, ImageRecord> done() {
    return done;
  }

  /** Appends a record. */
  void append(ImageRecord record) throws IOException {
    ByteArrayOutputStream line = new ByteArrayOutputStream();
    line.write(JSON.writeValueAsBytes(record));
    line.write('\n');
    ByteBuffer bytes = ByteBuffer.wrap(line.toByteArray());
    try {
      while (bytes.hasRemaining()) {
        records.write(bytes);
      }
    } catch (IOException e) {
      throw cannotWrite(folder.resolve(RECORDS), e);
    }
    done.put(record.image(), record);
  }

  /** Writes a picture. */
  void picture(String name, byte[] bytes) throws IOException {
    write(folder.resolve(PICTURES).resolve(name), bytes);
  }

  /** Whether images' maps are kept. */
  boolean keepsMaps() {
    return keepsMaps;
  }

  /** Writes an image's maps. */
  void maps(String name, Map<String, SaliencyMap> maps) throws IOException {
    List<Npz.Entry> arrays = new ArrayList<>();
    maps.forEach((array, map) -> arrays.add(new Npz.Entry(array, map.values(), map.shape())));
    Npz.write(folder.resolve(MAPS).resolve(name), arrays);
  }

  /** Writes an image's maps that were written before. */
  void maps(String name, byte[] archive) throws IOException {
    write(Files.createDirectories(folder.resolve(MAPS)).resolve(name), archive);
  }

  private static void write(Path file, byte[] bytes) throws IOException {
    try {
      Atomically.write(file, (OutputStream out) -> out.write(bytes));
    } catch (IOException e) {
      throw cannotWrite(file, e);
    }
  }

  private static IOException cannotWrite(Path file, IOException e) {
    return new IOException(
        "cannot write %s: %s; the same command resumes the run".formatted(file, reason(e)), e);
  }

  /** Java's file errors say little but the file's name. */
  private static String reason(IOException e) {
    if (e instanceof AccessDeniedException) {
      return "no permission";
    }
    if (e instanceof NoSuchFileException) {
      return "a folder on the way to it is not there";
    }
    return e instanceof FileSystemException file && file.getReason() != null
        ? file.getReason()
        : String.valueOf(e.getMessage());
  }

  /** Makes the figures of what is done, and writes them into its folder. */
  public static Summary summarise(Run run) throws IOException {
    Summary summary = run.summary();
    write(run.folder().resolve(SUMMARY), PRETTY.writeValueAsBytes(summary));
    return summary;
  }

  /**
   * A run that is only read.
   *
   * @throws IOException with one line that names file and line, if the folder holds none or a
   *     damaged one
   */
  public static Run read(Path folder) throws IOException {
    RunConfiguration configuration = RunReader.configuration(folder);
    List<String> ids = RunReader.ids(folder, configuration);
    Map<String, ImageRecord> records = new LinkedHashMap<>();
    RunReader.records(folder, configuration, records);
    List<ImageRecord> inOrder = ids.stream().map(records::get).filter(Objects::nonNull).toList();
    return new Run(folder, configuration, ids, inOrder);
  }

  @Override
  public void close() throws IOException {
    records.close();
    lock.release();
    lockFile.close();
  }
}
