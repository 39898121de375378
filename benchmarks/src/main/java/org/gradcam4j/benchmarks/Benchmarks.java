package org.gradcam4j.benchmarks;

import java.io.IOException;
import java.io.PrintStream;
import java.io.PrintWriter;
import java.nio.charset.StandardCharsets;
import java.nio.file.Files;
import java.nio.file.Path;
import java.time.ZonedDateTime;
import java.util.List;
import java.util.concurrent.Callable;
import org.gradcam4j.Explainer;
import org.gradcam4j.benchmarks.process.WorkerProcess.Failure;
import org.gradcam4j.device.Device;
import org.gradcam4j.file.Atomically;
import org.openjdk.jmh.results.format.ResultFormatFactory;
import org.openjdk.jmh.results.format.ResultFormatType;
import picocli.CommandLine;
import picocli.CommandLine.Command;
import picocli.CommandLine.Model.CommandSpec;
import picocli.CommandLine.Option;
import picocli.CommandLine.ParameterException;
import picocli.CommandLine.Parameters;
import picocli.CommandLine.ScopeType;
import picocli.CommandLine.Spec;

/** The command {@code benchmarks/run}. */
@Command(
    name = "benchmarks/run",
    description = {
      "Times gradcam4j beside Deeplearning4j and libtorch, and prints ratios of times of one run.",
      "",
      "Writes report.html, and results.json as JMH does. Without words every line of the table is"
          + " measured, which takes an hour or two on two cores; with --quick those that are held to"
          + " a limit, within eight minutes."
    },
    mixinStandardHelpOptions = true,
    versionProvider = Benchmarks.Version.class,
    subcommands = {ManyImages.class, ResidentMemory.class},
    footer = {
      "",
      "Examples:",
      "  benchmarks/run --quick",
      "  benchmarks/run vgg16 grad-cam",
      "  benchmarks/run --quick kernels convolution",
      "",
      "Exit codes: 0 measured, 1 a benchmark failed, 2 a mistake in the request, 3 a fault."
    })
public final class Benchmarks implements Callable<Integer> {
  static final int OK = 0;
  static final int FAILED = 1;
  static final int USAGE = 2;
  static final int FAULT = 3;

  private static final int MOST_ROUNDS = 100;

  @Option(
      names = "--quick",
      description = "Fewer and shorter rounds, one of what takes long, and fewer batch sizes.")
  private boolean quick;

  @Option(
      names = "--rounds",
      paramLabel = "N",
      description =
          "How often a benchmark of tens of milliseconds has its turn, a longer one a third as often;"
              + " by default 15, or 7 with --quick.")
  private Integer rounds;

  @Option(
      names = "--out",
      paramLabel = "FOLDER",
      description = "Where the results go; by default ${DEFAULT-VALUE}.",
      defaultValue = "${sys:benchmarks.out:-benchmark-results}")
  private Path out;

  @Option(
      names = "--python",
      paramLabel = "COMMAND",
      description = "The Python that has PyTorch, if any; by default ${DEFAULT-VALUE}.",
      defaultValue = "python3")
  private String python;

  @Option(
      names = "--device",
      paramLabel = "auto|cpu|cuda",
      scope = ScopeType.INHERIT,
      description =
          "Where gradcam4j and Deeplearning4j run; cuda needs a build with the Maven profile cuda. By"
              + " default ${DEFAULT-VALUE}: a GPU that ND4J has code for, if one is there, else the"
              + " CPU.",
      defaultValue = "auto")
  private Device device;

  @Option(names = "--list", description = "Print the lines of the table and measure nothing.")
  private boolean list;

  @Parameters(
      paramLabel = "WORD",
      arity = "0..*",
      description = "Only lines in which every word occurs, such as a network, a method, a group.")
  private List<String> words = List.of();

  @Spec private CommandSpec spec;

  private Benchmarks() {}

  /** Runs the command line and exits with its code. */
  public static void main(String[] arguments) {
    PrintWriter out = new PrintWriter(System.out, true, StandardCharsets.UTF_8);
    PrintWriter err = new PrintWriter(System.err, true, StandardCharsets.UTF_8);
    System.exit(run(out, err, arguments));
  }

  /** Runs the command line; see its help for the exit codes. */
  static int run(PrintWriter out, PrintWriter err, String... arguments) {
    return new CommandLine(new Benchmarks())
        .setOut(out)
        .setErr(err)
        .setUsageHelpAutoWidth(true)
        .setCaseInsensitiveEnumValuesAllowed(true)
        .setParameterExceptionHandler(Benchmarks::misused)
        .setExecutionExceptionHandler((e, command, parsed) -> failed(e, command.getErr()))
        .execute(arguments);
  }

