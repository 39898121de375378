package org.gradcam4j.cli;

import java.io.IOException;
import java.io.PrintWriter;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.Iterator;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Locale;
import java.util.Map;
import java.util.Optional;
import java.util.function.Supplier;
import org.gradcam4j.text.TextTable;
import org.gradcam4j.zoo.NetworkAdapter;
import org.gradcam4j.zoo.Zoo;
import org.gradcam4j.zoo.store.DownloadListener;
import org.gradcam4j.zoo.store.PublishedFile;
import org.gradcam4j.zoo.store.PublishedFiles;
import org.gradcam4j.zoo.store.WeightStore;
import picocli.CommandLine.Command;
import picocli.CommandLine.Model.CommandSpec;
import picocli.CommandLine.Option;
import picocli.CommandLine.Parameters;
import picocli.CommandLine.Spec;

/** Published weights: what there is, where it lies, and how it gets there. */
@Command(
    name = "weights",
    mixinStandardHelpOptions = true,
    synopsisSubcommandLabel = "COMMAND",
    description = {
      "Find, fetch and check the weights that networks were published with.",
      "They are looked for in the folder that GRADCAM_HOME names and its folder 'weights', then in"
          + " the user's cache."
    },
    footer = {
      "",
      "Examples:",
      "  gradcam weights list",
      "  gradcam weights get resnet50",
      "  gradcam weights get vgg16 --publisher torchvision",
      "  gradcam weights verify",
      "  gradcam weights where resnet50"
    })
final class WeightsCommand implements Runnable {
  private static final double MEGABYTE = 1 << 20;

  /** Names for tab completion. */
  static final class Networks implements Iterable<String> {
    @Override
    public Iterator<String> iterator() {
      return PublishedFiles.all().stream().map(PublishedFile::network).distinct().iterator();
    }
  }

  /** Asked for once a command needs it: a bad environment is no other command's trouble. */
  private final Supplier<WeightStore> standard;

  @Spec private CommandSpec spec;

  /** Of this user's store. */
  WeightsCommand() {
    this(WeightStore::standard);
  }

  WeightsCommand(Supplier<WeightStore> standard) {
    this.standard = standard;
  }

  /** Without a command: the help. */
  @Override
  public void run() {
    spec.commandLine().usage(out());
  }

  @Command(
      name = "list",
      mixinStandardHelpOptions = true,
      description = "List the published files, and which of them are on this machine.")
  void list() {
    WeightStore store = standard.get();
    List<List<String>> rows = new ArrayList<>();
    rows.add(List.of("NETWORK", "PUBLISHER", "FORMAT", "FILE", "SIZE", "HERE"));
    for (PublishedFile file : store.files()) {
      Optional<Path> there = store.find(file);
      rows.add(
          List.of(
              file.network(),
              file.publisher(),
              file.format(),
              file.fileName(),
              file.size().isPresent() ? size(file.size().getAsLong()) : "?",
              there.isPresent() ? there.get().getParent().toString() : "-"));
    }
    TextTable.lines(rows).forEach(out()::println);
  }

  @Command(
      name = "get",
      mixinStandardHelpOptions = true,
      description = {
        "Fetch a network's weights into the user's cache, unless they are on this machine.",
        "An interrupted download goes on where it was; a file whose checksum is wrong is not kept."
      })
  void get(
      @Parameters(
              paramLabel = "NETWORK",
              completionCandidates = Networks.class,
              description = "A network, or the name of one of its files ('gradcam weights list').")
          String network,
      @Option(
              names = "--publisher",
              paramLabel = "P",
              description = "Of several publishers' files this one's (default: the first listed).")
          String publisher,
      @Option(
              names = "--offline",
              description = "Ask no network: say which file to put where if it is not here.")
          boolean offline)
      throws IOException {
    WeightStore store = standard.get();
    PublishedFile file = choose(files(store, network), network, publisher);
    if (offline || file.byHand()) {
      out().println(there(store, file));
      return;
    }
    PrintWriter err = spec.commandLine().getErr();
    Path path;
    try (Progress progress = new Progress(err, "fetching " + file.fileName())) {
      path = store.get(file, listener(progress));
    }
    out().println(path);
  }

  /** Without the network. */
  private static Path there(WeightStore store, PublishedFile file) throws IOException {
    Path path =
        store
            .find(file)
            .orElseThrow(
                () ->
                    new UserError(
                        file.fileName() + " is not on this machine: " + store.byHand(file)));
    store.verify(file, path);
    return path;
  }

