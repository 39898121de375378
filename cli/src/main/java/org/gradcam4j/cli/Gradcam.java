package org.gradcam4j.cli;

import java.io.IOException;
import java.io.PrintWriter;
import java.io.UncheckedIOException;
import java.nio.charset.StandardCharsets;
import java.nio.file.AccessDeniedException;
import java.nio.file.NoSuchFileException;
import java.util.List;
import java.util.Optional;
import java.util.Set;
import picocli.AutoComplete;
import picocli.CommandLine;
import picocli.CommandLine.Command;
import picocli.CommandLine.Model.CommandSpec;
import picocli.CommandLine.Option;
import picocli.CommandLine.ParameterException;
import picocli.CommandLine.ScopeType;
import picocli.CommandLine.Spec;
import picocli.CommandLine.UnmatchedArgumentException;

/** The command {@code gradcam}. */
@Command(
    name = "gradcam",
    description = "Shows what a convolutional network looked at.",
    mixinStandardHelpOptions = true,
    versionProvider = Gradcam.Version.class,
    synopsisSubcommandLabel = "COMMAND",
    subcommands = {
      DemoCommand.class,
      ExplainCommand.class,
      LayersCommand.class,
      ModelsCommand.class,
      MethodsCommand.class,
      WeightsCommand.class,
      DatasetCommand.class,
      TrainCommand.class,
      EvaluateCommand.class,
      HeadCommand.class,
      ReportCommand.class,
      AutoComplete.GenerateCompletion.class
    },
    footer = {
      "",
      "Examples:",
      "  gradcam demo",
      "  gradcam explain photo.jpg --model resnet50 --weights resnet50.safetensors",
      "  gradcam explain photos/ --class top2 --method grad-cam,occlusion --out maps",
      "  gradcam layers resnet50",
      "",
      "Exit codes: 0 done, 1 some images or files failed, 2 a mistake in the request,",
      "3 a fault of gradcam.",
      "Tab completion: source <(gradcam generate-completion)"
    })
public final class Gradcam implements Runnable {
  /** Everything was done. */
  static final int OK = 0;

  /** Some images failed, or files are damaged. */
  static final int SOME_FAILED = 1;

  /** The request cannot be met as it is. */
  static final int USAGE = 2;

  /** A fault of the program. */
  static final int FAULT = 3;

  @Option(
      names = "--debug",
      scope = ScopeType.INHERIT,
      description = "With an error, print where in the program it arose.")
  private boolean debug;

  @Spec private CommandSpec spec;

  /** Commands that go on where they were stopped. */
  private static final Set<String> RESUMING = Set.of("evaluate", "head");

  private Gradcam() {}

  /** Runs the command line and exits with its code. */
  public static void main(String[] args) {
    NativeMemory.bound();
    PrintWriter out = new PrintWriter(System.out, true, StandardCharsets.UTF_8);
    PrintWriter err = new PrintWriter(System.err, true, StandardCharsets.UTF_8);
    List<String> words = List.of(args);
    boolean resumes = words.stream().anyMatch(RESUMING::contains) && !words.contains("merge");
    OutputFolder.stopCleanly(err, resumes ? "; the same command goes on from there" : "");
    int code = run(out, err, args);
    OutputFolder.finished();
    System.exit(code);
  }

  /** Runs the command line; see {@code gradcam --help} for the exit codes that it returns. */
  public static int run(PrintWriter out, PrintWriter err, String... args) {
    return run(CommandLine.defaultFactory(), out, err, args);
  }

  /** The same with commands that a factory makes. */
  static int run(CommandLine.IFactory commands, PrintWriter out, PrintWriter err, String... args) {
    Gradcam gradcam = new Gradcam();
    CommandLine line =
        line(gradcam, commands)
            .setOut(out)
            .setErr(err)
            .setUsageHelpAutoWidth(true)
            .setParameterExceptionHandler(Gradcam::misused);
    line.setExecutionExceptionHandler(
        (e, command, parsed) -> failed(e, command.getErr(), gradcam.debug));
    try {
      return line.execute(args);
    } catch (OutOfMemoryError | LinkageError e) {
      // The command line library passes errors on.
      return failed(e, err, gradcam.debug);
    }
  }

  private static CommandLine line(Gradcam gradcam, CommandLine.IFactory commands) {
    return new CommandLine(gradcam, commands)
        .setExpandAtFiles(false)
        .setCaseInsensitiveEnumValuesAllowed(true);
  }

  /** What is wrong with a command line as it stands, in one line, without running it. */
  static Optional<String> mistake(String... args) {
    try {
      line(new Gradcam(), CommandLine.defaultFactory()).parseArgs(args);
      return Optional.empty();
    } catch (ParameterException e) {
      return Optional.of(message(e));
    }
  }

  /** Without a command: the help. */
  @Override
  public void run() {
    spec.commandLine().usage(spec.commandLine().getOut());
  }

  private static int misused(ParameterException e, String[] args) {
    CommandLine command = e.getCommandLine();
    command.getErr().println("gradcam: " + message(e));
    command
        .getErr()
        .println("'" + command.getCommandSpec().qualifiedName() + " --help' shows its options");
    return USAGE;
  }

  private static String message(ParameterException e) {
    StringBuilder message = new StringBuilder(firstLine(e.getMessage()));
    if (e instanceof UnmatchedArgumentException unmatched) {
      List<String> near = unmatched.getSuggestions();
      if (!near.isEmpty()) {
        message.append("; did you mean ").append(String.join(", ", near)).append('?');
      }
    }
    return message.toString();
  }

  private static int failed(Throwable e, PrintWriter err, boolean debug) {
    if (debug) {
      e.printStackTrace(err);
    }
    err.println("gradcam: " + message(e));
    return isUsers(e) || e instanceof OutOfMemoryError ? USAGE : FAULT;
  }

  /** Whether the user can put it right: bad arguments and files are reported by these. */
  static boolean isUsers(Throwable e) {
    return e instanceof UserError
        || e instanceof IllegalArgumentException
        || e instanceof IOException
        || e instanceof UncheckedIOException;
  }

  /** One line for a user. */
  static String message(Throwable e) {
    if (e instanceof OutOfMemoryError) {
      return "out of memory: use a smaller --batch, fewer classes or layers, or more memory"
          + " (JAVA_OPTS=-Xmx4g for Java's part)";
    }
    if (isUsers(e)) {
      return oneLine(e);
    }
    return "unexpected fault: "
        + firstLine(e.toString())
        + " (--debug shows where; please report it)";
  }

  /** The message in one line; Java's file errors say little but the file's name. */
  static String oneLine(Throwable e) {
    if (e.getMessage() == null) {
      return e.getClass().getSimpleName();
    }
    String line = e.getMessage().strip().replaceAll("\\s*\\R\\s*", " ");
    if (e instanceof NoSuchFileException) {
      return "no such file: " + line;
    }
    return e instanceof AccessDeniedException ? "no permission: " + line : line;
  }

  private static String firstLine(String text) {
    return text.lines().findFirst().orElse("");
  }

  /** The version in the jar's manifest. */
  static final class Version implements CommandLine.IVersionProvider {
    @Override
    public String[] getVersion() {
      return new String[] {"gradcam " + version()};
    }
  }

  static String version() {
    String version = Gradcam.class.getPackage().getImplementationVersion();
    return version == null ? "development" : version;
  }
}
