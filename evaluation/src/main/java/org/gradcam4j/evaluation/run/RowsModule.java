package org.gradcam4j.evaluation.run;

import com.fasterxml.jackson.core.JsonGenerator;
import com.fasterxml.jackson.core.JsonParser;
import com.fasterxml.jackson.databind.DeserializationContext;
import com.fasterxml.jackson.databind.JsonNode;
import com.fasterxml.jackson.databind.SerializerProvider;
import com.fasterxml.jackson.databind.deser.std.StdDeserializer;
import com.fasterxml.jackson.databind.module.SimpleModule;
import com.fasterxml.jackson.databind.ser.std.StdSerializer;
import java.io.IOException;
import java.util.Arrays;

/**
 * Rows of numbers in records. A number that follows itself is written once, as {@code [number, how
 * often]}: {@code [100.0, 0.0, 0.0, 0.0]} is {@code [100.0, [0.0, 3]]}. Rows of {@code MaxBoxAcc},
 * 255 numbers that hardly change, take a fiftieth of their place.
 */
final class RowsModule extends SimpleModule {
  private static final long serialVersionUID = 1;

  /** Longer rows are not ours. */
  private static final int LONGEST = 1_000_000;

  RowsModule() {
    addSerializer(double[].class, new Writer());
    addDeserializer(double[].class, new Reader());
  }

  private static final class Writer extends StdSerializer<double[]> {
    private static final long serialVersionUID = 1;

    Writer() {
      super(double[].class);
    }

    @Override
    public void serialize(double[] row, JsonGenerator out, SerializerProvider provider)
        throws IOException {
      out.writeStartArray();
      int to;
      for (int from = 0; from < row.length; from = to) {
        to = from + 1;
        while (to < row.length && Double.compare(row[to], row[from]) == 0) {
          to++;
        }
        if (to - from == 1) {
          out.writeNumber(row[from]);
        } else {
          out.writeStartArray();
          out.writeNumber(row[from]);
          out.writeNumber(to - from);
          out.writeEndArray();
        }
      }
      out.writeEndArray();
    }
  }

  private static final class Reader extends StdDeserializer<double[]> {
    private static final long serialVersionUID = 1;

    Reader() {
      super(double[].class);
    }

    @Override
    public double[] deserialize(JsonParser in, DeserializationContext context) throws IOException {
      JsonNode row = context.readTree(in);
      double[] numbers = new double[row.size()];
      int length = 0;
      for (JsonNode entry : row) {
        int count = entry.isArray() ? entry.path(1).asInt(-1) : 1;
        if (count < 1 || count > LONGEST - length) {
          throw context.weirdStringException(
              entry.toString(), double[].class, "expected a number, or [number, how often]");
        }
        if (length + count > numbers.length) {
          numbers = Arrays.copyOf(numbers, Math.max(length + count, 2 * numbers.length));
        }
        Arrays.fill(numbers, length, length + count, number(entry, context));
        length += count;
      }
      return Arrays.copyOf(numbers, length);
    }

    /** A number, also one that JSON has none of: {@code "NaN"}. */
    private static double number(JsonNode entry, DeserializationContext context)
        throws IOException {
      JsonNode number = entry.isArray() ? entry.path(0) : entry;
      if (number.isTextual() && number.asText().equals("NaN")) {
        return Double.NaN;
      }
      if (!number.isNumber()) {
        throw context.weirdStringException(
            entry.toString(), double[].class, "expected a number, or [number, how often]");
      }
      return number.asDouble();
    }
  }
}
