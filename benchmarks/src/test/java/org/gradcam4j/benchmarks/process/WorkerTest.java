package org.gradcam4j.benchmarks.process;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import java.io.IOException;
import org.gradcam4j.benchmarks.process.WorkerProcess.Failure;
import org.junit.jupiter.api.Test;

class WorkerTest {
  private static final long NATIVE_BYTES = 1L << 30;

  private static int tasks;

  /** Counts what the process has done. */
  record Count() implements Task<Integer> {
    @Override
    public Integer run() {
      System.out.println("a library's own words");
      return ++tasks;
    }
  }

  /** Fails as a benchmark's check does. */
  record Wrong() implements Task<Integer> {
    @Override
    public Integer run() {
      throw new RuntimeException("JMH's words", new IllegalStateException("scores: differ\nfar"));
    }
  }

  /** Ends the process. */
  record End() implements Task<Integer> {
    @Override
    public Integer run() {
      System.err.println("last words");
      Runtime.getRuntime().halt(7);
      return 0;
    }
  }

  @Test
  void keepsWhatItMadeFromTaskToTask() throws IOException, Failure {
    try (WorkerProcess worker = new WorkerProcess(NATIVE_BYTES)) {
      assertThat(worker.run(Integer.class, new Count())).isEqualTo(1);
      assertThat(worker.run(Integer.class, new Count())).isEqualTo(2);
    }
    assertThat(tasks).isZero();
  }

  @Test
  void goesOnAfterAFailure() throws IOException, Failure {
    try (WorkerProcess worker = new WorkerProcess(NATIVE_BYTES)) {
      assertThatThrownBy(() -> worker.run(Integer.class, new Wrong()))
          .isInstanceOf(Failure.class)
          .hasMessage("scores: differ");
      assertThat(worker.run(Integer.class, new Count())).isEqualTo(1);
    }
  }

  @Test
  void saysHowItEnded() throws IOException {
    try (WorkerProcess worker = new WorkerProcess(NATIVE_BYTES)) {
      assertThatThrownBy(() -> worker.run(Integer.class, new End()))
          .isInstanceOf(Failure.class)
          .hasMessage("the process ended with code 7: last words");
      assertThat(worker.isAlive()).isFalse();
    }
  }
}
