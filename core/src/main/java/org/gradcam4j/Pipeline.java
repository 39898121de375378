package org.gradcam4j;

import com.sun.management.OperatingSystemMXBean;
import java.io.IOException;
import java.lang.management.ManagementFactory;
import java.util.ArrayList;
import java.util.Collections;
import java.util.Iterator;
import java.util.List;
import java.util.concurrent.atomic.DoubleAdder;
import java.util.function.DoubleConsumer;
import org.gradcam4j.image.Photo;
import org.gradcam4j.kernel.NativeThreads;
import org.gradcam4j.method.Method;
import org.gradcam4j.method.Score;

/**
 * Explains many images, several at once: while one is in the network, others are decoded and drawn.
 *
 * <pre>{@code
 * Pipeline pipeline =
 *     new Pipeline(explainer, List.of(new GradCam()), List.of(Target.topPredicted()));
 * pipeline.run(
 *     files.iterator(),
 *     file -> explainer.input(Photo.read(file)),
 *     (file, explanations) -> {
 *       Path overlay = folder.resolve(file.getFileName() + ".png");
 *       Png.write(overlay, explanations.get(0).overlay());
 *       return overlay;
 *     },
 *     results);
 * }</pre>
 *
 * <p>Each thread takes an image, or a batch, the whole way: it reads it, passes it through the
 * network and writes what came of it. The cores are shared out among the threads, for the network
 * as well: on one core each, images pass through it faster than one after another on all cores,
 * since no core waits for another and what only one can do, decoding and writing, is done beside
 * it. Results are handed over in the order of the images. Memory does not grow with their number:
 * images are taken from their source as they are needed, and when the slowest is four batches a
 * thread behind, the others wait.
 *
 * <p>An image's maps and scores are those that {@link Explainer#explain(Photo, Method, Target)}
 * gives it, or in batches those of a batch of that size: the number of threads changes nothing.
 *
 * @param explainer explains; it stays open
 * @param methods how
 * @param targets what
 * @param score whether it is explained before or after softmax and the like
 * @param batch how many images pass through the network at once on each thread. Eight are twice as
 *     fast as one in AlexNet, whose fully connected layers are large, and a tenth faster in
 *     ResNet-50; they take memory for as many. Sums are then rounded differently: scores differ in
 *     their last bits, and now and then a map by some thousandths of its maximum, where a rectifier
 *     is within rounding of zero
 * @param threads how many threads, or 0 for as many as the machine has cores, fewer where memory or
 *     images are
 */