  private static int misused(ParameterException e, String[] arguments) {
    PrintWriter err = e.getCommandLine().getErr();
    err.println("benchmarks: " + e.getMessage().lines().findFirst().orElse(""));
    err.println("'benchmarks/run --help' shows its options");
    return USAGE;
  }

  private static int failed(Exception e, PrintWriter err) {
    boolean expected =
        e instanceof IOException || e instanceof Failure || e instanceof IllegalArgumentException;
    err.println("benchmarks: " + (expected ? e.getMessage() : "unexpected fault: " + e));
    return e instanceof IllegalArgumentException ? USAGE : FAULT;
  }

  @Override
  public Integer call() throws IOException, Failure {
    List<Ratio> ratios = chosen();
    PrintWriter printed = spec.commandLine().getOut();
    if (list) {
      ratios.forEach(
          ratio -> printed.println(ratio.subject() + ", " + ratio.group() + ": " + ratio.name()));
      return OK;
    }
    checkOut();
    Effort effort = quick ? Effort.quickly() : Effort.thoroughly();
    if (rounds != null) {
      effort = new Effort(quick, rounds);
    }
    Progress progress =
        new Progress(
            new PrintStream(System.err, true, StandardCharsets.UTF_8),
            // The launcher knows: Java cannot ask about the error stream alone.
            Boolean.getBoolean("benchmarks.terminal"));
    Thread stopped = new Thread(() -> progress.println("stopped, nothing was written"));
    Runtime.getRuntime().addShutdownHook(stopped);
    Measured measured;
    List<Line> lines;
    try {
      measured = new Rounds(effort, python, device, progress).run(ratios);
      lines = Line.of(ratios, measured);
      write(measured, lines);
    } finally {
      forget(stopped);
    }
    TextReport.print(printed, measured, lines);
    printed.println("report: " + out.resolve("report.html"));
    return measured.failures().isEmpty() ? OK : FAILED;
  }

  private static void forget(Thread hook) {
    try {
      Runtime.getRuntime().removeShutdownHook(hook);
    } catch (IllegalStateException e) {
      // It is running.
    }
  }

  private List<Ratio> chosen() {
    if (rounds != null && (rounds < 1 || rounds > MOST_ROUNDS)) {
      throw new ParameterException(
          spec.commandLine(), "--rounds " + rounds + ": expected 1 to " + MOST_ROUNDS);
    }
    List<Ratio> ratios = quick && words.isEmpty() ? Suite.limited(true) : Suite.all(quick);
    List<Ratio> chosen = ratios.stream().filter(ratio -> ratio.matches(words)).toList();
    if (chosen.isEmpty()) {
      throw new ParameterException(
          spec.commandLine(),
          "no line of the table has '" + String.join("' and '", words) + "': see --list");
    }
    return chosen;
  }

  /** Chooses where ND4J computes in this process, and says so. */
  void useDevice() {
    try {
      device.use().remark().ifPresent(spec.commandLine().getErr()::println);
    } catch (IllegalStateException e) {
      throw new IllegalArgumentException("--device " + device + ": " + e.getMessage());
    }
  }

  /** Before an hour has been spent. */
  private void checkOut() {
    Path folder = out.toAbsolutePath();
    while (folder != null && !Files.exists(folder)) {
      folder = folder.getParent();
    }
    if (folder == null || !Files.isDirectory(folder) || !Files.isWritable(folder)) {
      throw new ParameterException(
          spec.commandLine(), "--out " + out + ": cannot write a folder there");
    }
  }

  private void write(Measured measured, List<Line> lines) throws IOException {
    Atomically.write(
        out.resolve("results.json"),
        stream -> {
          PrintStream json = new PrintStream(stream, false, StandardCharsets.UTF_8);
          ResultFormatFactory.getInstance(ResultFormatType.JSON, json).writeOut(measured.results());
          json.flush();
          if (json.checkError()) {
            throw new IOException("cannot write " + out.resolve("results.json"));
          }
        });
    String page = HtmlReport.of(measured, lines, ZonedDateTime.now());
    Atomically.write(
        out.resolve("report.html"), stream -> stream.write(page.getBytes(StandardCharsets.UTF_8)));
  }

  /** The version in the core's manifest. */
  static final class Version implements CommandLine.IVersionProvider {
    @Override
    public String[] getVersion() {
      String version = Explainer.class.getPackage().getImplementationVersion();
      return new String[] {"gradcam4j " + (version == null ? "development" : version)};
    }
  }
}
