package org.gradcam4j.cli;

import java.io.IOException;
import java.io.PrintWriter;
import java.io.UncheckedIOException;
import java.nio.charset.StandardCharsets;
import java.nio.file.AccessDeniedException;
import java.nio.file.FileAlreadyExistsException;
import java.nio.file.NoSuchFileException;
import java.nio.file.NotDirectoryException;
import picocli.AutoComplete;
import picocli.CommandLine;
import picocli.CommandLine.Command;
import picocli.CommandLine.Option;
import picocli.CommandLine.ParameterException;
import picocli.CommandLine.ScopeType;

/** The command {@code gradcam}. */
@Command(
    name = "gradcam",
    versionProvider = Gradcam.Version.class,
    mixinStandardHelpOptions = true,
    scope = ScopeType.INHERIT,
    synopsisSubcommandLabel = "COMMAND",
    description = "Shows what a convolutional network looked at.",
    footerHeading = "%nExamples:%n",
    footer = {
      "  gradcam demo",
      "  gradcam explain photo.jpg --model resnet50 --weights resnet50.safetensors",
      "  gradcam layers resnet50",
      "",
      "Exit codes: 0 all went well, 1 some images failed, 2 wrong arguments or files.",
    },
    subcommands = {
      DemoCommand.class,
      ExplainCommand.class,
      LayersCommand.class,
      ModelsCommand.class,
      MethodsCommand.class,
      DatasetCommand.class,
      TrainCommand.class,
      AutoComplete.GenerateCompletion.class,
    })
public final class Gradcam implements Runnable {
  /** Exit codes beside 0. */
  static final int SOME_FAILED = 1, USER_ERROR = 2;

  @CommandLine.Spec private CommandLine.Model.CommandSpec spec;

  @Option(
      names = "--debug",
      scope = ScopeType.INHERIT,
      description = "Print a stack trace with an error.")
  private boolean debug;

  /** Runs the command and exits with its code. */
  public static void main(String[] arguments) {
    PrintWriter out = new PrintWriter(System.out, true, StandardCharsets.UTF_8);
    PrintWriter err = new PrintWriter(System.err, true, StandardCharsets.UTF_8);
    System.exit(run(out, err, arguments));
  }

  /** Runs the command; the exit code. */
  static int run(PrintWriter out, PrintWriter err, String... arguments) {
    Gradcam root = new Gradcam();
    return new CommandLine(root)
        .setOut(out)
        .setErr(err)
        .setCaseInsensitiveEnumValuesAllowed(true)
        .setParameterExceptionHandler(Gradcam::usageError)
        .setExecutionExceptionHandler((e, command, parsed) -> root.failure(e, command))
        .execute(arguments);
  }

  @Override
  public void run() {
    spec.commandLine().usage(spec.commandLine().getOut());
  }

  private static int usageError(ParameterException e, String[] arguments) {
    CommandLine command = e.getCommandLine();
    command.getErr().println("gradcam: " + oneLine(e.getMessage()));
    String name = command.getCommandSpec().qualifiedName();
    command.getErr().println("Try '" + name + " --help'.");
    return USER_ERROR;
  }

  private int failure(Exception e, CommandLine command) {
    command.getErr().println("gradcam: " + message(e));
    if (debug) {
      e.printStackTrace(command.getErr());
    }
    return USER_ERROR;
  }

  /** One line that says what was wrong. */
  static String message(Throwable e) {
    if (e instanceof UncheckedIOException unchecked) {
      return message(unchecked.getCause());
    } else if (e instanceof NoSuchFileException file) {
      return file.getFile() + ": no such file or folder";
    } else if (e instanceof AccessDeniedException file) {
      return file.getFile() + ": permission denied";
    } else if (e instanceof FileAlreadyExistsException || e instanceof NotDirectoryException) {
      return oneLine(e.getMessage()) + ": is a file, expected a folder";
    } else if (e instanceof IOException
        || e instanceof IllegalArgumentException
        || e instanceof IllegalStateException) {
      return oneLine(String.valueOf(e.getMessage()));
    } else if (e instanceof OutOfMemoryError) {
      return "not enough memory: use a smaller --batch, fewer classes, or a larger heap"
          + " (JAVA_OPTS=-Xmx8g)";
    }
    return "unexpected "
        + e.getClass().getSimpleName()
        + ": "
        + oneLine(String.valueOf(e.getMessage()))
        + " (--debug shows where; please report it)";
  }

  private static String oneLine(String text) {
    return text.strip().replaceAll("\\s*\\R\\s*", "; ");
  }

  /** The version in the jar's manifest. */
  static final class Version implements CommandLine.IVersionProvider {
    @Override
    public String[] getVersion() {
      String version = Gradcam.class.getPackage().getImplementationVersion();
      return new String[] {"gradcam4j " + (version == null ? "(development)" : version)};
    }
  }
}
