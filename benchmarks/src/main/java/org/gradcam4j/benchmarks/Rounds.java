package org.gradcam4j.benchmarks;

import com.sun.management.OperatingSystemMXBean;
import java.io.IOException;
import java.lang.management.ManagementFactory;
import java.util.ArrayList;
import java.util.Arrays;
import java.util.EnumMap;
import java.util.EnumSet;
import java.util.HashMap;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.Set;
import java.util.TreeMap;
import java.util.stream.Collectors;
import org.gradcam4j.benchmarks.Source.KernelRoofline;
import org.gradcam4j.benchmarks.Source.NetworkRoofline;
import org.gradcam4j.benchmarks.Source.Timing;
import org.gradcam4j.benchmarks.device.UseDevice;
import org.gradcam4j.benchmarks.network.LayerWork;
import org.gradcam4j.benchmarks.network.Nd4jFacts;
import org.gradcam4j.benchmarks.peer.LibtorchFacts;
import org.gradcam4j.benchmarks.peer.PythonProcess;
import org.gradcam4j.benchmarks.process.JmhTask;
import org.gradcam4j.benchmarks.process.WorkerProcess;
import org.gradcam4j.benchmarks.process.WorkerProcess.Failure;
import org.gradcam4j.benchmarks.roofline.Peak;
import org.gradcam4j.benchmarks.roofline.Roofline;
import org.gradcam4j.benchmarks.roofline.RooflineBenchmark;
import org.gradcam4j.benchmarks.roofline.Work;
import org.gradcam4j.device.Device;
import org.openjdk.jmh.results.BenchmarkResult;
import org.openjdk.jmh.results.IterationResult;
import org.openjdk.jmh.results.RunResult;

/**
 * Times what ratios need, subject by subject in rounds. The processes of both sides of a network
 * stay through its rounds, one at work and the other asleep, so that the times of a ratio lie
 * seconds apart however the machine's speed drifts.
 */
final class Rounds {
  private static final int PEAK_ITERATIONS = 10;

  private final Effort effort;
  private final String python;
  private final Device device;
  private final Progress progress;
  private final TimeLeft timeLeft;
  private final List<Map<Source, Double>> rounds = new ArrayList<>();
  private final Map<Timing, String> failures = new LinkedHashMap<>();
  private final Map<String, List<RunResult>> results = new LinkedHashMap<>();
  private final List<String> remarks = new ArrayList<>();
  private final Map<Side, WorkerProcess> workers = new EnumMap<>(Side.class);
  private final OtherWork otherWork = new OtherWork();
  private PythonProcess script;

  /**
   * Rounds to come.
   *
   * @param python the command of the Python that may have PyTorch
   * @param device where ND4J computes
   */
  Rounds(Effort effort, String python, Device device, Progress progress) {
    this.effort = effort;
    this.python = python;
    this.device = device;
    this.progress = progress;
    this.timeLeft = new TimeLeft(effort);
    for (int round = 0; round < effort.rounds(); round++) {
      rounds.add(new HashMap<>());
    }
  }

  /**
   * Times everything that the ratios need and the machine has.
   *
   * @throws IOException if a process cannot be started
   * @throws Failure if not even the machine's peak can be measured
   * @throws IllegalArgumentException if ND4J cannot compute on the device
   */
  Measured run(List<Ratio> ratios) throws IOException, Failure {
    List<Source> sources = ratios.stream().flatMap(Ratio::sources).distinct().toList();
    try {
      progress.show(0, "the machine's peak");
      Peak peak = peak();
      Set<Side> sides = sides(sources);
      Map<String, List<Timing>> subjects =
          sources.stream()
              .filter(source -> source instanceof Timing timing && sides.contains(timing.side()))
              .map(Timing.class::cast)
              .collect(
                  Collectors.groupingBy(Timing::subject, LinkedHashMap::new, Collectors.toList()));
      subjects.values().forEach(timeLeft::expect);
      for (Map.Entry<String, List<Timing>> subject : subjects.entrySet()) {
        time(subject.getValue());
        addRooflines(subject.getKey(), sources, peak);
        stop();
      }
      otherWork.remark().ifPresent(remarks::add);
      return new Measured(
          peak, rounds, failures, results.values().stream().map(Rounds::merged).toList(), remarks);
    } finally {
      stop();
      progress.close();
    }
  }

  /** The best of ten products and copies. */
  private Peak peak() throws IOException, Failure {
    double product = least(RooflineBenchmark.class.getName() + ".product");
    double copy = least(RooflineBenchmark.class.getName() + ".copy");
    stop(Side.ND4J);
    return Peak.of(product, copy);
  }

  private double least(String benchmark) throws IOException, Failure {
    JmhTask task = new JmhTask(benchmark, new TreeMap<>(), 1, PEAK_ITERATIONS, 1);
    RunResult result = worker(Side.ND4J).run(RunResult.class, task);
    results.computeIfAbsent(benchmark, key -> new ArrayList<>()).add(result);
    return Arrays.stream(iterations(result)).min().orElseThrow();
  }

