package org.gradcam4j.cli;

import java.util.Arrays;
import java.util.List;
import java.util.Locale;
import java.util.stream.Collectors;

/** Options that are one of a few words. */
final class Words {
  private Words() {}

  /**
   * The constant of that name, in any case.
   *
   * @throws UserError if there is none
   */
  static <E extends Enum<E>> E of(String option, String word, Class<E> choice) {
    List<E> all = Arrays.asList(choice.getEnumConstants());
    return all.stream()
        .filter(constant -> constant.name().equalsIgnoreCase(word))
        .findFirst()
        .orElseThrow(
            () ->
                new UserError(
                    "%s %s: expected %s"
                        .formatted(
                            option,
                            word,
                            all.stream()
                                .map(constant -> constant.name().toLowerCase(Locale.ROOT))
                                .collect(Collectors.joining(" or "))
                                .replaceAll(" or (?=.* or )", ", "))));
  }
}
