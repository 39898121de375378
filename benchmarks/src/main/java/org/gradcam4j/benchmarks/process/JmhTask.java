package org.gradcam4j.benchmarks.process;

import java.util.SortedMap;
import java.util.concurrent.TimeUnit;
import java.util.regex.Pattern;
import org.openjdk.jmh.results.RunResult;
import org.openjdk.jmh.runner.Runner;
import org.openjdk.jmh.runner.RunnerException;
import org.openjdk.jmh.runner.options.ChainedOptionsBuilder;
import org.openjdk.jmh.runner.options.OptionsBuilder;
import org.openjdk.jmh.runner.options.TimeValue;
import org.openjdk.jmh.runner.options.VerboseMode;

/**
 * One run of one JMH benchmark, in milliseconds an operation.
 *
 * <p>The worker is the fork. A fork of JMH's own for each run would make the network again each
 * time: of VGG-16 that takes longer than what is timed, and on a machine whose speed drifts a
 * ratio's two times would lie minutes apart. What a fork is for, a fresh JIT compiler, matters
 * little to native kernels.
 *
 * @param benchmark the method's name with its class's
 * @param parameters its parameters' values
 * @param warmups iterations that are not counted
 * @param iterations iterations that are
 * @param milliseconds how long an iteration lasts; at least one operation
 */
public record JmhTask(
    String benchmark,
    SortedMap<String, String> parameters,
    int warmups,
    int iterations,
    long milliseconds)
    implements Task<RunResult> {
  @Override
  public RunResult run() throws RunnerException {
    ChainedOptionsBuilder options =
        new OptionsBuilder()
            .include("^" + Pattern.quote(benchmark) + "$")
            .forks(0)
            .timeUnit(TimeUnit.MILLISECONDS)
            .warmupIterations(warmups)
            .warmupTime(TimeValue.milliseconds(milliseconds))
            .measurementIterations(iterations)
            .measurementTime(TimeValue.milliseconds(milliseconds))
            .verbosity(VerboseMode.SILENT)
            .shouldFailOnError(true);
    parameters.forEach(options::param);
    return new Runner(options.build()).runSingle();
  }
}
