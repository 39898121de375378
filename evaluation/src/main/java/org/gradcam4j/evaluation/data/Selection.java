package org.gradcam4j.evaluation.data;

import java.io.IOException;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.Collections;
import java.util.HashSet;
import java.util.IdentityHashMap;
import java.util.List;
import java.util.Optional;
import java.util.Set;
import java.util.SplittableRandom;
import java.util.function.DoubleConsumer;
import java.util.function.Predicate;
import java.util.regex.Matcher;
import java.util.regex.Pattern;
import java.util.stream.Collectors;
import java.util.stream.Stream;

/**
 * Which images of a data set take part: those that are listed, of these those that show one of some
 * classes, of these a random sample. They stay in the data set's order.
 *
 * @param list a file with an id a line, or one of PASCAL VOC's lists of a class: then those that
 *     show it; nothing for all
 * @param classNames classes, one of which an image must show; empty for all
 * @param count how many of them, drawn at random; 0 for all
 * @param seed of the drawing: the same on every machine
 */
public record Selection(Optional<Path> list, List<String> classNames, int count, long seed) {
  /** All images. */
  public static final Selection ALL = new Selection(Optional.empty(), List.of(), 0, 0);

  /** A line of PASCAL VOC's lists of a class: -1 where an image does not show it. */
  private static final Pattern FLAGGED = Pattern.compile("(\\S+)\\s+(-1|0|1)");

  /** Copies the list and checks the count. */
  public Selection {
    classNames = List.copyOf(classNames);
    if (count < 0) {
      throw new IllegalArgumentException(
          count + " images: expected a number from 1 on, or 0 for all");
    }
  }

  /** The same without drawing: what {@link #draw} then draws from. */
  public Selection withoutDrawing() {
    return new Selection(list, classNames, 0, seed);
  }

  /**
   * Images that take part, as many as are to be drawn or as there are. No more are asked than must
   * be: where all take part, those that {@link #apply} draws.
   *
   * @param images to draw from
   * @param takesPart whether an image takes part
   * @param progress is told the share of the work that is done, 0 to 1
   */
  public List<AnnotatedImage> draw(
      List<AnnotatedImage> images, Predicate<AnnotatedImage> takesPart, DoubleConsumer progress) {
    int wanted = count == 0 ? images.size() : Math.min(count, images.size());
    SplittableRandom random = new SplittableRandom(seed);
    Set<AnnotatedImage> taken = Collections.newSetFromMap(new IdentityHashMap<>());
    List<AnnotatedImage> left = images;
    int asked = 0;
    while (taken.size() < wanted && !left.isEmpty()) {
      // Never more than are wanting: so each set of those that take part is as likely.
      Set<AnnotatedImage> drawn = Collections.newSetFromMap(new IdentityHashMap<>());
      drawn.addAll(sample(left, wanted - taken.size(), random));
      for (AnnotatedImage image : drawn) {
        if (takesPart.test(image)) {
          taken.add(image);
        }
        asked++;
        progress.accept(Math.max((double) taken.size() / wanted, (double) asked / images.size()));
      }
      left = left.stream().filter(image -> !drawn.contains(image)).toList();
    }
    return images.stream().filter(taken::contains).toList();
  }

  /**
   * The part of a data set. Ids that it does not have become problems, as do images whose
   * annotation cannot be read where their classes must be known.
   *
   * @throws IOException with one line, if the list cannot be read
   * @throws IllegalArgumentException with one line, if the data set has no such class
   */
  public Dataset apply(Dataset whole) throws IOException {
    Problems problems = new Problems();
    List<AnnotatedImage> images = whole.images();
    if (list.isPresent()) {
      images = listed(whole, list.get(), problems);
    }
    if (!classNames.isEmpty()) {
      images = showing(images, places(whole), problems);
    }
    images = draw(images, image -> true, share -> {});
    List<String> all = Stream.concat(whole.problems().stream(), problems.lines().stream()).toList();
    return new Dataset(whole.name(), whole.classes(), images, all);
  }