  /** The sides that can be timed on this machine. */
  private Set<Side> sides(List<Source> sources) throws IOException, Failure {
    Set<Side> wanted = EnumSet.noneOf(Side.class);
    for (Source source : sources) {
      if (source instanceof Timing timing) {
        wanted.add(timing.side());
      }
    }
    Nd4jFacts.Facts nd4j = worker(Side.ND4J).run(Nd4jFacts.Facts.class, new Nd4jFacts());
    remarks.add("ND4J: %s, %d threads".formatted(nd4j.backend(), nd4j.threads()));
    stop(Side.ND4J);
    if (wanted.contains(Side.LIBTORCH)) {
      Optional<String> missing = libtorchMissing(nd4j.cpu());
      if (missing.isPresent()) {
        wanted.remove(Side.LIBTORCH);
        remarks.add(missing.get());
      } else {
        remarks.add(worker(Side.LIBTORCH).run(String.class, new LibtorchFacts()));
        stop(Side.LIBTORCH);
      }
    }
    if (wanted.contains(Side.PYTHON)) {
      Optional<String> version = PythonProcess.version(python);
      if (version.isEmpty()) {
        wanted.remove(Side.PYTHON);
      }
      remarks.add(
          version
              .map(number -> "PyTorch in Python: " + number)
              .orElse("left out: Grad-CAM in Python, since '" + python + "' has no torch"));
    }
    remarks.forEach(progress::println);
    return wanted;
  }

  private static Optional<String> libtorchMissing(boolean cpu) {
    if (!cpu) {
      return Optional.of("left out: libtorch, which is here for the CPU alone");
    }
    String machine = System.getProperty("os.name") + " " + System.getProperty("os.arch");
    return machine.equals("Linux amd64")
        ? Optional.empty()
        : Optional.of("left out: libtorch, which is here for Linux on x86-64 alone");
  }

  private void time(List<Timing> timings) throws IOException {
    for (int round = 0; round < effort.rounds(); round++) {
      for (Timing timing : timings) {
        if (round < effort.rounds(timing.cost())) {
          progress.show(
              timeLeft.seconds(),
              "%s, %s, round %d of %d"
                  .formatted(timing.subject(), timing.name(), round + 1, effort.rounds()));
          long start = System.nanoTime();
          if (!failures.containsKey(timing)) {
            time(timing, rounds.get(round));
          }
          timeLeft.took(timing, (System.nanoTime() - start) / 1e9);
        }
      }
    }
  }

  private void time(Timing timing, Map<Source, Double> round) throws IOException {
    try {
      double[] operations =
          timing.side() == Side.PYTHON ? script(timing) : iterations(result(timing));
      round.put(timing, Spread.of(operations).median() / timing.items());
    } catch (Failure e) {
      failures.put(timing, e.getMessage());
      progress.println(timing.subject() + ", " + timing.name() + " failed: " + e.getMessage());
    }
  }

  private RunResult result(Timing timing) throws IOException, Failure {
    RunResult result = worker(timing.side()).run(RunResult.class, effort.task(timing));
    results
        .computeIfAbsent(timing.benchmark() + timing.parameters(), key -> new ArrayList<>())
        .add(result);
    return result;
  }

  private double[] script(Timing timing) throws Failure {
    try {
      if (script == null) {
        script = new PythonProcess(python, timing.subject());
      }
      return script.repeat(effort.milliseconds(timing.cost()));
    } catch (IOException e) {
      throw new Failure(e.getMessage());
    }
  }

  private static double[] iterations(RunResult result) {
    return result.getBenchmarkResults().stream()
        .map(BenchmarkResult::getIterationResults)
        .flatMap(iterations -> iterations.stream())
        .map(IterationResult::getPrimaryResult)
        .mapToDouble(primary -> primary.getScore())
        .toArray();
  }

  /** The rounds of a benchmark as one result of JMH's, in which they are the forks. */
  private static RunResult merged(List<RunResult> rounds) {
    List<BenchmarkResult> forks =
        rounds.stream().flatMap(round -> round.getBenchmarkResults().stream()).toList();
    return new RunResult(rounds.get(0).getParams(), forks);
  }

  private void addRooflines(String subject, List<Source> sources, Peak peak) throws IOException {
    for (Source source : sources) {
      if (source instanceof NetworkRoofline network && network.network().equals(subject)) {
        try {
          LayerWork task = new LayerWork(network.network(), network.batch());
          Work[] layers = worker(Side.ND4J).run(Work[].class, task);
          add(source, Roofline.milliseconds(List.of(layers), peak) / network.batch());
        } catch (Failure e) {
          progress.println(subject + ", roofline failed: " + e.getMessage());
        }
      } else if (source instanceof KernelRoofline kernel && subject.equals(KernelSuite.SUBJECT)) {
        add(source, Roofline.milliseconds(List.of(kernel.work()), peak));
      }
    }
  }

  private void add(Source source, double milliseconds) {
    rounds.forEach(round -> round.put(source, milliseconds));
  }

  /** The process of a side, started where it is not running. */
  private WorkerProcess worker(Side side) throws IOException {
    WorkerProcess worker = workers.get(side);
    if (worker == null || !worker.isAlive()) {
      stop(side);
      worker = new WorkerProcess(nativeBytes());
      workers.put(side, worker);
      if (side == Side.ND4J) {
        useDevice(worker);
      }
    }
    return worker;
  }

  private void useDevice(WorkerProcess worker) {
    try {
      String remark = worker.run(String.class, new UseDevice(device));
      if (!remark.isEmpty() && !remarks.contains(remark)) {
        remarks.add(remark);
      }
    } catch (Failure e) {
      throw new IllegalArgumentException("--device " + device + ": " + e.getMessage());
    }
  }

  /** Two processes share the machine, of which one at a time is at work. */
  private static long nativeBytes() {
    return ManagementFactory.getOperatingSystemMXBean() instanceof OperatingSystemMXBean machine
        ? machine.getTotalMemorySize() / 10 * 6
        : 8L << 30;
  }

  private void stop() {
    EnumSet.allOf(Side.class).forEach(this::stop);
    if (script != null) {
      otherWork.add(script.cpu());
      script.close();
      script = null;
    }
  }

  private void stop(Side side) {
    WorkerProcess worker = workers.remove(side);
    if (worker != null) {
      otherWork.add(worker.cpu());
      worker.close();
    }
  }
}
