package org.gradcam4j;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;
import static org.gradcam4j.SmallNetworks.image;

import java.io.IOException;
import java.util.ArrayList;
import java.util.Collections;
import java.util.Iterator;
import java.util.List;
import java.util.concurrent.CountDownLatch;
import java.util.concurrent.TimeUnit;
import java.util.concurrent.atomic.AtomicInteger;
import java.util.stream.IntStream;
import org.assertj.core.data.Offset;
import org.deeplearning4j.nn.conf.CNN2DFormat;
import org.gradcam4j.image.Preprocessing;
import org.gradcam4j.kernel.NativeThreads;
import org.gradcam4j.method.GradCam;
import org.gradcam4j.method.Gradient;
import org.gradcam4j.method.Method;
import org.gradcam4j.method.Score;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.Timeout;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.CsvSource;
import org.junit.jupiter.params.provider.ValueSource;
import org.nd4j.linalg.api.buffer.DataType;

@Timeout(60)
class PipelineTest {
  private static final List<Method> METHODS = List.of(new GradCam("relu2"), new Gradient());
  private static final List<Target> TARGETS = List.of(Target.top(2));

  private final Explainer explainer =
      Explainer.builder(
              SmallNetworks.chain(DataType.FLOAT, CNN2DFormat.NCHW),
              Preprocessing.torchvision(SmallNetworks.HEIGHT, SmallNetworks.WIDTH))
          .selfCheck(false)
          .build();

  @AfterEach
  void close() {
    explainer.close();
  }

  private Pipeline pipeline(int batch, int threads) {
    return new Pipeline(explainer, METHODS, TARGETS, Score.LOGIT, batch, threads);
  }

  private static Iterator<Integer> images(int count) {
    return IntStream.range(0, count).iterator();
  }

  private static float[] values(List<Explanation> explanations) {
    List<float[]> maps = explanations.stream().map(e -> e.map().values()).toList();
    float[] all = new float[maps.stream().mapToInt(map -> map.length).sum()];
    int from = 0;
    for (float[] map : maps) {
      System.arraycopy(map, 0, all, from, map.length);
      from += map.length;
    }
    return all;
  }

  /** Keeps what it is told, a failure as its message. */
  private static final class Told<R> implements Pipeline.Results<Integer, R> {
    final List<Integer> sources = new ArrayList<>();
    final List<R> results = new ArrayList<>();
    final List<String> failures = new ArrayList<>();

    @Override
    public void explained(Integer source, R result) {
      sources.add(source);
      results.add(result);
    }

    @Override
    public void failed(Integer source, Exception reason) {
      sources.add(source);
      failures.add(source + ": " + reason.getMessage());
    }
  }

  @ParameterizedTest
  @ValueSource(ints = {1, 2, 3})
  void threadsChangeNothing(int threads) throws Exception {
    Told<float[]> told = new Told<>();
    pipeline(1, threads).run(images(20), SmallNetworks::image, (source, own) -> values(own), told);
    assertThat(told.sources).isEqualTo(IntStream.range(0, 20).boxed().toList());
    for (int i = 0; i < 20; i++) {
      List<Explanation> alone = explainer.explain(List.of(image(i)), METHODS, TARGETS);
      assertThat(told.results.get(i)).isEqualTo(values(alone));
    }
  }

  @Test
  void batchesGiveEachImageItsOwn() throws Exception {
    Told<List<Explanation>> told = new Told<>();
    pipeline(3, 2).run(images(11), SmallNetworks::image, (source, own) -> own, told);
    assertThat(told.sources).isEqualTo(IntStream.range(0, 11).boxed().toList());
    for (int i = 0; i < 11; i++) {
      List<Explanation> own = told.results.get(i);
      assertThat(own).hasSize(METHODS.size() * 2);
      assertThat(own).allSatisfy(e -> assertThat(e.input().name()).startsWith("random "));
      assertThat(own.get(0).input().name()).isEqualTo("random " + i);
      float[] alone = values(explainer.explain(List.of(image(i)), METHODS, TARGETS));
      float[] together = values(own);
      for (int j = 0; j < alone.length; j++) {
        assertThat((double) together[j]).isCloseTo(alone[j], within(alone[j]));
      }
    }
  }

