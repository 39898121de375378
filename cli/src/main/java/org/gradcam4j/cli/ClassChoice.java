package org.gradcam4j.cli;

import java.util.ArrayList;
import java.util.Arrays;
import java.util.List;
import org.gradcam4j.Target;

/** What {@code --class} means. */
final class ClassChoice {
  private ClassChoice() {}

  /** An index, several with commas, top, top5, or a name. */
  static List<Target> of(List<String> arguments) {
    List<Target> targets = new ArrayList<>();
    for (String argument : arguments) {
      String word = argument.strip();
      if (word.isEmpty()) {
        throw new UserError("--class: expected an index, a name, top or top5");
      }
      if (word.matches("-?[0-9]{1,9}(,-?[0-9]{1,9})*")) {
        Arrays.stream(word.split(","))
            .map(Integer::valueOf)
            .map(Target::classIndex)
            .forEach(targets::add);
      } else if (word.matches("top[0-9]{0,4}")) {
        targets.add(Target.top(word.equals("top") ? 1 : Integer.parseInt(word.substring(3))));
      } else {
        targets.add(Target.label(word));
      }
    }
    return targets;
  }
}