  private static PublishedFile choose(List<PublishedFile> files, String network, String publisher) {
    return files.stream()
        .filter(file -> publisher == null || file.publisher().equals(publisher))
        .findFirst()
        .orElseThrow(
            () ->
                new UserError(
                    "--publisher "
                        + publisher
                        + ": no such publisher of '"
                        + network
                        + "'; expected "
                        + String.join(
                            " or ",
                            files.stream().map(PublishedFile::publisher).distinct().toList())));
  }

  private static List<PublishedFile> files(WeightStore store, String network) {
    for (NetworkAdapter model : Zoo.models()) {
      if (model.id().equals(network) && model.embedded().isPresent()) {
        throw new UserError("the weights of '" + network + "' are part of gradcam");
      }
    }
    return store.files(network);
  }

  private static DownloadListener listener(Progress progress) {
    return new DownloadListener() {
      private long first = Long.MAX_VALUE;

      @Override
      public void bytes(long there, long total) {
        // The time left follows from what came in this run, not from what was there.
        first = Math.min(first, there);
        if (total > first) {
          progress.show(
              (there - first) / (double) (total - first), size(there) + " of " + size(total));
        }
      }

      @Override
      public void remark(String line) {
        progress.println("gradcam: " + line);
      }
    };
  }

  @Command(
      name = "verify",
      mixinStandardHelpOptions = true,
      description = {
        "Compute the checksums of the files on this machine again.",
        "Exit code 1 if one is not what was published."
      })
  int verify(
      @Parameters(
              paramLabel = "NETWORK|FILE",
              arity = "0..*",
              completionCandidates = Networks.class,
              description =
                  "Networks, or files with the names they were published by (default:"
                      + " all that are here).")
          List<String> names)
      throws IOException {
    WeightStore store = standard.get();
    Map<Path, PublishedFile> chosen = new LinkedHashMap<>();
    if (names == null) {
      chosen.putAll(here(store, store.files()));
    } else {
      for (String name : names) {
        chosen.putAll(named(store, name));
      }
    }
    if (chosen.isEmpty()) {
      out().println("no published weights on this machine");
    }
    int wrong = 0;
    for (Map.Entry<Path, PublishedFile> entry : chosen.entrySet()) {
      wrong += isRight(store, entry.getValue(), entry.getKey()) ? 0 : 1;
    }
    return wrong == 0 ? Gradcam.OK : Gradcam.SOME_FAILED;
  }

  private boolean isRight(WeightStore store, PublishedFile file, Path path) {
    try {
      store.verify(file, path);
      out().println("ok  " + path + "  (" + file.checksum() + ")");
      return true;
    } catch (IOException e) {
      spec.commandLine().getErr().println("gradcam: " + Gradcam.oneLine(e));
      return false;
    }
  }

  /** Where these files lie, in each of the folders. */
  private static Map<Path, PublishedFile> here(WeightStore store, List<PublishedFile> files) {
    Map<Path, PublishedFile> here = new LinkedHashMap<>();
    for (PublishedFile file : files) {
      store.searched().stream()
          .map(folder -> folder.resolve(file.fileName()))
          .filter(Files::isRegularFile)
          .forEach(path -> here.put(path, file));
    }
    return here;
  }

  private static Map<Path, PublishedFile> named(WeightStore store, String name) {
    Path path = Path.of(name);
    if (Files.exists(path) || name.contains("/")) {
      if (!Files.isRegularFile(path)) {
        throw new UserError(name + ": no such file");
      }
      return Map.of(path, store.files(path.getFileName().toString()).get(0));
    }
    Map<Path, PublishedFile> here = here(store, files(store, name));
    if (here.isEmpty()) {
      throw new UserError(
          "no weights of '" + name + "' on this machine; 'gradcam weights get " + name + "'");
    }
    return here;
  }

  @Command(
      name = "where",
      mixinStandardHelpOptions = true,
      description = "Say which folders are searched, and where a network's files are or would be.")
  void where(
      @Parameters(
              paramLabel = "NETWORK",
              arity = "0..1",
              completionCandidates = Networks.class,
              description = "A network, or the name of one of its files.")
          String network) {
    WeightStore store = standard.get();
    PrintWriter out = out();
    if (network == null) {
      store.searched().stream()
          .map(folder -> folder + (Files.isDirectory(folder) ? "" : "  (not there)"))
          .forEach(out::println);
      return;
    }
    for (PublishedFile file : files(store, network)) {
      Optional<Path> there = store.find(file);
      out.println(there.isPresent() ? there.get() : store.place(file) + "  (not there)");
      out.println("  from " + file.address() + (file.byHand() ? "  (by hand)" : ""));
      out.println("  " + file.checksum() + ", licence: " + file.licence());
    }
  }

  private static String size(long bytes) {
    return String.format(Locale.ROOT, "%.1f MB", bytes / MEGABYTE);
  }

  private PrintWriter out() {
    return spec.commandLine().getOut();
  }
}
