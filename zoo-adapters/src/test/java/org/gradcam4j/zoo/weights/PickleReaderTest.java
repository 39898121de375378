package org.gradcam4j.zoo.weights;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;
import static org.assertj.core.api.Assertions.fail;
import static org.gradcam4j.zoo.weights.PickleBytes.pickle;
import static org.junit.jupiter.params.provider.Arguments.arguments;

import com.sun.management.ThreadMXBean;
import java.io.IOException;
import java.lang.management.ManagementFactory;
import java.math.BigInteger;
import java.nio.ByteBuffer;
import java.nio.charset.StandardCharsets;
import java.nio.file.Path;
import java.util.Arrays;
import java.util.HexFormat;
import java.util.List;
import java.util.Map;
import java.util.Random;
import java.util.stream.Stream;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.Arguments;
import org.junit.jupiter.params.provider.MethodSource;
import org.junit.jupiter.params.provider.ValueSource;

class PickleReaderTest {
  // Written by Python 3.11's pickle: (None, True, False, 0, 255, 65535, -1, -(1 << 31), 1 << 31,
  // -(1 << 63), (1 << 63) - 1, 1 << 63, -(1 << 64), -0.5, an e with an acute and a grinning face,
  // [1, ["a"]], {"a": 1, "b": {}, 3: 4, (1, 2): 5}).
  private static final String PROTOCOL_2 =
      "8002284e88894b004bff4dffff4affffffff4a000000808a0500000080008a0800000000000000808a08ffff"
          + "ffffffffff7f8a090000000000000080008a090000000000000000ff47bfe00000000000005806000000"
          + "c3a9f09f988071005d7101284b015d7102580100000061710361657d71042868034b0158010000006271"
          + "057d71064b034b044b014b028671074b05757471082e";

  private static final String PROTOCOL_4 =
      "8004958200000000000000284e88894b004bff4dffff4affffffff4a000000808a0500000080008a08000000"
          + "00000000808a08ffffffffffffff7f8a090000000000000080008a090000000000000000ff47bfe00000"
          + "000000008c06c3a9f09f9880945d94284b015d948c01619461657d942868034b018c0162947d944b034b"
          + "044b014b0286944b057574942e";

  private static final int MEGABYTE = 1 << 20;

  private static Object read(byte[] pickle) throws IOException {
    Path file = Path.of("x.pth");
    return new PyTorchPickle(file).read(ByteBuffer.wrap(pickle));
  }

  @ParameterizedTest
  @ValueSource(strings = {PROTOCOL_2, PROTOCOL_4})
  void readsWhatPythonWrote(String hex) throws IOException {
    byte[] pickle = HexFormat.of().parseHex(hex);
    for (int more = 0; more < 2; more++) {
      // Protocols 3 and 5 write these values in the same way.
      pickle[1] += (byte) more;
      assertThat((Object[]) read(pickle))
          .containsExactly(
              null,
              true,
              false,
              0L,
              255L,
              65535L,
              -1L,
              -(1L << 31),
              1L << 31,
              Long.MIN_VALUE,
              Long.MAX_VALUE,
              BigInteger.TWO.pow(63),
              BigInteger.TWO.pow(64).negate(),
              -0.5,
              "\u00e9\ud83d\ude00",
              List.of(1L, List.of("a")),
              Map.of("a", 1L, "b", Map.of()));
    }
  }

