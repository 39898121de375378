package org.gradcam4j.evaluation.metric;

import java.util.ArrayList;
import java.util.Arrays;
import java.util.LinkedHashSet;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.Set;
import java.util.TreeMap;
import java.util.stream.IntStream;

/**
 * The observations of many images. Tallies of parts of a data set merge into the tally of the
 * whole; figures depend on what was observed alone, not on the order in which it came.
 *
 * <p>A figure's interval is the bootstrap's percentile interval of 95 % over images: whole images
 * are drawn again, since what is observed of one image is not independent.
 */
public final class Tally {
  private final Map<String, Metric> metrics;

  /** For each image by its id, what was observed of it. */
  private final Map<String, List<Observation>> images = new TreeMap<>();

  /** A tally of figures of these metrics. */
  public Tally(List<Metric> metrics) {
    Map<String, Metric> byName = new TreeMap<>();
    metrics.forEach(metric -> byName.put(metric.name(), metric));
    this.metrics = Map.copyOf(byName);
  }

  /**
   * Adds what was observed of an image.
   *
   * @throws IllegalArgumentException if the image was added before, or a metric is unknown
   */
  public void add(String image, List<Observation> observations) {
    for (Observation observation : observations) {
      if (!metrics.containsKey(observation.metric())) {
        throw new IllegalArgumentException("no metric '" + observation.metric() + "' in the tally");
      }
    }
    if (images.putIfAbsent(image, List.copyOf(observations)) != null) {
      throw new IllegalArgumentException("image '" + image + "' is in the tally already");
    }
  }

  /** Adds all that another observed of other images. */
  public void merge(Tally other) {
    other.images.forEach(this::add);
  }

  /** The figures' names, in the order in which the first image that has them observed them. */
  public Set<String> figures() {
    Set<String> names = new LinkedHashSet<>();
    images.values().forEach(own -> own.forEach(observation -> names.add(observation.figure())));
    return names;
  }

  /** The metric of a figure. */
  public Metric metric(String figure) {
    String name = figure.contains("/") ? figure.substring(0, figure.indexOf('/')) : figure;
    Metric metric = metrics.get(name);
    if (metric == null) {
      throw new IllegalArgumentException("no metric '" + name + "' in the tally");
    }
    return metric;
  }

  /**
   * A figure; its value is NaN where nothing is defined.
   *
   * @throws IllegalArgumentException if nothing was observed of it
   */
  public Figure figure(String figure) {
    List<List<Observation>> own =
        images.values().stream()
            .map(image -> of(image, figure))
            .filter(row -> !row.isEmpty())
            .toList();
    if (own.isEmpty()) {
      throw new IllegalArgumentException("nothing was observed of '" + figure + "'");
    }
    List<List<Observation>> defined =
        own.stream().map(row -> row.stream().filter(Observation::isDefined).toList()).toList();
    int observations = defined.stream().mapToInt(List::size).sum();
    int undefined = own.stream().mapToInt(List::size).sum() - observations;
    List<List<Observation>> rows = defined.stream().filter(row -> !row.isEmpty()).toList();
    if (rows.isEmpty()) {
      return new Figure(Double.NaN, Double.NaN, Double.NaN, 0, 0, undefined);
    }
    Columns columns = new Columns(metric(figure).aggregation(), rows);
    Bootstrap.Interval interval = Bootstrap.interval(rows.size(), columns::of);
    return new Figure(
        columns.of(Bootstrap.once(rows.size())),
        interval.low(),
        interval.high(),
        observations,
        rows.size(),
        undefined);
  }

  /**
   * How far one figure of a metric lies above another on what was observed for both, with the
   * interval of the difference: the same images are drawn for both. An image's observations are
   * paired in their order; where one of a pair is undefined, both are left out, and so is an image
   * that was not observed for the same groups.
   *
   * @return empty where there is no pair
   */
  public Optional<Difference> difference(String figure, String other) {
    List<List<Observation>> left = new ArrayList<>();
    List<List<Observation>> right = new ArrayList<>();
    for (List<Observation> image : images.values()) {
      List<Observation> one = of(image, figure);
      List<Observation> two = of(image, other);
      if (groups(one).equals(groups(two))) {
        int[] pairs =
            IntStream.range(0, one.size())
                .filter(i -> one.get(i).isDefined() && two.get(i).isDefined())
                .toArray();
        if (pairs.length > 0) {
          left.add(Arrays.stream(pairs).mapToObj(one::get).toList());
          right.add(Arrays.stream(pairs).mapToObj(two::get).toList());
        }
      }
    }
    if (left.isEmpty()) {
      return Optional.empty();
    }
    Columns above = new Columns(metric(figure).aggregation(), left);
    Columns below = new Columns(metric(other).aggregation(), right);
    int[] once = Bootstrap.once(left.size());
    Bootstrap.Interval interval =
        Bootstrap.interval(left.size(), drawn -> above.of(drawn) - below.of(drawn));
    return Optional.of(
        new Difference(
            above.of(once) - below.of(once), interval.low(), interval.high(), left.size()));
  }

  /**
   * The difference of two figures on the same images.
   *
   * @param value the first less the second
   * @param low the lower end of its 95 % interval
   * @param high the upper end
   * @param images of how many images
   */
  public record Difference(double value, double low, double high, int images) {}

  private static List<String> groups(List<Observation> observations) {
    return observations.stream().map(Observation::group).toList();
  }

  private static List<Observation> of(List<Observation> image, String figure) {
    return image.stream().filter(o -> o.figure().equals(figure)).toList();
  }
}
