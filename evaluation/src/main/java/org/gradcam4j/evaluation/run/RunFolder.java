package org.gradcam4j.evaluation.run;

import com.fasterxml.jackson.core.JsonProcessingException;
import com.fasterxml.jackson.databind.DeserializationFeature;
import com.fasterxml.jackson.databind.JsonNode;
import com.fasterxml.jackson.databind.ObjectMapper;
import com.fasterxml.jackson.databind.ObjectReader;
import com.fasterxml.jackson.databind.SerializationFeature;
import com.fasterxml.jackson.databind.node.ObjectNode;
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
import java.util.Iterator;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.stream.Stream;
import org.gradcam4j.file.Atomically;

/**
 * A run on the disk, which only one process writes at a time:
 *
 * <pre>
 * run.json        what was asked for, see {@link RunConfiguration}
 * images.txt      the ids of its images, one a line
 * records.jsonl   one line an image, in the order in which they were done, see {@link ImageRecord}
 * pictures/       pictures for galleries
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
  private static final String LOCK = ".lock";

  static final ObjectMapper JSON =
      new ObjectMapper()
          .registerModule(new RowsModule())
          .disable(DeserializationFeature.FAIL_ON_UNKNOWN_PROPERTIES);
  private static final ObjectReader RECORD =
      JSON.readerFor(ImageRecord.class).with(DeserializationFeature.FAIL_ON_TRAILING_TOKENS);
  private static final ObjectMapper PRETTY = JSON.copy().enable(SerializationFeature.INDENT_OUTPUT);

  private final Path folder;
  private final FileChannel lockFile;
  private final FileLock lock;
  private final FileChannel records;
  private final Map<String, ImageRecord> done;

  private RunFolder(
      Path folder,
      FileChannel lockFile,
      FileLock lock,
      FileChannel records,
      Map<String, ImageRecord> done) {
    this.folder = folder;
    this.lockFile = lockFile;
    this.lock = lock;
    this.records = records;
    this.done = done;
  }

  /**
   * Begins a run, or resumes it where the folder holds the same.
   *
   * @param ids the images' ids
   * @throws IOException with one line, if the folder holds another run or something else, another
   *     process writes to it, or it cannot be written
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
      if (Files.exists(file)) {
        refuseOther(folder, read(folder, file), configuration);
      }
      write(
          folder.resolve(IMAGES), (String.join("\n", ids) + "\n").getBytes(StandardCharsets.UTF_8));
      write(file, PRETTY.writeValueAsBytes(configuration));
      Map<String, ImageRecord> done = new LinkedHashMap<>();
      long whole = records(folder, done);
      FileChannel records =
          FileChannel.open(
              folder.resolve(RECORDS), StandardOpenOption.CREATE, StandardOpenOption.WRITE);
      records.truncate(whole);
      records.position(whole);
      opened = true;
      return new RunFolder(folder, lockFile, lock, records, done);
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

  private static void refuseOther(Path folder, JsonNode there, RunConfiguration configuration)
      throws IOException {
    Optional<String> difference =
        difference("", identity(there), identity(JSON.valueToTree(configuration)));
    if (difference.isPresent()) {
      throw new IOException(
          "the run in %s is another: %s; resume it with its own options, or choose another folder"
              .formatted(folder, difference.get()));
    }
  }

  /** What must be the same for a run to be resumed. */
  static JsonNode identity(JsonNode configuration) {
    ObjectNode identity = configuration.deepCopy();
    identity.remove(List.of("provenance", "title", "description", "notes", "published", "metrics"));
    if (identity.get("data") instanceof ObjectNode data) {
      data.remove(List.of("path", "problems"));
    }
    return identity;
  }

  /** The first place at which two differ, in words. */
  static Optional<String> difference(String name, JsonNode there, JsonNode now) {
    if (there.isObject() && now.isObject()) {
      Iterator<String> names = now.fieldNames();
      while (names.hasNext()) {
        String field = names.next();
        Optional<String> difference =
            difference(
                name.isEmpty() ? field : name + "." + field, there.path(field), now.path(field));
        if (difference.isPresent()) {
          return difference;
        }
      }
      return Optional.empty();
    }
    // As text: numbers that were written are read as another type of the same value.
    return there.toString().equals(now.toString())
        ? Optional.empty()
        : Optional.of("%s is %s there and %s now".formatted(name, there, now));
  }

  /** The records there are, by image; returns how many bytes of the file are whole lines. */
  private static long records(Path folder, Map<String, ImageRecord> into) throws IOException {
    Path file = folder.resolve(RECORDS);
    if (!Files.exists(file)) {
      return 0;
    }
    byte[] bytes = Files.readAllBytes(file);
    int start = 0;
    int line = 1;
    for (int i = 0; i < bytes.length; i++) {
      if (bytes[i] == '\n') {
        ImageRecord record = record(bytes, start, i, file + ":" + line);
        into.put(record.image(), record);
        start = i + 1;
        line++;
      }
    }
    return start;
  }

  private static ImageRecord record(byte[] bytes, int from, int to, String place)
      throws IOException {
    String reason = "it names no image";
    try {
      ImageRecord record = RECORD.readValue(bytes, from, to - from);
      if (record != null && record.image() != null) {
        return record;
      }
    } catch (JsonProcessingException e) {
      reason = reason(e);
    }
    throw new IOException(
        "%s is no record (%s): remove the line, its image is then measured again"
            .formatted(place, reason));
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

  /** Java's file errors say little but the file's name, Jackson's where in its buffer it was. */
  private static String reason(IOException e) {
    if (e instanceof JsonProcessingException json) {
      return json.getOriginalMessage().replaceAll("\\s*\\(start marker at .*", "");
    }
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

  /** A run that is only read. */
  public static Run read(Path folder) throws IOException {
    Path file = folder.resolve(CONFIGURATION);
    if (!Files.isRegularFile(file)) {
      throw new IOException(folder + " holds no run: expected a folder with " + CONFIGURATION);
    }
    RunConfiguration configuration;
    try {
      configuration = JSON.treeToValue(read(folder, file), RunConfiguration.class);
    } catch (JsonProcessingException e) {
      throw new IOException(file + " is no run's configuration: " + reason(e), e);
    }
    if (configuration.format() != RunConfiguration.FORMAT) {
      throw new IOException(
          "%s has format %d: this version reads %d"
              .formatted(file, configuration.format(), RunConfiguration.FORMAT));
    }
    Map<String, ImageRecord> records = new LinkedHashMap<>();
    records(folder, records);
    List<String> ids = Files.readAllLines(folder.resolve(IMAGES), StandardCharsets.UTF_8);
    List<ImageRecord> inOrder = new ArrayList<>();
    ids.stream().map(records::get).filter(record -> record != null).forEach(inOrder::add);
    return new Run(folder, configuration, ids, inOrder);
  }

  private static JsonNode read(Path folder, Path file) throws IOException {
    try {
      return JSON.readTree(Files.readAllBytes(file));
    } catch (JsonProcessingException e) {
      throw new IOException(
          "the run in %s has a damaged %s (%s): choose another folder, or delete this one"
              .formatted(folder, CONFIGURATION, reason(e)),
          e);
    }
  }

  @Override
  public void close() throws IOException {
    records.close();
    lock.release();
    lockFile.close();
  }
}