  static Stream<Arguments> programs() {
    byte[] code = pickle().text("echo pwned").bytes();
    byte[] argument = Arrays.copyOfRange(code, 2, code.length);
    String os = "asks to call os.system: a state dict never does; refused";
    return Stream.of(
        arguments(os, pickle().global("os", "system").raw(argument).op(0x85).ops("R.")),
        arguments(os, pickle().text("os").text("system").op(0x93).raw(argument).op(0x85).ops("R.")),
        arguments(os, pickle().ops("(").raw(argument).ops("ios\nsystem\n.")),
        arguments(os, pickle().ops("(").global("os", "system").raw(argument).ops("o.")),
        arguments(os, pickle().global("os", "system").raw(argument).op(0x85, 0x81).ops(".")),
        arguments(
            os, pickle().global("os", "system").raw(argument).op(0x85).ops("}").op(0x92, '.')),
        arguments(
            "asks to call builtins.eval",
            pickle().ops("}").text("a").global("builtins", "eval").raw(argument).ops("\u0085Rs.")),
        arguments(
            "asks to call torch.storage._load_from_bytes",
            pickle().global("torch.storage", "_load_from_bytes").ops(")R.")),
        arguments(
            "asks to call torch._utils._rebuild_tensor_v2.__globals__",
            pickle().text("torch._utils").text("_rebuild_tensor_v2.__globals__").op(0x93, '.')),
        arguments(
            "asks to call collections.OrderedDict.__init__",
            pickle().text("collections").text("OrderedDict.__init__").op(0x93, '.')),
        arguments(
            "asks to call a?b." + "c".repeat(76) + "...",
            pickle().text("a\nb").text("c".repeat(500)).op(0x93, '.')),
        arguments(
            "makes an object in a way that no state dict does",
            pickle().ops("(icollections\nOrderedDict\n.")),
        arguments(
            "sets the state of an object",
            pickle()
                .global("torch.nn.parameter", "Parameter")
                .ops(")\u0081}")
                .text("__setstate__")
                .ops("Nsb.")),
        arguments("sets the state of an object", pickle().ops("]}b.")),
        arguments("sets the state of an object", pickle().global("torch", "Size").ops("}b.")),
        arguments("pickle operation 0x6f", pickle().ops("(").global("torch", "Size").ops("o.")),
        arguments("pickle operation 0x82", pickle().op(0x82, 1, '.')),
        arguments("pickle operation 0x50", pickle().ops("Pos.system\n.")),
        arguments("refers to something that is not a storage", pickle().text("0").ops("Q.")),
        arguments(
            "refers to something that is not a storage",
            pickle().ops("(").text("module").ops("NNNNtQ.")),
        arguments("a call of what is not a function", pickle().text("os.system").ops(")R.")),
        arguments(
            "a call of what is not a function",
            pickle().global("torch", "FloatStorage").ops(")R.")),
        arguments("is pickled by protocol 0", pickle().op(0x80, 0, '.')),
        arguments("is pickled by protocol 6", pickle().op(0x80, 6, '.')));
  }

  @ParameterizedTest
  @MethodSource("programs")
  void nothingIsEverRun(String message, PickleBytes pickle) {
    assertThatThrownBy(() -> read(pickle.bytes()))
        .isInstanceOf(IOException.class)
        .hasMessageStartingWith("weights file x.pth ")
        .hasMessageContaining(message)
        .hasMessageNotContaining("\n");
  }

  static Stream<Arguments> bombs() {
    return Stream.of(
        arguments("needs 4294967295 more bytes", pickle().op('X').little(4, -1)),
        arguments("needs 4294967295 more bytes", pickle().op('B').little(4, -1)),
        arguments("needs 4294967295 more bytes", pickle().op('T').little(4, -1)),
        arguments("needs 4294967296 more bytes", pickle().op(0x8d).little(8, 1L << 32)),
        arguments("needs 18446744073709551615 more bytes", pickle().op(0x8e).little(8, -1)),
        arguments("needs 255 more bytes", pickle().op(0x8a, 255)),
        arguments("pickle operation 0x8b", pickle().op(0x8b).little(4, Integer.MAX_VALUE)),
        arguments("needs 1 more bytes", pickle().ops("c" + "a".repeat(2 * MEGABYTE))),
        arguments("operations: too many", pickle().ops("}".repeat(2 * MEGABYTE))),
        arguments("operations: too many", pickle().ops("(".repeat(2 * MEGABYTE))),
        arguments("operations: too many", pickle().ops(")" + "\u0085".repeat(2 * MEGABYTE))),
        arguments("operations: too many", pickle().ops("]" + "\u0094".repeat(2 * MEGABYTE))),
        arguments("operations: too many", pickle().ops("](" + "N".repeat(2 * MEGABYTE))),
        // A list of 1000 pairs, and dictionaries of it.
        arguments(
            "operations: too many",
            pickle()
                .ops("]q\u0000(" + "]q\u0001(U\u0001aNe" + "h\u0001".repeat(999) + "e")
                .ops(
                    "ccollections\nOrderedDict\nq\u0002"
                        + "h\u0002h\u0000\u0085R".repeat(100_000))),
        // One tuple of 100,000 sizes, and tensors of it.
        arguments(
            "100000 axes",
            pickle()
                .ops("(" + "K\u0001".repeat(100_000) + "tq\u0001ctorch._utils\n_rebuild_tensor\n")
                .ops("((U\u0007storagectorch\nFloatStorage\nU\u00010NK\u0001tQK\u0000")
                .ops("h\u0001h\u0001tR")));
  }

