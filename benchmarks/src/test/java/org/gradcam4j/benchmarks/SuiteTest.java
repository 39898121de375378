package org.gradcam4j.benchmarks;

import static org.assertj.core.api.Assertions.assertThat;

import java.lang.reflect.Field;
import java.lang.reflect.Method;
import java.util.Arrays;
import java.util.List;
import java.util.Set;
import java.util.stream.Collectors;
import org.gradcam4j.benchmarks.Source.Timing;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.ValueSource;
import org.openjdk.jmh.annotations.Benchmark;
import org.openjdk.jmh.annotations.Param;

class SuiteTest {
  private static List<Timing> timings(List<Ratio> ratios) {
    return ratios.stream()
        .flatMap(Ratio::sources)
        .filter(Timing.class::isInstance)
        .map(Timing.class::cast)
        .distinct()
        .toList();
  }

  @ParameterizedTest
  @ValueSource(booleans = {true, false})
  void everyTimingIsABenchmarkWithItsParameters(boolean quick) throws Exception {
    for (Timing timing : timings(Suite.all(quick))) {
      if (timing.side() == Side.PYTHON) {
        continue;
      }
      int dot = timing.benchmark().lastIndexOf('.');
      Class<?> type = Class.forName(timing.benchmark().substring(0, dot));
      Method method = type.getMethod(timing.benchmark().substring(dot + 1));
      assertThat(method.isAnnotationPresent(Benchmark.class)).as(timing.benchmark()).isTrue();
      Set<String> parameters =
          Arrays.stream(type.getFields())
              .filter(field -> field.isAnnotationPresent(Param.class))
              .map(Field::getName)
              .collect(Collectors.toSet());
      assertThat(parameters).as(timing.benchmark()).isEqualTo(timing.parameters().keySet());
    }
  }

  /** A reader finds a time by what it is called. */
  @Test
  void timingsOfANetworkHaveDifferentNames() {
    assertThat(timings(Suite.all(false)).stream().map(t -> t.subject() + t.name()))
        .doesNotHaveDuplicates();
  }

  @Test
  void noLineComesTwice() {
    assertThat(Suite.all(true).stream().map(ratio -> ratio.subject() + ratio.name()))
        .doesNotHaveDuplicates();
  }

  @ParameterizedTest
  @ValueSource(booleans = {true, false})
  void occlusionIsOfAllPositions(boolean quick) {
    assertThat(names(Suite.limited(quick)))
        .anyMatch(name -> name.endsWith("occlusion, 784 positions"))
        .anyMatch(name -> name.endsWith("occlusion, 841 positions"));
  }

  private static List<String> names(List<Ratio> ratios) {
    return ratios.stream().map(Ratio::name).toList();
  }
}