  private static List<AnnotatedImage> listed(Dataset whole, Path list, Problems problems)
      throws IOException {
    Set<String> there = whole.images().stream().map(AnnotatedImage::id).collect(Collectors.toSet());
    Set<String> wanted = new HashSet<>();
    for (DataFile.Line line : DataFile.lines(list)) {
      Matcher flagged = FLAGGED.matcher(line.text());
      String id =
          !there.contains(line.text()) && flagged.matches() ? flagged.group(1) : line.text();
      if (!id.equals(line.text()) && flagged.group(2).equals("-1")) {
        continue;
      }
      if (!there.contains(id)) {
        problems.add(
            "ids of the list that " + whole.name() + " does not have",
            "%s: no image '%s' in %s".formatted(line.place(), id, whole.name()));
      } else if (!wanted.add(id)) {
        problems.add(
            "ids that are in the list twice",
            "%s: '%s' is there twice".formatted(line.place(), id));
      }
    }
    return whole.images().stream().filter(image -> wanted.contains(image.id())).toList();
  }

  private Set<Integer> places(Dataset whole) {
    Set<Integer> places = new HashSet<>();
    for (String name : classNames) {
      int before = places.size();
      for (int c = 0; c < whole.classes().size(); c++) {
        // A few of ImageNet's names mean two classes.
        if (whole.classes().get(c).equals(name)) {
          places.add(c);
        }
      }
      if (places.size() == before && !whole.classes().contains(name)) {
        throw new IllegalArgumentException(
            "no class '%s' in %s: expected one of %s"
                .formatted(name, whole.name(), some(whole.classes())));
      }
    }
    return places;
  }

  private static String some(List<String> names) {
    int most = 30;
    return names.size() <= most
        ? String.join(", ", names)
        : String.join(", ", names.subList(0, most)) + " and " + (names.size() - most) + " more";
  }

  private static List<AnnotatedImage> showing(
      List<AnnotatedImage> images, Set<Integer> classes, Problems problems) {
    List<AnnotatedImage> showing = new ArrayList<>();
    for (AnnotatedImage image : images) {
      try {
        if (image.annotation().classes().stream().anyMatch(classes::contains)) {
          showing.add(image);
        }
      } catch (IOException e) {
        problems.add(
            "images whose classes are not known",
            image.id() + ": its classes are not known, left out: " + e.getMessage());
      }
    }
    return showing;
  }

  /** Knuth's algorithm S: each subset of that size is as likely, and the order stays. */
  private static List<AnnotatedImage> sample(
      List<AnnotatedImage> images, int count, SplittableRandom random) {
    List<AnnotatedImage> sample = new ArrayList<>();
    for (int i = 0; i < images.size(); i++) {
      // nextLong alone is specified: ranges may be drawn otherwise in another release.
      double uniform = (random.nextLong() >>> 11) * 0x1p-53;
      if ((images.size() - i) * uniform < count - sample.size()) {
        sample.add(images.get(i));
      }
    }
    return sample;
  }

  /**
   * What was selected, in words: {@code all}, or {@code 500 of 2508, seed 1}.
   *
   * @param whole the data set
   * @param selected what {@link #apply} or {@link #draw} made of it
   */
  public String describe(Dataset whole, List<AnnotatedImage> selected) {
    if (selected.size() == whole.images().size()) {
      return "all";
    }
    StringBuilder text = new StringBuilder();
    text.append(selected.size()).append(" of ").append(whole.images().size());
    list.ifPresent(file -> text.append(", listed in ").append(DataFile.name(file)));
    if (!classNames.isEmpty()) {
      text.append(", showing ").append(String.join(" or ", classNames));
    }
    if (count > 0) {
      text.append(", seed ").append(seed);
    }
    return text.toString();
  }
}