  private static Offset<Double> within(float value) {
    return Offset.offset(1e-5 * (1 + Math.abs(value)));
  }

  @Test
  void slowImagesDoNotChangeTheOrder() throws Exception {
    Told<Integer> told = new Told<>();
    pipeline(1, 3)
        .run(
            images(30),
            source -> {
              if (source % 3 == 1) {
                pause();
              }
              return image(source);
            },
            (source, own) -> source,
            told);
    assertThat(told.results).isEqualTo(IntStream.range(0, 30).boxed().toList());
  }

  private static void pause() {
    try {
      TimeUnit.MILLISECONDS.sleep(20);
    } catch (InterruptedException e) {
      throw new AssertionError(e);
    }
  }

  @ParameterizedTest
  @CsvSource({"1, 1", "1, 3", "4, 2"})
  void imagesUnderWayAreBounded(int batch, int threads) throws Exception {
    AtomicInteger taken = new AtomicInteger();
    Iterator<Integer> counted =
        new Iterator<>() {
          @Override
          public boolean hasNext() {
            return taken.get() < 400;
          }

          @Override
          public Integer next() {
            return taken.getAndIncrement();
          }
        };
    int[] done = {0};
    int[] most = {0};
    pipeline(batch, threads)
        .run(
            counted,
            SmallNetworks::image,
            (source, own) -> source,
            new Pipeline.Results<>() {
              @Override
              public void explained(Integer source, Integer result) {
                most[0] = Math.max(most[0], taken.get() - done[0]++);
              }

              @Override
              public void failed(Integer source, Exception reason) {
                throw new AssertionError(reason);
              }
            });
    assertThat(done[0]).isEqualTo(400);
    // Four batches a thread on their way, and one a thread that comes next.
    assertThat(most[0]).isLessThanOrEqualTo(5 * threads * batch);
  }

  @ParameterizedTest
  @CsvSource({"1, 1", "1, 2", "3, 2"})
  void badImagesAreTold(int batch, int threads) throws Exception {
    Told<Integer> told = new Told<>();
    pipeline(batch, threads)
        .run(
            images(14),
            source ->
                switch (source) {
                  case 0 -> throw new IOException("not a picture");
                  case 4 -> throw new IllegalArgumentException("too small");
                  // The explainer refuses this one.
                  case 7 -> NetworkInput.of("odd", 1, 2, 2, new float[4]);
                  default -> image(source);
                },
            (source, own) -> {
              if (source == 10) {
                throw new IllegalArgumentException("cannot be drawn");
              }
              return source;
            },
            told);
    assertThat(told.sources).isEqualTo(IntStream.range(0, 14).boxed().toList());
    assertThat(told.results).containsExactly(1, 2, 3, 5, 6, 8, 9, 11, 12, 13);
    assertThat(told.failures).hasSize(4);
    assertThat(told.failures.get(0)).isEqualTo("0: not a picture");
    assertThat(told.failures.get(1)).isEqualTo("4: too small");
    assertThat(told.failures.get(2)).startsWith("7: input odd is [1, 2, 2]");
    assertThat(told.failures.get(3)).isEqualTo("10: cannot be drawn");
  }

  @ParameterizedTest
  @ValueSource(ints = {0, 9})
  void anErrorOfTheWriterEndsTheRun(int bad) {
    AtomicInteger running = new AtomicInteger();
    Told<Integer> told = new Told<>();
    assertThatThrownBy(
            () ->
                pipeline(1, 2)
                    .run(
                        images(1000),
                        SmallNetworks::image,
                        (source, own) -> {
                          running.incrementAndGet();
                          try {
                            if (source == bad) {
                              throw new IOException("no space left");
                            }
                            pause();
                            return source;
                          } finally {
                            running.decrementAndGet();
                          }
                        },
                        told))
        .isInstanceOf(IOException.class)
        .hasMessage("no space left");
    assertThat(told.sources).isEqualTo(IntStream.range(0, bad).boxed().toList());
    assertThat(running).hasValue(0);
  }