  @ParameterizedTest
  @MethodSource("bombs")
  void whatIsTooMuchIsRefusedWithLittleMemory(String message, PickleBytes pickle) {
    byte[] bytes = pickle.bytes();
    ThreadMXBean threads = (ThreadMXBean) ManagementFactory.getThreadMXBean();
    long before = threads.getCurrentThreadAllocatedBytes();
    assertThatThrownBy(() -> read(bytes))
        .isInstanceOf(IOException.class)
        .hasMessageContaining(message)
        .hasMessageNotContaining("\n");
    long allocated = threads.getCurrentThreadAllocatedBytes() - before;
    assertThat(allocated).isLessThan(128 * MEGABYTE);
  }

  @Test
  void cyclesAndSharedPartsCostNothing() throws IOException {
    List<?> cycle = (List<?>) read(pickle().ops("]q\u0000h\u0000a.").bytes());
    assertThat(cycle.get(0)).isSameAs(cycle);
    // A dictionary with itself in it, and with a list in itself as a key.
    Map<?, ?> dict =
        (Map<?, ?>) read(pickle().ops("}q\u0000U\u0001ah\u0000s]q\u0001h\u0001aNs.").bytes());
    assertThat(dict.get("a")).isSameAs(dict);
    // Ten of the one before, a hundred times, as key, value, state and argument.
    String laughs = "q\u0000(" + "h\u0000".repeat(10) + "t";
    assertThat(
            read(
                pickle()
                    .ops(")" + laughs.repeat(100) + "q\u0001}")
                    .ops("h\u0001h\u0001sh\u0001b.")
                    .bytes()))
        .isEqualTo(Map.of());
  }

  @Test
  void keysOfOneHashAreReadOnce() throws IOException {
    PickleBytes pickle = pickle().ops("}(");
    int keys = 1 << 16;
    for (int i = 0; i < keys; i++) {
      // "Aa" and "BB" have one hash.
      StringBuilder key = new StringBuilder();
      for (int bit = 0; bit < 16; bit++) {
        key.append((i >> bit & 1) == 0 ? "Aa" : "BB");
      }
      pickle.text(key.toString()).op('N');
    }
    assertThat((Map<?, ?>) read(pickle.ops("u.").bytes())).hasSize(keys);
  }

  @Test
  void anyProgramIsAValueOrOneLine() {
    // Operations and small numbers, so that many programs go far.
    byte[] usual =
        ("..RbQQNJKMGXUTBC(((ttt))\u0080\u0085\u0085\u0086\u0087\u0081\u0088\u008a\u008c\u0093"
                + "]]ae}}suqqhhrj\u0094\u0000\u0000\u0001\u0001\u0002\u0003")
            .getBytes(StandardCharsets.ISO_8859_1);
    byte[][] parts = {
      pickle().global("torch", "FloatStorage").bytes(),
      pickle().global("torch._utils", "_rebuild_tensor_v2").bytes(),
      pickle().global("torch.nn.parameter", "Parameter").bytes(),
      pickle().global("collections", "OrderedDict").bytes(),
      pickle()
          .ops("(")
          .text("storage")
          .global("torch", "FloatStorage")
          .ops("U\u00010NK\u0001tQ")
          .bytes(),
      pickle().tensor("FloatStorage", 1, 0, new long[] {1}, new long[] {1}).bytes(),
    };
    Random random = new Random(3);
    int values = 0;
    for (int i = 0; i < 30_000; i++) {
      PickleBytes program = pickle();
      for (int length = random.nextInt(20); length >= 0; length--) {
        if (random.nextInt(4) == 0) {
          program.raw(parts[random.nextInt(parts.length)]);
        } else {
          program.op(usual[random.nextInt(usual.length)]);
        }
      }
      try {
        read(program.bytes());
        values++;
      } catch (IOException e) {
        assertThat(e.getMessage().lines()).hasSize(1);
      } catch (RuntimeException e) {
        fail("of " + HexFormat.of().formatHex(program.bytes()), e);
      }
    }
    assertThat(values).isGreaterThan(300);
  }
}