public record Pipeline(
    Explainer explainer,
    List<Method> methods,
    List<Target> targets,
    Score score,
    int batch,
    int threads) {
  /** Makes the network's input of a source: decodes and preprocesses. Several threads call it. */
  @FunctionalInterface
  public interface Reader<S> {
    /**
     * The input.
     *
     * @throws IOException if this image cannot be read; the others go on
     */
    NetworkInput read(S source) throws IOException;
  }

  /** Makes something of an image's explanations: draws and writes. Several threads call it. */
  @FunctionalInterface
  public interface Writer<S, R> {
    /**
     * What remains of an image: a few of these are kept until the images before it are done.
     *
     * @param explanations for each method, for each number that the targets mean
     * @throws IllegalArgumentException if this image cannot be written; the others go on
     * @throws IOException if none can be; it ends the run
     */
    R write(S source, List<Explanation> explanations) throws IOException;
  }

  /** Is told what became of each image, in their order, by the thread that runs the pipeline. */
  public interface Results<S, R> {
    /** It was explained and written. */
    void explained(S source, R result) throws IOException;

    /** It could not be read, explained or written: an IOException or IllegalArgumentException. */
    void failed(S source, Exception reason) throws IOException;
  }

  /** Checks the numbers. */
  public Pipeline {
    methods = List.copyOf(methods);
    targets = List.copyOf(targets);
    if (batch < 1 || threads < 0) {
      throw new IllegalArgumentException(
          "expected batches of at least 1 and no negative number of threads, got "
              + batch
              + " and "
              + threads);
    }
  }

  /**
   * Explains the scores before softmax, an image a thread, on as many threads as there are cores.
   */
  public Pipeline(Explainer explainer, List<Method> methods, List<Target> targets) {
    this(explainer, methods, targets, Score.LOGIT, 1, 0);
  }

  /** As {@link #run(Iterator, Reader, Writer, Results, DoubleConsumer)}. */
  public <S, R> void run(
      Iterator<S> sources, Reader<S> reader, Writer<S, R> writer, Results<S, R> results)
      throws IOException, InterruptedException {
    run(sources, reader, writer, results, images -> {});
  }

  /**
   * Explains all images. The first batch is explained on the calling thread and all cores: it shows
   * how much memory a thread needs, and does what is done once, for all.
   *
   * @param sources the images; asked by the calling thread alone
   * @param reader reads one
   * @param writer makes something of its explanations
   * @param results is told of each
   * @param progress is told how many images are done, those under way by their share; several
   *     threads call it
   * @throws IOException if the writer or the results threw it; no image is then under way any more
   * @throws InterruptedException if the calling thread was interrupted, likewise
   */
  public <S, R> void run(
      Iterator<S> sources,
      Reader<S> reader,
      Writer<S, R> writer,
      Results<S, R> results,
      DoubleConsumer progress)
      throws IOException, InterruptedException {
    Work<S, R> work = new Work<>(reader, writer, progress);
    if (sources.hasNext()) {
      tell(results, work.on(take(sources)));
    }
    int cores = Math.min(Runtime.getRuntime().availableProcessors(), NativeThreads.count());
    int most = threads == 0 ? Math.min(cores, room()) : threads;
    List<List<S>> next = new ArrayList<>();
    while (next.size() < most && sources.hasNext()) {
      next.add(take(sources));
    }
    if (next.isEmpty()) {
      return;
    }
    Workers workers = new Workers(next.size(), Math.max(1, cores / next.size()));
    Iterator<List<S>> batches =
        new Iterator<>() {
          private final Iterator<List<S>> taken = next.iterator();

          @Override
          public boolean hasNext() {
            return taken.hasNext() || sources.hasNext();
          }

          @Override
          public List<S> next() {
            return taken.hasNext() ? taken.next() : take(sources);
          }
        };
    workers.run(batches, work::on, outcomes -> tell(results, outcomes));
  }

  /** The next batch. */
  private <S> List<S> take(Iterator<S> sources) {
    List<S> images = new ArrayList<>();
    while (images.size() < batch && sources.hasNext()) {
      images.add(sources.next());
    }
    return images;
  }

  /** How many threads the machine has memory for: half of it, by what the first batch took. */
  private int room() {
    long each = explainer.reusable();
    if (each == 0
        || !(ManagementFactory.getOperatingSystemMXBean()
            instanceof OperatingSystemMXBean machine)) {
      return Integer.MAX_VALUE;
    }
    return (int) Math.max(1, Math.min(Integer.MAX_VALUE, machine.getTotalMemorySize() / 2 / each));
  }

  private static <S, R> void tell(Results<S, R> results, List<Outcome<S, R>> outcomes)
      throws IOException {
    for (Outcome<S, R> outcome : outcomes) {
      if (outcome.failure() != null) {
        results.failed(outcome.source(), outcome.failure());
      } else {
        results.explained(outcome.source(), outcome.result());
      }
    }
  }

  /** An image that was read, or why it could not be. */
  private record Image<S>(S source, NetworkInput input, Exception failure) {}

  /** What became of an image: a result, or why there is none. */
  private record Outcome<S, R>(S source, R result, Exception failure) {}

  /** The work on batches, which threads share. */
  private final class Work<S, R> {
    private final Reader<S> reader;
    private final Writer<S, R> writer;
    private final DoubleConsumer progress;
    private final DoubleAdder done = new DoubleAdder();

    Work(Reader<S> reader, Writer<S, R> writer, DoubleConsumer progress) {
      this.reader = reader;
      this.writer = writer;
      this.progress = progress;
    }

    /** A batch's whole way. */
    List<Outcome<S, R>> on(List<S> sources) throws IOException {
      Share share = new Share(sources.size());
      List<Outcome<S, R>> outcomes = explain(sources.stream().map(this::read).toList(), share);
      share.is(1);
      return outcomes;
    }

    private Image<S> read(S source) {
      try {
        return new Image<>(source, reader.read(source), null);
      } catch (IOException | IllegalArgumentException e) {
        return new Image<>(source, null, e);
      }
    }

    private List<Outcome<S, R>> explain(List<Image<S>> images, Share share) throws IOException {
      List<NetworkInput> inputs =
          images.stream().map(Image::input).filter(input -> input != null).toList();
      List<Outcome<S, R>> outcomes = new ArrayList<>();
      Iterator<List<Explanation>> explained = Collections.emptyIterator();
      try {
        if (!inputs.isEmpty()) {
          explained = explainer.explainEach(inputs, methods, targets, score, share::is).iterator();
        }
      } catch (IllegalArgumentException e) {
        if (images.size() == 1) {
          return List.of(new Outcome<>(images.get(0).source(), null, e));
        }
        // One odd image must not take others with it.
        for (Image<S> image : images) {
          outcomes.addAll(explain(List.of(image), share));
        }
        return outcomes;
      }
      for (Image<S> image : images) {
        outcomes.add(
            image.failure() == null
                ? write(image.source(), explained.next())
                : new Outcome<>(image.source(), null, image.failure()));
      }
      return outcomes;
    }

    private Outcome<S, R> write(S source, List<Explanation> explanations) throws IOException {
      try {
        return new Outcome<>(source, writer.write(source, explanations), null);
      } catch (IllegalArgumentException e) {
        return new Outcome<>(source, null, e);
      }
    }

    /** How far a batch is. */
    private final class Share {
      private final int images;
      private double told;

      Share(int images) {
        this.images = images;
      }

      void is(double share) {
        double more = share * images - told;
        if (more > 0) {
          told += more;
          done.add(more);
          progress.accept(done.sum());
        }
      }
    }
  }
}