  @Test
  void faultsAreThrown() {
    assertThatThrownBy(
            () ->
                pipeline(1, 2)
                    .run(
                        images(50),
                        source -> {
                          if (source == 5) {
                            throw new IllegalStateException("a fault");
                          }
                          return image(source);
                        },
                        (source, own) -> source,
                        new Told<>()))
        .isInstanceOf(IllegalStateException.class)
        .hasMessage("a fault");
  }

  @Test
  void anErrorOfTheResultsEndsTheRun() {
    assertThatThrownBy(
            () ->
                pipeline(1, 2)
                    .run(
                        images(50),
                        SmallNetworks::image,
                        (source, own) -> source,
                        new Pipeline.Results<Integer, Integer>() {
                          @Override
                          public void explained(Integer source, Integer result) throws IOException {
                            if (source == 5) {
                              throw new IOException("the list is full");
                            }
                          }

                          @Override
                          public void failed(Integer source, Exception reason) {}
                        }))
        .isInstanceOf(IOException.class)
        .hasMessage("the list is full");
  }

  @Test
  void anInterruptionEndsTheRunWhenNothingIsUnderWay() throws Exception {
    CountDownLatch begun = new CountDownLatch(8);
    AtomicInteger running = new AtomicInteger();
    List<Throwable> thrown = Collections.synchronizedList(new ArrayList<>());
    AtomicInteger leftRunning = new AtomicInteger(-1);
    Thread runner =
        new Thread(
            () -> {
              try {
                pipeline(1, 2)
                    .run(
                        images(100_000),
                        source -> {
                          running.incrementAndGet();
                          begun.countDown();
                          return image(source);
                        },
                        (source, own) -> {
                          pause();
                          running.decrementAndGet();
                          return source;
                        },
                        new Told<>());
              } catch (Exception e) {
                thrown.add(e);
              }
              leftRunning.set(running.get());
            });
    runner.start();
    assertThat(begun.await(30, TimeUnit.SECONDS)).isTrue();
    runner.interrupt();
    runner.join(30_000);
    assertThat(thrown).hasSize(1);
    assertThat(thrown.get(0)).isInstanceOf(InterruptedException.class);
    assertThat(leftRunning).hasValue(0);
  }

  @Test
  void progressCountsImages() throws Exception {
    List<Double> shown = Collections.synchronizedList(new ArrayList<>());
    pipeline(2, 2)
        .run(images(9), SmallNetworks::image, (source, own) -> source, new Told<>(), shown::add);
    // Sums of shares, rounded in any order.
    assertThat(Collections.max(shown)).isCloseTo(9, Offset.offset(1e-9));
    assertThat(Collections.min(shown)).isPositive();
  }

  @Test
  void theCallingThreadKeepsItsNativeThreads() throws Exception {
    int before = NativeThreads.count();
    pipeline(1, 2).run(images(5), SmallNetworks::image, (source, own) -> source, new Told<>());
    assertThat(NativeThreads.count()).isEqualTo(before);
  }

  @Test
  void noImagesAreNoWork() throws Exception {
    Told<Integer> told = new Told<>();
    pipeline(1, 0).run(images(0), SmallNetworks::image, (source, own) -> source, told);
    assertThat(told.sources).isEmpty();
  }

  @ParameterizedTest
  @CsvSource({"0, 1", "1, -1"})
  void numbersAreChecked(int batch, int threads) {
    assertThatThrownBy(() -> pipeline(batch, threads))
        .isInstanceOf(IllegalArgumentException.class)
        .hasMessageContaining("got " + batch + " and " + threads);
  }
}
